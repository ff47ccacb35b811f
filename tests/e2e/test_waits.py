"""No wait for a peer is without an end: clients and backends that stop in the middle of things."""

from __future__ import annotations

import select
import socket
import threading
import time

import pytest

import wire
from backends import Exchange, echo, hang, ignore, json_reply, reply, then_hang
from gateway import Gateway
from settings import backend, endpoint, pass_through, service

GOOD = json_reply({"a": 1})
LARGE = 8_000_000  # more than what the sockets between two peers hold
SHORT = {"stall_timeout": "300ms"}
LONG = "60s"  # longer than a test waits
PATTERN = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n"


def slow_client(gateway: Gateway, request: bytes) -> socket.socket:
    """Sends a request, and reads nothing."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(wire.PATIENCE_S)
    client.connect(gateway.address)
    client.sendall(request)
    return client


def wait_for_count(gateway: Gateway, name: str, count: int = 1) -> None:
    until = time.monotonic() + wire.PATIENCE_S
    while gateway.counters().get(name, 0) < count:
        assert time.monotonic() < until, gateway.stderr


def is_cut(client: socket.socket) -> bool:
    """Reads to the end, which must be a reset: a cut reply may not look whole."""
    try:
        while client.recv(65536):
            pass
    except ConnectionResetError:
        return True
    return False


def stream(exchange: Exchange) -> None:
    """Sends without an end."""
    exchange.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    piece = wire.chunked(b"x" * 65536)[:-5]
    try:
        while True:
            exchange.send(piece)
    except OSError:
        exchange.backend.note_gone()
        raise


@pytest.mark.parametrize("kind", [endpoint, pass_through], ids=["merged", "no-op"])
def test_a_client_that_does_not_read_its_reply_is_cut_off(serve, start, kind) -> None:
    gateway = start(service(kind("/e", backend(serve(json_reply({"a": "x" * LARGE})))),
                            router=SHORT))
    with slow_client(gateway, wire.request("GET", "/e")) as client:
        wait_for_count(gateway, "client_stalled")
        assert gateway.counters()["connections"] == 0
        assert is_cut(client)


def test_a_client_that_does_not_read_a_reply_of_the_gateway_is_cut_off(start) -> None:
    gateway = start(service(echo_endpoint=True, router=SHORT))
    body = b"x" * LARGE
    with slow_client(gateway, wire.request("POST", "/__echo/", None, body)) as client:
        wait_for_count(gateway, "client_stalled")
        assert is_cut(client)


def test_a_client_that_does_not_read_a_stream_gives_its_backend_back(serve, start) -> None:
    source = serve(stream)
    gateway = start(service(pass_through("/e", backend(source)), router=SHORT))
    with slow_client(gateway, wire.request("GET", "/e")) as client:
        source.wait_gone()
        assert is_cut(client)


def test_a_stream_ends_at_its_timeout_even_if_nobody_reads_it(serve, start) -> None:
    source = serve(stream)
    gateway = start(service(pass_through("/e", backend(source), timeout="300ms"),
                            router={"stall_timeout": LONG}))
    with slow_client(gateway, wire.request("GET", "/e")):
        source.wait_gone()
        assert gateway.counters()["upstream"] == 0


@pytest.mark.parametrize("backends", [1, 2])
def test_a_client_that_stops_in_its_body_gets_408(serve, start, backends) -> None:
    parts = [backend(serve(echo)) for _ in range(backends)]
    gateway = start(service(endpoint("/e", *parts, method="POST"), router=SHORT))
    with gateway.client() as client:
        client.send("POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nbegin")
        answer = client.answer()
        assert (answer.status, answer.get("X-Aggregator-Error")) == (408, "request_timeout")
        assert client.is_ended()


def test_peers_that_are_slow_but_go_on_are_waited_for(serve, start) -> None:
    gate = threading.Event()

    def slowly(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n")
        for letter in exchange.received.body:
            exchange.send(bytes([letter]))
            gate.wait(0.1)

    gateway = start(service(pass_through("/e", backend(serve(slowly)), method="POST"),
                            router={"stall_timeout": "1s"}))
    with gateway.client() as client:
        client.send("POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n\r\n")
        for letter in "twelve bytes":
            client.send(letter)
            gate.wait(0.1)
        assert client.answer().body == b"twelve bytes"


def test_a_slow_reader_of_a_large_reply_is_waited_for(serve, start) -> None:
    """What is left of the reply gets less all the time, and is never all gone."""
    size = 24_000_000
    gateway = start(service(endpoint("/e", backend(serve(json_reply({"a": "x" * size})))),
                            router={"stall_timeout": "1s"}))
    with slow_client(gateway, wire.request("GET", "/e")) as client:
        reader = wire.Reader(client)
        answer = reader.head()
        whole = int(answer.get("Content-Length"))
        for _ in range(8):
            reader.exactly(1_000_000)
            time.sleep(0.2)
        assert len(reader.exactly(whole - 8_000_000)) == whole - 8_000_000


def test_a_reader_is_waited_for_that_takes_too_little_to_make_room_for_more(serve, start) -> None:
    """The socket says that it is writable when a third of its buffer is free, and not before."""
    size = 24_000_000
    gateway = start(service(endpoint("/e", backend(serve(json_reply({"a": "x" * size})))),
                            router={"stall_timeout": "1s"}))
    with slow_client(gateway, wire.request("GET", "/e")) as client:
        reader = wire.Reader(client)
        whole = int(reader.head().get("Content-Length"))
        for _ in range(30):
            reader.exactly(10_000)
            time.sleep(0.1)
        assert len(reader.exactly(whole - 300_000)) == whole - 300_000


def test_a_backend_that_stops_reading_is_given_up(serve, start) -> None:
    deaf = serve(ignore, early=True)
    gateway = start(service(pass_through("/e", backend(deaf), method="POST"), router=SHORT),
                    "--log-format", "json")
    with gateway.client() as client:
        client.send(f"POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: {LARGE}\r\n\r\n")
        threading.Thread(target=_send_all, args=(client,), daemon=True).start()
        assert client.answer().status == 500
        deaf.wait_gone()
    assert "stalled" in str(gateway.access("/e"))


def _send_all(client: wire.Client) -> None:
    with wire.may_be_cut():
        client.send(b"x" * LARGE)


def test_a_backend_that_stops_in_its_answer_is_a_failed_part(serve, start) -> None:
    mute = serve(then_hang(PATTERN + b'{"b":'))
    gateway = start(service(endpoint("/e", backend(serve(GOOD)), backend(mute)), router=SHORT),
                    "--log-format", "json")
    answer = gateway.get("/e")
    assert (answer.json, answer.get("X-Aggregator-Completed")) == ({"a": 1}, "false")
    mute.wait_gone()
    assert "stalled" in str(gateway.access("/e"))


def test_a_backend_that_stops_in_a_stream_cuts_it(serve, start) -> None:
    mute = serve(then_hang(PATTERN + b"begin"))
    gateway = start(service(pass_through("/e", backend(mute)), router=SHORT))
    with gateway.client() as client:
        client.send(wire.request("GET", "/e"))
        assert is_cut(client.socket)
    mute.wait_gone()


def test_a_backend_may_think_for_longer_than_the_stall_limit(serve, start) -> None:
    def think(exchange: Exchange) -> None:
        time.sleep(1)
        exchange.send(GOOD)

    gateway = start(service(endpoint("/e", backend(serve(think))), router=SHORT))
    assert gateway.get("/e").json == {"a": 1}


def test_a_kept_connection_of_a_backend_is_closed_after_its_idle_time(serve, start) -> None:
    server = serve(GOOD)
    gateway = start(service(endpoint("/e", backend(server)), idle_connection_timeout="300ms"))
    assert gateway.get("/e").status == gateway.get("/e").status == 200
    wait_until = time.monotonic() + wire.PATIENCE_S
    while gateway.counters()["upstream"] > 0:
        assert time.monotonic() < wait_until, gateway.stderr
    assert gateway.get("/e").status == 200
    assert server.connections >= 2


@pytest.mark.parametrize("limits", [{"read_header_timeout": LONG}, {"write_timeout": LONG},
                                    {"read_timeout": LONG, "read_header_timeout": LONG}],
                         ids=lambda limits: next(iter(limits)))
def test_the_idle_limit_holds_whatever_was_waited_for_before(serve, start, limits) -> None:
    gateway = start(service(endpoint("/e", backend(serve(echo)), method="POST"),
                            idle_timeout="300ms", **limits))
    with gateway.client() as client:
        client.send("POST /e HTTP/1.1\r\nHost: a\r\nContent-Le")
        time.sleep(0.05)
        client.send("ngth: 4\r\n\r\n")
        time.sleep(0.05)
        client.send("body")
        assert client.answer().status == 200
        assert client.is_ended()


def test_a_head_that_drips_is_cut_off_whatever_the_idle_limit(serve, start) -> None:
    gateway = start(service(endpoint("/e", backend(serve(GOOD))),
                            idle_timeout=LONG, read_header_timeout="300ms"))
    with gateway.client() as client:
        assert client.ask("GET", "/e").status == 200
        client.send("GET /e HTTP/1.1\r\nHost:")
        assert client.answer().status == 408


def test_a_negative_or_zero_limit_is_the_default_and_not_none(start) -> None:
    gateway = start(service(idle_timeout="-1s", read_header_timeout="-1s",
                            max_shutdown_wait_time="0s"))
    with gateway.client() as client:
        client.send("GET / HTTP/1.1\r\n")
        until = time.monotonic() + wire.PATIENCE_S
        while gateway.counters()["timers"] == 0:
            assert time.monotonic() < until, gateway.stderr


def test_a_tls_handshake_that_does_not_begin_has_ten_seconds(start, authority) -> None:
    who = authority.issue("gateway.test")
    gateway = start(service(tls={"keys": [who.listener_pair]}, read_header_timeout=LONG,
                            idle_timeout=LONG))
    with gateway.client() as client:
        assert client.is_ended()


def test_a_tls_handshake_has_no_more_time_than_a_head(start, authority) -> None:
    """Of two that do not begin, the one whose heads have less time ends first."""
    keys = {"keys": [authority.issue("gateway.test").listener_pair]}
    patient = start(service(tls=keys, read_header_timeout=LONG))
    hasty = start(service(tls=keys, read_header_timeout="300ms"))
    with patient.client() as first, hasty.client() as second:
        ended, _, _ = select.select([first.socket, second.socket], [], [], wire.PATIENCE_S)
        assert ended == [second.socket]


def test_a_reply_that_fits_is_not_called_stalled(serve, start) -> None:
    gateway = start(service(endpoint("/e", backend(serve(reply(b'{"a":1}')))), router=SHORT))
    with slow_client(gateway, wire.request("GET", "/e")) as client:
        time.sleep(1)
        assert client.recv(65536).endswith(b'{"a":1}')
        assert gateway.counters().get("client_stalled", 0) == 0


def test_a_pipelined_head_does_not_hide_a_client_that_hangs(serve, start) -> None:
    never = serve(hang)
    gateway = start(service(endpoint("/e", backend(never)), endpoint("/f", backend(never)),
                            timeout="300ms", read_header_timeout="300ms"))
    with gateway.client() as client:
        client.send(wire.request("GET", "/e") + b"GET /f HTTP/1.1\r\nHost")
        assert client.answer().status == 500
        assert client.answer().status == 408
