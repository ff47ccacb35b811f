"""What is wrong with a configuration is told all at once, each with its place, rule and a hint."""

from __future__ import annotations

import re

import pytest

from backends import json_reply
from gateway import aggregator
from settings import backend, endpoint, pass_through, service, shadow

LINE = re.compile(r"(?P<path>[^:]+):(?P<line>\d+):(?P<column>\d+): "
                  r"(?P<severity>error|warning|advice): "
                  r"(?P<message>.+) \[(?P<rule>[a-z0-9-]+)\]")
ONE = backend("http://b.test")


@pytest.fixture
def lint(write_config):
    """Lints a configuration: the findings as dictionaries, and the exit code."""

    def run(config):
        path = config if hasattr(config, "parts") else write_config(config)
        done = aggregator("lint", path)
        found = [m.groupdict() for m in map(LINE.match, done.stdout.splitlines()) if m]
        return found, done.returncode

    return run


def errors(found) -> list[dict]:
    return [finding for finding in found if finding["severity"] == "error"]


def test_a_sound_configuration_has_no_findings(lint) -> None:
    config = service(endpoint("/a/{id}", ONE, backend("b.test:81", "/x/{id}")))
    assert lint(config) == ([], 0)


def test_a_file_that_is_not_there_is_an_error(lint, tmp_path) -> None:
    found, code = lint(tmp_path / "nowhere.json")
    assert code == 1
    assert aggregator("--config", tmp_path / "nowhere.json").returncode == 1


def test_a_syntax_error_is_told_with_its_line_and_column(lint, write_config) -> None:
    path = write_config('{\n  "version": 3,\n  "port": 80 80\n}\n')
    found, code = lint(path)
    assert code == 1
    assert [(f["path"], f["line"], f["column"]) for f in errors(found)] == [(str(path), "3", "14")]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(lint) -> None:
    found, code = lint('{"version": 2,\n "port": "x",\n "timeout": 5,\n "endpoints": [\n'
                       '  {"endpoint": "/a", "backend": []}]}')
    assert code == 1
    assert [finding["line"] for finding in errors(found)] == ["1", "2", "3", "5"]


def one(path="/a", *backends, **more):
    return service(endpoint(path, *(backends or [ONE]), **more))


WRONG = {
    "no version": {"endpoints": []},
    "an old version": service() | {"version": 2},
    "a number as duration": service(timeout=3000),
    "a duration without a unit": service(timeout="5"),
    "an empty duration": service(timeout=""),
    "a duration beyond the clock": service(timeout="2562047h"),
    "a duration beyond it in its sum": one(timeout="876000h0.001s"),
    "a duration beyond it backwards": service(timeout="-876000h1ns"),
    "a shadow's duration beyond it": one("/a", ONE, shadow("b.test", timeout="2562047h")),
    "an expiry beyond it": one("/a", ONE, shadow("b.test", rules={"expires": "2562047h"})),
    "a word as number": service(port="eighty"),
    "a name as listen address": service(listen_ip="localhost"),
    "an endpoint without backends": service({"endpoint": "/a", "backend": []}),
    "a path that is reserved": one("/__health"),
    "a wildcard": one("/a/*"),
    "the same route twice": service(endpoint("/a", ONE), endpoint("//a", ONE)),
    "two names for one parameter": service(endpoint("/a/{x}", ONE), endpoint("/a/{y}/b", ONE)),
    "a parameter that the path does not capture": one("/a/{x}", backend("b.test", "/{y}")),
    "two backends to pass through": service(pass_through("/a", ONE, ONE)),
    "only a shadow": one("/a", shadow("b.test")),
    "a host that is none": one("/a", backend("http://a b")),
    "a shadow flag that is no boolean": one(
        "/a", ONE, backend("b.test", extra_config={"proxy": {"shadow": "true"}})),
    "a shadow deadline that is none": one("/a", ONE, shadow("b.test", timeout="soon")),
    "router options of the wrong type": service(router={"return_error_msg": "true"}),
    "a list where an object belongs": [],
    "a value of an earlier answer that is none": one(
        extra_config={"proxy": {"sequential_propagated_params": ["id"]}}),
    "static data that is no object": one(extra_config={"proxy": {"static": {"data": [1]}}}),
    "an operation that is not known": one(
        extra_config={"proxy": {"flatmap_filter": [{"type": "mvoe", "args": ["a", "b"]}]}}),
    "an operation with too few paths": one(
        "/a", backend("b.test", extra_config={
            "proxy": {"flatmap_filter": [{"type": "append", "args": ["a"]}]}})),
    "an error flag that is no boolean": one(
        "/a", backend("b.test", extra_config={"backend/http": {"return_error_code": "true"}})),
    "a DNS server that is a name": service(router={"dns_servers": ["dns.internal"]}),
    "a scheme that is none": one("/a", backend("b.test", sd="dns", sd_scheme="ftp")),
    "a proxy that is no address": service(router={"trusted_proxies": ["somebody"]}),
    "a certificate without its key": service(tls={"keys": [{"public_key": "a.pem"}]}),
}


