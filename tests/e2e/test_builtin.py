"""What the program answers itself: health, debug and echo."""

from __future__ import annotations

import json
import re

import pytest

import wire
from backends import json_reply
from gateway import aggregator
from settings import backend, endpoint, service

BOTH = {"debug_endpoint": True, "echo_endpoint": True}
DEBUG = ("--log-level", "debug", "--log-format", "json")


@pytest.fixture
def built_in(serve, start):
    """Starts a gateway with one endpoint of two parameters, and with both endpoints open."""

    def run(*options, router=None, **more):
        point = endpoint("/{a}/{b}", backend(serve(json_reply({"from": "endpoint"}))))
        return start(service(point, router=router, **(more or BOTH)), *options)

    return run


@pytest.fixture
def refused(write_config):
    """What the program says of a configuration that it must not start with."""

    def run(config) -> str:
        done = aggregator("--config", write_config(config))
        assert done.returncode == 1
        return done.stderr

    return run


def debug_line(gateway) -> dict:
    return json.loads(gateway.wait_for_line(lambda text: '"event":"debug endpoint"' in text))


def test_health_has_its_shape(built_in) -> None:
    answer = built_in().get("/__health")
    assert answer.status == 200
    assert answer.get("Content-Type") == "application/json; charset=utf-8"
    assert answer.get("X-Aggregator") is None
    assert list(answer.json) == ["agents", "now", "status"]
    assert (answer.json["agents"], answer.json["status"]) == ({}, "ok")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \+0000 UTC m=\+\d+\.\d+",
                        answer.json["now"])


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"])
def test_debug_says_pong_to_any_method(built_in, method) -> None:
    answer = built_in().ask(method, "/__debug/anything/below?a=1")
    assert (answer.status, answer.json) == (200, {"message": "pong"})
    assert answer.get("Content-Type") == "application/json; charset=utf-8"
    assert answer.get("X-Aggregator") is None


def test_debug_logs_what_it_was_sent(built_in) -> None:
    gateway = built_in(*DEBUG)
    gateway.ask("POST", "/__debug/a%20b?q=1&q=2", {"X-One": "1"}, b'say "hi"\n')
    line = debug_line(gateway)
    assert line["level"] == "debug"
    assert (line["method"], line["url"]) == ("POST", "/__debug/a%20b?q=1&q=2")
    assert (line["params"], line["body"]) == ("/a b", 'say "hi"\n')
    assert json.loads(line["query"]) == {"q": ["1", "2"]}
    assert json.loads(line["headers"])["X-One"] == ["1"]


def test_debug_logs_nothing_above_the_debug_level(built_in) -> None:
    gateway = built_in()
    gateway.get("/__debug/x")
    gateway.get("/__health")
    gateway.wait_for_line(lambda text: "path=/__health" in text)
    assert "debug endpoint" not in gateway.stderr


def test_a_body_that_is_no_text_leaves_the_log_readable(built_in) -> None:
    gateway = built_in(*DEBUG)
    gateway.ask("POST", "/__debug/", body=b"\xff\x00\n{}")
    assert debug_line(gateway)["body"] == "\ufffd\x00\n{}"


def test_echo_tells_the_request(built_in) -> None:
    answer = built_in().ask("PUT", "/__echo/a%20b?x=1&y=2&x=3+4",
                            {"x-one": "1", "Content-Type": "text/plain"}, b'{"k":"\xc3\xa9"}')
    assert answer.status == 200
    assert answer.get("Content-Type") == "application/json; charset=utf-8"
    assert answer.json == {
        "req_uri": "/__echo/a%20b?x=1&y=2&x=3+4",
        "req_uri_details": {"user": "", "host": "gateway.test", "path": "/__echo/a b",
                            "query": "x=1&y=2&x=3+4", "fragment": ""},
        "req_method": "PUT",
        "req_querystring": {"x": ["1", "3 4"], "y": ["2"]},
        "req_body": '{"k":"é"}',
        "req_headers": {"X-One": ["1"], "Content-Type": ["text/plain"], "Content-Length": ["10"]},
    }


def test_repeated_headers_are_one_list(built_in) -> None:
    with built_in().client() as client:
        client.send("GET /__echo/ HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nx-a: 2\r\n\r\n")
        assert client.answer().json["req_headers"] == {"X-A": ["1", "2"]}


