"""Configurations in YAML and TOML, in folders of mixed files, and keys that come from variables."""

from __future__ import annotations

import json

import pytest

from backends import json_reply
from gateway import aggregator
from settings import backend, endpoint, service

YAML = """\
version: 3
timeout: 60s
host: {host}
endpoints:
  - endpoint: /page/{{sku}}
    backend:
      - &item
        url_pattern: /items/{{sku}}
        allow: [title]
      - url_pattern: /stock
        group: stock
      - <<: *item
        extra_config:
          proxy: {{shadow: true}}
"""

TOML = """\
version = 3
timeout = "60s"
host = "{host}"

[[endpoints]]
endpoint = "/page/{{sku}}"

[[endpoints.backend]]
url_pattern = "/items/{{sku}}"
allow = ["title"]

[[endpoints.backend]]
url_pattern = "/stock"
group = "stock"

[[endpoints.backend]]
url_pattern = "/items/{{sku}}"
allow = ["title"]
extra_config.proxy.shadow = true
"""

# Each line nine times the one above it: 9^9 values.
LAUGHS = "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
    f"{after}: &{after} [{', '.join(['*' + before] * 9)}]\n"
    for before, after in zip("abcdefgh", "bcdefghi"))


@pytest.fixture
def shop(serve):
    return serve({"/items/7": json_reply({"title": "x", "net": 1}), "/stock": json_reply({"n": 2})})


@pytest.mark.parametrize("name", ["a.yaml", "a.YML", "a.toml"])
def test_a_file_is_served_by_the_format_that_its_name_says(
        start, shop, write_config, name) -> None:
    text = TOML if name == "a.toml" else YAML
    gateway = start(write_config(text.format(host=shop.host), name))
    assert json.loads(gateway.get("/page/7").body) == {"title": "x", "stock": {"n": 2}}
    gateway.settle()
    assert [request.target for request in shop.received].count("/items/7") == 2


def test_a_folder_may_mix_all_formats(start, shop, write_config) -> None:
    write_config("version: 3\ntimeout: 60s\n", "shop/service.yaml")
    write_config(f"endpoint = '/t'\n[[backend]]\nhost = '{shop.host}'\nurl_pattern = '/stock'\n",
                 "shop/endpoints/a.toml")
    write_config(f"- endpoint: /y\n  backend:\n  - {{host: '{shop.host}', url_pattern: /stock}}\n",
                 "shop/endpoints/deep/b.yml")
    json_file = write_config(endpoint("/j", backend(shop, "/stock")), "shop/endpoints/c.json")
    gateway = start(json_file.parents[1])
    assert [gateway.get(path).body for path in ("/t", "/y", "/j")] == [b'{"n":2}'] * 3


def test_a_folder_has_one_service(write_config) -> None:
    write_config("version: 3\n", "shop/service.yaml")
    folder = write_config(service(), "shop/service.json").parent
    done = aggregator("lint", folder)
    assert done.returncode == 1
    assert f"{folder}/service.yaml: error:" in done.stdout


@pytest.mark.parametrize("name, text, places", [
    ("a.yaml", "version: 3\ntimeout: 5\nendpoints:\n- endpoint: /a\n  backend:\n  - hots: b\n",
     ["2:10", "6:5"]),
    ("a.toml", "version = 3\ntimeout = 5\n[[endpoints]]\nendpoint = '/a'\n"
               "[[endpoints.backend]]\nhots = 'b'\n", ["2:11", "6:1"]),
    ("b.yaml", "version: 3\nendpoints: [\n", ["3:1"]),
    ("c.yaml", "version: 3\nname: 'shop\nport: 80\n", ["2:7"]),
    ("b.toml", "version = 3\nversion = 3\n", ["2:11"]),
])
def test_mistakes_are_told_where_they_stand(write_config, name, text, places) -> None:
    path = write_config(text, name)
    done = aggregator("lint", path)
    assert done.returncode == 1
    told = [line for line in done.stdout.splitlines() if ": error: " in line]
    assert [line.split(": error")[0] for line in told] == [f"{path}:{place}" for place in places]
    assert aggregator("--config", path).returncode == 1


def test_aliases_that_multiply_are_refused(write_config) -> None:
    done = aggregator("lint", write_config(LAUGHS, "a.yaml"))
    assert done.returncode == 1
    assert "expected no more than 4194304 values" in done.stdout


def test_a_variable_stands_for_a_key_of_the_service(start, shop) -> None:
    config = service(endpoint("/a", {"url_pattern": "/stock"}), host=["nowhere.test"])
    gateway = start(config, env={"AGGREGATOR_HOST": shop.host, "AGGREGATOR_NAME": "secret"})
    assert gateway.get("/a").body == b'{"n":2}'
    told = gateway.wait_for_line(lambda line: "overridden by the environment" in line)
    assert "AGGREGATOR_HOST" in told and "AGGREGATOR_NAME" in told
    assert "secret" not in gateway.stderr


def test_the_command_line_has_the_last_word(start) -> None:
    gateway = start(service(), listen="127.0.0.1:0", env={"AGGREGATOR_LISTEN_IP": "127.0.0.2"})
    assert gateway.address[0] == "127.0.0.1"


def test_without_a_flag_the_variable_says_where_to_listen(start) -> None:
    gateway = start(service() | {"port": 1}, listen="127.0.0.1:0", env={"AGGREGATOR_PORT": "65535"})
    assert gateway.address[1] not in (1, 65535)


@pytest.mark.parametrize("name, value", [
    ("AGGREGATOR_TIMEOUT", "5"),
    ("AGGREGATOR_PORT", "eighty"),
    ("AGGREGATOR_ENDPOINTS", "[]"),
    ("AGGREGATOR_TIEMOUT", "5s"),
])
def test_a_variable_that_does_not_fit_is_refused_by_its_name(write_config, name, value) -> None:
    path = write_config(service())
    for done in (aggregator("lint", path, env={name: value}),
                 aggregator("--config", path, env={name: value})):
        assert done.returncode == 1
        assert f"environment variable {name}: error: " in done.stdout + done.stderr


def test_the_links_of_kubernetes_are_explained(write_config) -> None:
    done = aggregator("lint", write_config(service()),
                      env={"AGGREGATOR_PORT": "tcp://10.0.0.1:80",
                           "AGGREGATOR_SERVICE_HOST": "10.0.0.1"})
    assert done.returncode == 1
    assert done.stdout.count("enableServiceLinks: false") == 2
