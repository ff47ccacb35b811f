"""What goes wrong first when somebody starts: each is said once, with what to write instead."""

from __future__ import annotations

import json

import pytest

from backends import json_reply
from gateway import aggregator
from settings import backend, endpoint, service

SHAPE = "a backend's answer has another shape than configured"


def linted(path) -> dict[str, tuple[str, str]]:
    """Message and hint of each finding, by its rule."""
    told = json.loads(aggregator("lint", "--format", "json", path).stdout)["findings"]
    return {one["rule"]: (one["message"], one.get("hint", "")) for one in told}


def test_a_list_is_logged_once_for_each_endpoint_with_what_to_write(start, serve) -> None:
    origin = serve({"/list": json_reply([1, 2]), "/one": json_reply({"a": 1})})
    gateway = start(service(
        endpoint("/a", backend(origin, url_pattern="/list")),
        endpoint("/b", backend(origin, url_pattern="/list"),
                 backend(origin, url_pattern="/one", is_collection=True)),
        endpoint("/c", backend(origin, url_pattern="/one"))),
        "--log-format", "json", "--workers", "2")
    for _ in range(20):  # on connections of their own, so that both workers meet them
        for path in ("/a", "/b", "/c"):
            gateway.get(path)
    gateway.counters()
    told = [json.loads(line) for line in gateway.lines if SHAPE in line]
    assert sorted((one["endpoint"], one["backend"]) for one in told) == [
        ("GET /a", "/list"), ("GET /b", "/list"), ("GET /b", "/one")]
    assert {one["level"] for one in told} == {"warning"}
    for one in told:
        expected = '"is_collection": true' if one["backend"] == "/list" \
            else "remove `is_collection`"
        assert expected in one["hint"]


def test_a_missing_version_is_called_missing(write_config) -> None:
    assert linted(write_config('{"endpoints": []}'))["unsupported-version"] == (
        "`version` is missing", 'write "version": 3 into the configuration')


@pytest.mark.parametrize(("place", "key", "name"), [
    ("backend", "url", "url_pattern"), ("backend", "path", "url_pattern"),
    ("endpoint", "path", "endpoint"), ("endpoint", "headers", "input_headers"),
    ("service", "routes", "endpoints"), ("service", "servers", "host")])
def test_the_names_of_other_programs_are_known(write_config, place, key, name) -> None:
    config = service(endpoint("/a", backend("http://127.0.0.1:1")))
    point = config["endpoints"][0]
    {"service": config, "endpoint": point, "backend": point["backend"][0]}[place][key] = "x"
    message, hint = linted(write_config(config))["unknown-key"]
    assert f"`{key}` is not a key of" in message
    assert hint == f"it is called `{name}` here"


@pytest.mark.parametrize("host", [
    "http://$HOST", "http://${HOST}:80", "{{ env.HOST }}", "http://{host}", "$HOST"])
@pytest.mark.parametrize("keys", [{}, {"disable_host_sanitize": True},
                                  {"disable_host_sanitize": True, "sd": "dns"}])
def test_a_host_with_a_variable_hints_at_variables(write_config, host, keys) -> None:
    config = service(endpoint("/a", backend("http://127.0.0.1:1", **keys)))
    config["endpoints"][0]["backend"][0]["host"] = [host]
    told = linted(write_config(config))
    message, hint = told.get("bad-host") or told["cleaned-host"]
    assert host in message
    assert "AGGREGATOR_HOST" in hint and "variables" in hint


def test_the_variable_that_the_hint_names_works(start, serve) -> None:
    origin = serve({"/x": json_reply({"a": 1})})
    config = service(endpoint("/a", {"url_pattern": "/x"}))
    gateway = start(config, env={"AGGREGATOR_HOST": origin.host})
    assert gateway.get("/a").body == b'{"a":1}'