def test_a_head_request_has_no_body(built_in) -> None:
    with built_in().client() as client:
        assert client.ask("HEAD", "/__echo/").status == 200
        assert client.ask("GET", "/__echo/").json["req_method"] == "GET"


def test_a_chunked_body_is_collected_as_it_comes(built_in) -> None:
    with built_in().client() as client:
        whole = wire.chunked(b"one ", b"two ", b"three")
        client.send(wire.request("POST", "/__echo/", {"Transfer-Encoding": "chunked"}))
        for byte in whole:
            client.send(bytes([byte]))
        answer = client.answer()
        assert answer.json["req_body"] == "one two three"
        assert "Transfer-Encoding" not in answer.json["req_headers"]


def test_a_large_body_is_collected(built_in) -> None:
    body = b"0123456789abcdef" * 65_536
    answer = built_in().ask("POST", "/__echo/", body=body)
    assert answer.json["req_body"] == body.decode()


@pytest.mark.parametrize("path", ["/__echo/", "/__debug/"])
def test_a_body_above_the_limit_is_413(built_in, path) -> None:
    gateway = built_in(router={"max_body_bytes": 1000})
    assert gateway.ask("POST", path, body=b"x" * 1000).status == 200
    answer = gateway.ask("POST", path, body=b"x" * 1001)
    assert (answer.status, answer.get("X-Aggregator-Error")) == (413, "body_too_large")
    with gateway.client() as client:
        client.send(wire.request("POST", path, {"Transfer-Encoding": "chunked"}))
        client.send(wire.chunked(b"x" * 600, b"x" * 600))
        assert client.answer().status == 413


def test_a_client_that_leaves_in_its_body_leaves_nothing_behind(built_in) -> None:
    gateway = built_in("--log-format", "json")
    with gateway.client() as client:
        client.send(wire.request("POST", "/__echo/gone", {"Content-Length": "100"}) + b"x")
    assert gateway.access("/__echo/gone")["status"] in (400, 499)


@pytest.mark.parametrize("name", ["debug", "echo"])
def test_each_is_there_only_if_switched_on(built_in, name) -> None:
    gateway = built_in(**{f"{name}_endpoint": True})
    other = {"debug": "echo", "echo": "debug"}[name]
    assert gateway.get(f"/__{name}/x").json != {"from": "endpoint"}
    assert gateway.get(f"/__{other}/x").json == {"from": "endpoint"}
    assert gateway.get(f"/__{other}/").status == 404


def test_the_path_without_its_slash_is_redirected(built_in) -> None:
    gateway = built_in()
    answer = gateway.get("/__debug?a=1")
    assert (answer.status, answer.get("Location")) == (301, "/__debug/?a=1")
    assert gateway.ask("POST", "/__echo", body=b"").status == 307


@pytest.mark.parametrize(("path", "reason"), [
    ("/__debug/%2541", "error: encoded url params"), ("/__echo/a%3Fb", "error: encoded url params"),
    ("/__echo/%25zz", 'error: invalid URL escape "%zz"'),
])
def test_the_parameter_check_covers_them(built_in, path, reason) -> None:
    answer = built_in().get(path)
    assert (answer.status, answer.text) == (400, reason)
    unchecked = built_in(router={"disable_path_decoding": True}, **BOTH)
    assert unchecked.get(path).status == 200


def test_they_are_in_the_access_log(built_in) -> None:
    gateway = built_in("--log-format", "json")
    gateway.get("/__echo/seen")
    line = gateway.access("/__echo/seen")
    assert (line["status"], line["endpoint"]) == (200, "")


@pytest.mark.parametrize("path", ["/__debug", "/__debug/x", "/a/__echo", "/__health"])
def test_an_endpoint_in_their_place_is_refused(refused, path) -> None:
    assert "forbidden-path" in refused(service(endpoint(path, backend("http://a.test"))))


def test_an_endpoint_where_health_was_moved_is_refused(refused) -> None:
    config = service(endpoint("/alive", backend("http://a.test")),
                     router={"health_path": "/alive"})
    assert "route-conflict" in refused(config)