@pytest.mark.parametrize("name", WRONG)
def test_refused_with_a_place_and_a_rule(lint, write_config, name) -> None:
    found, code = lint(WRONG[name])
    assert code == 1
    assert errors(found)
    assert all(int(finding["line"]) > 0 for finding in errors(found))
    assert aggregator("--config", write_config(WRONG[name])).returncode == 1


def test_a_duplicate_route_names_both_places(lint) -> None:
    text = ('{"version": 3, "host": ["b.test"], "endpoints": [\n'
            ' {"endpoint": "/a", "backend": [{}]},\n {"endpoint": "/a", "backend": [{}]}]}')
    found, _ = lint(text)
    finding = errors(found)[0]
    assert {finding["line"], *re.findall(r"\d+", finding["message"])} >= {"2", "3"}


def test_an_unknown_key_is_pointed_at_with_what_was_meant(lint, write_config) -> None:
    path = write_config('{\n "version": 3,\n "tiemout": "2s"\n}')
    done = aggregator("lint", path)
    assert done.returncode == 1
    first, _line, _mark, hint = done.stdout.splitlines()[:4]
    assert first.startswith(f"{path}:3:2: ")
    assert "timeout" in first + hint


def test_keys_that_are_comments_are_no_findings(lint) -> None:
    config = service(**{"$schema": "x", "@note": 1, "_old": {}, "#off": []})
    assert lint(config) == ([], 0)


def test_comments_and_trailing_commas_are_accepted(start, write_config) -> None:
    text = '// a comment\n{"version": 3, /* another */ "endpoints": [],}\n'
    assert start(write_config(text)).get("/__health").status == 200


def test_a_folder_is_one_configuration(serve_folder, start) -> None:
    gateway = start(serve_folder)
    assert [gateway.get(path).json for path in ("/s", "/a", "/b", "/c")] == [{"ok": 1}] * 4


@pytest.fixture
def serve_folder(serve, write_config):
    """A folder whose service.json has `/s`, and whose endpoint files have `/a`, `/b` and `/c`."""
    server = serve(json_reply({"ok": 1}))
    write_config(endpoint("/a", backend(server)), "shop/endpoints/a.json")
    write_config([endpoint("/b", backend(server)), endpoint("/c", backend(server))],
                 "shop/endpoints/deep/b.json")
    return write_config(service(endpoint("/s", backend(server))), "shop/service.json").parent


def test_an_error_in_a_folder_names_its_file(lint, write_config) -> None:
    folder = write_config(service(), "shop/service.json").parent
    wrong = write_config('{"endpoint": "/a",\n "backend": [{"host": ["b.test"]}],\n "timeout": 1}',
                         "shop/endpoints/a.json")
    found, code = lint(folder)
    assert code == 1
    assert [(f["path"], f["line"]) for f in errors(found)] == [(str(wrong), "3")]


def test_several_paths_are_linted_in_one_go(write_config) -> None:
    good, bad = write_config(service(), "good.json"), write_config([], "bad.json")
    assert aggregator("lint", good, good).returncode == 0
    done = aggregator("lint", good, bad, good)
    assert done.returncode == 1
    assert str(bad) in done.stdout and str(good) not in done.stdout


def test_a_feature_that_is_not_yet_in_force_is_warned_of_and_starts(start) -> None:
    config = service(endpoint("/a", ONE), use_h2c=True)
    assert "use_h2c" in start(config).stderr
