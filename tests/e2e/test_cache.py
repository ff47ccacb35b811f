"""Stored answers and replies, over real connections and with several workers."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import wire
from backends import Exchange, json_reply, reply
from management import Management, admin
from settings import backend, endpoint, pass_through, service

CACHE = {"qos/http-cache": {}}
MINUTE = "Cache-Control: max-age=60\r\n"


def until_hit(gateway, target: str, count: int) -> None:
    """Until so many workers or requests in a row have found the answer."""
    hits = 0
    while hits < count:
        hit = gateway.get(target).get("Cache-Status") == "aggregator; hit"
        hits = hits + 1 if hit else 0


def test_what_one_worker_stored_all_of_them_give(serve, start) -> None:
    origin = serve({"/a": json_reply({"a": 1}, headers=MINUTE)})
    gateway = start(service(endpoint("/a", backend(origin, "/a", extra_config=CACHE))),
                    "--workers", "4")
    until_hit(gateway, "/a", 50)
    asked = len(origin.received)
    for _ in range(200):
        assert gateway.get("/a").json == {"a": 1}
    assert len(origin.received) == asked <= 4


def test_many_at_once_make_one_call(serve, start) -> None:
    go = threading.Event()

    def slow(exchange: Exchange) -> None:
        go.wait(wire.PATIENCE_S)
        exchange.send(reply(b"one", headers=MINUTE))

    origin = serve({"/a": slow})
    gateway = start(service(pass_through("/a", backend(origin, "/a", extra_config=CACHE))),
                    "--workers", "1")
    with ThreadPoolExecutor(10) as pool:
        replies = [pool.submit(gateway.get, "/a") for _ in range(10)]
        origin.wait_for(1)
        go.set()
        assert [one.result().body for one in replies] == [b"one"] * 10
    assert len(origin.received) == 1


def test_a_backend_that_is_gone_is_covered_by_what_is_old(serve, start) -> None:
    control = "Cache-Control: max-age=0, stale-if-error=600\r\n"
    origin = serve({"/a": reply(b"one", headers=control)})
    gateway = start(service(pass_through("/a", backend(origin, "/a", extra_config=CACHE))),
                    "--workers", "1")
    assert gateway.get("/a").body == b"one"
    origin.stop()
    old = gateway.get("/a")
    assert old.status == 200 and old.body == b"one"
    assert "fwd=stale" in old.get("Cache-Status")


def test_a_validation_that_holds_keeps_the_body(serve, start) -> None:
    def origin_of(exchange: Exchange) -> None:
        headers = 'Cache-Control: no-cache\r\nETag: "t"\r\n'
        if exchange.received.get("If-None-Match") == '"t"':
            exchange.send(f"HTTP/1.1 304 Not Modified\r\n{headers}\r\n".encode())
        else:
            exchange.send(reply(b"one", headers=headers))

    origin = serve({"/a": origin_of})
    gateway = start(service(pass_through("/a", backend(origin, "/a", extra_config=CACHE))),
                    "--workers", "1")
    for _ in range(3):
        answer = gateway.get("/a")
        assert answer.status == 200 and answer.body == b"one"
    assert [one.get("If-None-Match") for one in origin.received] == [None, '"t"', '"t"']


def test_a_large_answer_is_stored_in_one_piece(serve, start) -> None:
    large = bytes(range(256)) * 8192  # 2 MiB
    origin = serve({"/a": reply(large, headers=MINUTE)})
    gateway = start(service(pass_through("/a", backend(origin, "/a", extra_config=CACHE))),
                    "--workers", "1")
    for _ in range(3):
        assert gateway.get("/a").body == large
    assert len(origin.received) == 1


def test_what_a_redirect_led_to_is_not_the_answer_of_its_beginning(serve, start) -> None:
    origin = serve({"/a": reply(status=302, headers="Location: /b\r\n"),
                    "/b": json_reply({"a": 1}, headers=MINUTE)})
    gateway = start(service(endpoint("/a", backend(origin, "/a", extra_config=CACHE))),
                    "--workers", "1")
    for _ in range(2):
        assert gateway.get("/a").json == {"a": 1}
    assert [one.target for one in origin.received] == ["/a", "/b"] * 2


def test_a_change_is_seen_by_the_next_request_of_the_same_worker(serve, start) -> None:
    origin = serve({"/a": reply(b"one", headers=MINUTE)})
    gateway = start(service(
        pass_through("/a", backend(origin, "/a", extra_config=CACHE)),
        pass_through("/put", backend(origin, "/a"), method="PUT")), "--workers", "1")
    assert gateway.get("/a").body == gateway.get("/a").body == b"one"
    assert gateway.ask("PUT", "/put", body=b"two").status == 200
    assert gateway.get("/a").body == b"one"
    assert [one.method for one in origin.received] == ["GET", "PUT", "GET"]


@pytest.mark.parametrize("label", ["", "GET /a", "{host}", "0 {host}"])
def test_the_management_interface_empties_caches(serve, start, label: str) -> None:
    origin = serve({"/a": reply(b"one", headers=MINUTE)})
    gateway = start(service(
        pass_through("/a", backend(origin, "/a", extra_config=CACHE)),
        extra_config={"admin": admin()}), "--workers", "4")
    management = Management(gateway)
    until_hit(gateway, "/a", 50)
    asked = len(origin.received)
    wanted = label.format(host=origin.host.removeprefix("http://")).replace(" ", "%20")
    answer = management.ask("DELETE", "/api/v1/cache" + (wanted and f"?backend={wanted}"))
    assert json.loads(answer.text) == {"purged": 1}
    assert gateway.get("/a").get("Cache-Status") == "aggregator; fwd=miss; stored"
    assert len(origin.received) == asked + 1
    assert json.loads(management.ask("DELETE", "/api/v1/cache?backend=other").text)["purged"] == 0
    assert management.sum("aggregator_cache_entries") == 1


def test_a_reply_is_stored_for_all_workers(serve, start) -> None:
    one, other = serve({"/a": json_reply({"a": 1})}), serve({"/b": json_reply({"b": 1})})
    gateway = start(service(endpoint(
        "/x", backend(one, "/a"), backend(other, "/b"),
        extra_config={"qos/response-cache": {"ttl": "600s"}})), "--workers", "4")
    until_hit(gateway, "/x", 50)
    answer = gateway.get("/x")
    assert answer.json == {"a": 1, "b": 1}
    assert gateway.get("/x", {"If-None-Match": answer.get("ETag")}).status == 304
    assert len(one.received) == len(other.received) <= 4
