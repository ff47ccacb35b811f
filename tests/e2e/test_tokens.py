"""Endpoints that let in who has a good token, with a key server that rotates, lies and dies."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

import wire
from backends import json_reply
from identity import KeyServer, bearer, jwk, token
from management import Management, admin
from settings import backend, endpoint, service

COMPONENT = Path(__file__).resolve().parents[2] / "src/components/auth_validator"
pytestmark = pytest.mark.skipif(not COMPONENT.is_dir(), reason="the component is not there")

LIES = {
    "a page": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi",
    "an error": b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n",
    "no JSON": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1\r\n\r\n{",
    "no HTTP": b"keys\r\n\r\n",
    "not all": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
}


def section(server, **more: object) -> dict:
    return {"auth/validator": {"alg": "HS256", "jwk_url": server.host + "/keys",
                               "disable_jwk_security": True, **more}}


def gateway_with(start, origin, server, *paths: str, workers: int = 1, **more: object):
    points = [endpoint(path, backend(origin), extra_config=section(server, **more))
              for path in paths or ("/a",)]
    found = service(*points, name="shop")
    found["extra_config"] = {"admin": admin()}
    return start(found, "--workers", str(workers), "--log-format", "json")


def eventually(holds) -> bool:
    end = time.monotonic() + wire.PATIENCE_S
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.02)
    return False


def test_keys_are_fetched_once_for_all_endpoints_and_workers(serve, start) -> None:
    origin, keys = serve(json_reply({"a": 1})), KeyServer("a")
    server = serve(keys)
    gateway = gateway_with(start, origin, server, "/a", "/b", "/c", workers=3)
    for path in ("/a", "/b", "/c"):
        for _ in range(10):
            assert gateway.get(path, bearer()).status == 200
    refused = gateway.get("/a", bearer("b") | {"X-No": "1"})
    assert (refused.status, refused.body) == (401, b"")
    assert refused.get("WWW-Authenticate") == 'Bearer realm="shop", error="invalid_token"'
    fetches = [one.target for one in server.received]
    assert fetches == ["/keys", "/keys"]  # at the start, and for the unknown key


def test_a_key_that_was_exchanged_is_found_and_the_old_one_is_dead(serve, start) -> None:
    origin, keys = serve(json_reply({"a": 1})), KeyServer("a")
    server = serve(keys)
    gateway = gateway_with(start, origin, server, workers=2)
    assert gateway.get("/a", bearer("a")).status == 200
    keys.names = ("b",)
    assert gateway.get("/a", bearer("b")).status == 200
    assert len(server.received) == 2
    for _ in range(8):  # whichever worker answers
        assert eventually(lambda: gateway.get("/a", bearer("a")).status == 401)


def test_a_thousand_invented_keys_cost_one_fetch(serve, start) -> None:
    origin, keys = serve(json_reply({"a": 1})), KeyServer("a")
    server = serve(keys)
    gateway = gateway_with(start, origin, server, workers=2, failed_jwk_key_cooldown="1h")
    assert gateway.get("/a", bearer()).status == 200

    def ask(begin: int) -> None:
        with gateway.client() as client:
            for number in range(begin, begin + 250):
                assert client.ask("GET", "/a", bearer(f"k{number}")).status == 401

    threads = [threading.Thread(target=ask, args=(250 * i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.received) == 2
    assert gateway.get("/a", bearer()).status == 200
    refused = Management(gateway).sum("aggregator_tokens_total", endpoint="GET /a",
                                      outcome="refused")
    assert refused == 1000


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_of_the_key_server_changes_nothing(serve, start, lie: str) -> None:
    origin, keys = serve(json_reply({"a": 1})), KeyServer("a")
    server = serve(keys)
    gateway = gateway_with(start, origin, server)
    assert gateway.get("/a", bearer()).status == 200
    keys.answer = LIES[lie]
    assert gateway.get("/a", bearer("b")).status == 401
    assert len(server.received) == 2
    assert gateway.get("/a", bearer(sub="other")).status == 200
    gateway.wait_for_line(lambda line: "older ones serve" in line)


def test_a_key_server_that_is_down_at_the_start_is_asked_again(serve, start) -> None:
    origin, keys = serve(json_reply({"a": 1})), KeyServer("a")
    server = serve(keys)
    server.stop()
    gateway = gateway_with(start, origin, server, failed_jwk_key_cooldown="1s")
    gateway.wait_for_line(lambda line: "cannot be fetched" in line)
    answer = gateway.get("/a", bearer())
    assert answer.status == 503
    assert answer.get("X-Aggregator-Error") == "keys_unavailable"
    server.listen()
    assert eventually(lambda: gateway.get("/a", bearer()).status == 200)
    assert origin.received


def test_who_waits_for_keys_of_a_server_that_hangs_is_answered_in_time(serve, start) -> None:
    origin, keys = serve(json_reply({"a": 1})), KeyServer("a")
    keys.hangs = True
    server = serve(keys)
    found = service(endpoint("/a", backend(origin), extra_config=section(server), timeout="300ms"),
                    endpoint("/open", backend(origin)))
    gateway = start(found, "--workers", "1")
    with gateway.client() as waiting:
        waiting.send(f"GET /a HTTP/1.1\r\nHost: a\r\nAuthorization: {token()}\r\n\r\n".encode())
        assert gateway.get("/open").status == 200
        assert waiting.answer("GET").status == 503


def test_the_figures_of_a_key_server_are_shown_once(serve, start) -> None:
    origin, keys = serve(json_reply({"a": 1})), KeyServer("a")
    server = serve(keys)
    gateway = gateway_with(start, origin, server, "/a", "/b")
    assert gateway.get("/a", bearer()).status == 200
    management = Management(gateway)
    source = server.host + "/keys"
    assert management.sum("aggregator_jwks_fetches_total", source=source, outcome="fetched") == 1
    assert 0 <= management.sum("aggregator_jwks_age_seconds", source=source) < wire.PATIENCE_S


def test_keys_of_a_file_lie_beside_the_configuration(serve, start, write_config) -> None:
    origin = serve(json_reply({"a": 1}))
    write_config({"keys": [jwk("a"), jwk("b") | {"k": "c2hvcnQ"}]}, "keys.json")
    point = endpoint("/a", backend(origin), extra_config={
        "auth/validator": {"alg": "HS256", "jwk_local_path": "keys.json", "log_claim": "sub"}})
    gateway = start(service(point), "--workers", "1", "--log-format", "json")
    assert gateway.get("/a", bearer(sub="anna")).status == 200
    assert gateway.get("/a", bearer("b")).status == 401
    assert gateway.access("/a")["subject"] == "anna"
    assert "jwk-skipped" in gateway.stderr


def test_a_reply_to_who_had_to_say_who_he_is_is_private(serve, start) -> None:
    origin, keys = serve(json_reply({"a": 1})), KeyServer("a")
    point = endpoint("/a", backend(origin), cache_ttl="60s", extra_config=section(serve(keys)))
    open_point = endpoint("/b", backend(origin), cache_ttl="60s")
    gateway = start(service(point, open_point), "--workers", "1")
    assert gateway.get("/a", bearer()).get("Cache-Control") == "private, max-age=60"
    assert gateway.get("/b").get("Cache-Control") == "public, max-age=60"
    assert gateway.get("/a").get("Cache-Control") == "no-store"
