"""Settings of time and of kept connections: each is in force, as seen at the socket."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

import wire
from backends import Exchange, gated, hang, json_reply, then_hang
from settings import backend, endpoint, pass_through, service

GOOD = json_reply({"a": 1})
ONE = ("--workers", "1")
SHORT = "300ms"


def until(holds) -> None:
    """Asks again until it holds."""
    end = time.monotonic() + wire.PATIENCE_S
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def is_cut(client) -> bool:
    """Whether the connection ends, politely or not. A wait without an end is an error."""
    with wire.may_be_cut():
        client.rest()
    return True


def test_write_timeout_ends_a_reply_that_takes_too_long(serve, start) -> None:
    part = then_hang(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
    gateway = start(service(pass_through("/e", backend(serve(part))), write_timeout=SHORT))
    with gateway.client() as client:
        began = time.monotonic()
        client.send(wire.request("GET", "/e"))
        assert is_cut(client)
        assert time.monotonic() - began >= 0.25


def test_write_timeout_ends_a_request_that_nobody_answers(serve, start) -> None:
    gateway = start(service(endpoint("/e", backend(serve(hang))), write_timeout=SHORT))
    with gateway.client() as client:
        client.send(wire.request("GET", "/e"))
        assert is_cut(client)


def test_write_timeout_begins_anew_with_each_request(serve, start) -> None:
    gateway = start(service(endpoint("/e", backend(serve(GOOD))), write_timeout="1s"))
    with gateway.client() as client:
        for _ in range(4):
            assert client.ask("GET", "/e").status == 200
            time.sleep(0.4)
        assert client.ask("GET", "/e").status == 200


def test_read_header_timeout_answers_408_to_a_head_that_does_not_end(serve, start) -> None:
    gateway = start(service(endpoint("/e", backend(serve(GOOD))), read_header_timeout=SHORT,
                            max_shutdown_wait_time="10s"), *ONE)
    with gateway.client() as client:
        client.send("GET /e HTTP/1.1\r\nHo")
        assert gateway.get("/e").status == 200
        gateway.signal()  # at the end of that wait it would be cut without a word
        assert client.answer().status == 408


def test_timeout_of_the_service_is_for_endpoints_without_their_own(serve, start) -> None:
    def late(exchange: Exchange) -> None:
        time.sleep(1)
        exchange.send(GOOD)

    server = serve(late)
    gateway = start(service(endpoint("/e", backend(server)),
                            endpoint("/own", backend(server), timeout="20s"), timeout="200ms"))
    assert (gateway.get("/e").status, gateway.get("/own").status) == (500, 200)


def test_read_timeout_answers_408_to_a_body_that_takes_too_long(serve, start) -> None:
    server = serve(GOOD)
    gateway = start(service(endpoint("/e", backend(server), backend(server), method="POST"),
                            read_timeout=SHORT))
    with gateway.client() as client:
        began = time.monotonic()
        client.send("POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf")
        answer = client.answer()
        assert (answer.status, answer.get("X-Aggregator-Error")) == (408, "request_timeout")
        assert time.monotonic() - began >= 0.25
        assert client.is_ended()


def test_read_timeout_does_not_count_against_the_reply(serve, start) -> None:
    gate = threading.Event()
    server = serve(gated(gate, GOOD))
    gateway = start(service(endpoint("/e", backend(server), method="POST"), read_timeout=SHORT))
    with gateway.client() as client:
        client.send(wire.request("POST", "/e", body=b"{}"))
        server.wait_for()
        time.sleep(0.5)
        gate.set()
        assert client.answer().status == 200


def test_idle_timeout_counts_from_the_end_of_the_last_request(serve, start) -> None:
    gateway = start(service(endpoint("/e", backend(serve(GOOD))), idle_timeout="1s"))
    with gateway.client() as client:
        for _ in range(4):
            assert client.ask("GET", "/e").status == 200
            time.sleep(0.4)  # together longer than the limit
        began = time.monotonic()
        assert client.ask("GET", "/e").status == 200
        assert client.is_ended()
        assert time.monotonic() - began >= 0.9


def test_idle_timeout_is_in_force_behind_a_write_timeout(serve, start) -> None:
    gateway = start(service(endpoint("/e", backend(serve(GOOD))), idle_timeout=SHORT,
                            write_timeout="60s", read_timeout="60s", read_header_timeout="60s"))
    with gateway.client() as client:
        assert client.ask("GET", "/e").status == 200
        assert client.ask("POST", "/e", body=b"x").status == 405
        assert client.is_ended()


def test_a_kept_connection_is_served_while_its_idle_time_runs(serve, start) -> None:
    gate = threading.Event()
    server = serve({"/quick": GOOD, "/slow": gated(gate, GOOD)})
    gateway = start(service(endpoint("/quick", backend(server, "/quick")),
                            endpoint("/slow", backend(server, "/slow")), idle_timeout=SHORT))
    with gateway.client() as client:
        assert client.ask("GET", "/quick").status == 200
        client.send(wire.request("GET", "/slow"))
        server.wait_for(2)
        time.sleep(0.6)  # the idle time of before has passed: it must not end this exchange
        gate.set()
        assert client.answer().status == 200


def test_response_header_timeout_ends_the_wait_for_a_head(serve, start) -> None:
    gateway = start(service(endpoint("/e", backend(serve(hang))), response_header_timeout=SHORT))
    answer = gateway.get("/e")
    assert (answer.status, answer.get("X-Aggregator-Error")) == (500, "timeout")


def test_response_header_timeout_does_not_count_against_a_body(serve, start) -> None:
    def slowly(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n{\"a\"")
        time.sleep(0.6)
        exchange.send(b": 1}")

    gateway = start(service(endpoint("/e", backend(serve(slowly))), response_header_timeout=SHORT))
    assert gateway.get("/e").json == {"a": 1}


def test_idle_connection_timeout_closes_kept_connections(serve, start) -> None:
    gateway = start(service(endpoint("/e", backend(serve(GOOD))), idle_connection_timeout=SHORT),
                    *ONE)
    assert gateway.get("/e").status == 200
    until(lambda: gateway.counters()["upstream"] == 0)


def test_kept_connections_stay_without_an_idle_connection_timeout(serve, start) -> None:
    gateway = start(service(endpoint("/e", backend(serve(GOOD)))), *ONE)
    assert gateway.get("/e").status == 200
    time.sleep(0.6)
    assert gateway.counters()["upstream_idle"] == 1


def test_a_kept_connection_that_is_taken_up_again_does_not_end_by_its_idle_time(
        serve, start) -> None:
    gate = threading.Event()
    server = serve({"/quick": GOOD, "/slow": gated(gate, GOOD)})
    gateway = start(service(endpoint("/quick", backend(server, "/quick")),
                            endpoint("/slow", backend(server, "/slow")),
                            idle_connection_timeout=SHORT), *ONE)
    assert gateway.get("/quick").status == 200
    with gateway.client() as client:
        client.send(wire.request("GET", "/slow"))
        server.wait_for(2)
        time.sleep(0.6)
        gate.set()
        assert client.answer().status == 200


@pytest.fixture
def kept(serve, start):
    """How many connections are kept after so many requests at once to each of two hosts."""

    def run(at_once: int, **more: object) -> int:
        gate = threading.Event()
        servers = [serve(gated(gate, GOOD)), serve(gated(gate, GOOD))]
        points = [endpoint(f"/{n}", backend(one)) for n, one in enumerate(servers)]
        gateway = start(service(*points, **more), *ONE)
        clients = [gateway.client() for _ in range(2 * at_once)]
        for n, client in enumerate(clients):
            client.send(wire.request("GET", f"/{n % 2}"))
        for one in servers:
            one.wait_for(at_once)
        gate.set()
        for client in clients:
            assert client.answer().status == 200
            client.close()
        gateway.settle()
        return gateway.counters()["upstream_idle"]

    return run


@pytest.mark.parametrize(("at_once", "left"), [(2, 4), (3, 4)])
def test_max_idle_connections_per_host(kept, at_once, left) -> None:
    assert kept(at_once, max_idle_connections_per_host=2) == left


@pytest.mark.parametrize(("limit", "left"), [(3, 3), (4, 4), (5, 4)])
def test_max_idle_connections(kept, limit, left) -> None:
    assert kept(2, max_idle_connections=limit) == left


def keep_alive_timer(address: tuple[str, int], backend_port: int) -> tuple[int, int]:
    """Of the gateway's connection to a backend: the kind of its timer, and the time in 10 ms."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        words = line.split()
        if words[2].endswith(f":{backend_port:04X}") and words[3] == "01":
            kind, when = words[5].split(":")
            return int(kind, 16), int(when, 16)
    raise AssertionError("no such connection")


@pytest.mark.parametrize(("value", "most"), [("5s", 500), ("100s", 10000)])
def test_dialer_keep_alive_sets_the_probes_of_a_backends_connection(serve, start, value,
                                                                    most) -> None:
    server = serve(GOOD)
    gateway = start(service(endpoint("/e", backend(server)), dialer_keep_alive=value), *ONE)
    assert gateway.get("/e").status == 200
    kind, when = keep_alive_timer(gateway.address, server.port)
    assert kind == 2  # the keep-alive timer
    assert when <= most + 10
    assert most == 500 or when > 1500  # more than the default of 15 s


def test_disable_compression_asks_backends_for_plain_bodies(serve, start) -> None:
    server = serve(GOOD)
    for disabled, asked in ((False, "gzip"), (True, None)):
        gateway = start(service(endpoint("/e", backend(server)), disable_compression=disabled))
        assert gateway.get("/e").status == 200
        assert server.received[-1].get("Accept-Encoding") == asked
