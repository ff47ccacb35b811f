"""Bodies that several calls read: every one of them sees the whole body, however they share it."""

from __future__ import annotations

import hashlib
import itertools

import pytest

import wire
from backends import Backend, Exchange, ignore, json_reply, reply, then_hang
from settings import backend, endpoint, pass_through, service, shadow

# Below, at and above the pieces in which a shared body is held, and several of them.
SIZES = [0, 1, 16_383, 16_384, 16_385, 70_000]
LARGE = 5_000_000
SHADOW = json_reply({"shadow": 1})


def body_of(size: int) -> bytes:
    """No part of it looks like another."""
    numbers = b"".join(b"%07x\n" % n for n in range(size // 8 + 1))
    return numbers[:size]


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def digesting(exchange: Exchange) -> None:
    """Answers with what it was sent, so that the call that wins shows what it got."""
    exchange.send(json_reply({"got": digest(exchange.received.body)}))


def send_in_pieces(client: wire.Client, head: bytes, body: bytes, framing: str) -> None:
    if framing == "length":
        client.send(head + b"Content-Length: %d\r\n\r\n" % len(body) + body[:17_000])
        client.send(body[17_000:])
        return
    client.send(head + b"Transfer-Encoding: chunked\r\n\r\n")
    cuts = [0, *(cut for cut in (5, 17_000, 17_001, 60_000) if cut < len(body)), len(body)]
    pieces = [body[a:b] for a, b in itertools.pairwise(cuts) if a < b]
    client.send(wire.chunked(*pieces))


def upload(client: wire.Client, target: str, body: bytes, framing: str = "length") -> wire.Answer:
    head = f"POST {target} HTTP/1.1\r\nHost: a\r\n".encode()
    send_in_pieces(client, head, body, framing)
    return client.answer("POST")


def check_received(*servers: Backend, bodies: set[bytes]) -> None:
    """A call that lost may have been ended in the middle: then it was not received at all."""
    for server in servers:
        assert server.received
        assert all(received.body in bodies for received in server.received)


@pytest.mark.parametrize("framing", ["length", "chunks"])
@pytest.mark.parametrize("calls", [2, 3, 4, 5])
def test_concurrent_calls_each_get_the_whole_body(serve, start, calls, framing) -> None:
    server = serve(digesting)
    point = endpoint("/e", backend(server), method="POST", concurrent_calls=calls)
    gateway = start(service(point), "--workers", "1")
    with gateway.client() as client:
        for size in SIZES * 5:  # from the second round on over connections that were kept
            answer = upload(client, "/e", body_of(size), framing)
            assert (answer.status, answer.json) == (200, {"got": digest(body_of(size))})
    check_received(server, bodies={body_of(size) for size in SIZES})


@pytest.mark.parametrize("framing", ["length", "chunks"])
def test_a_large_body_is_shared_by_concurrent_calls(serve, start, framing) -> None:
    server, copy = serve(digesting), serve(SHADOW)
    large = shadow(copy, rules={"limits": {"max_body": "8MiB"}})
    point = endpoint("/e", backend(server), large, method="POST", concurrent_calls=3)
    gateway = start(service(point), "--workers", "1")
    body = body_of(LARGE)
    with gateway.client() as client:
        for _ in range(3):
            assert upload(client, "/e", body, framing).json == {"got": digest(body)}
    check_received(server, bodies={body})
    gateway.settle()
    assert all(received.body == body for received in copy.received)


def with_shadows(serve, first, second):
    return endpoint("/e", first, shadow(serve(SHADOW)),
                    shadow(serve(SHADOW), rules={"wait": True}))


def with_two_backends(serve, first, second):
    return endpoint("/e", first, second)


def one_after_the_other(serve, first, second):
    return endpoint("/e", first, second, extra_config={"proxy": {"sequential": True}})


def all_together(serve, first, second):
    follows = shadow(serve(SHADOW), "/{resp0_got}", rules={"wait": True})
    return endpoint("/e", first, second, follows, shadow(serve(SHADOW)),
                    extra_config={"proxy": {"sequential": True}})


@pytest.mark.parametrize("calls", [1, 2, 5])
@pytest.mark.parametrize("make", [with_shadows, with_two_backends, one_after_the_other,
                                  all_together])
def test_whoever_shares_a_body_gets_all_of_it(serve, start, make, calls) -> None:
    one, two = serve(digesting), serve(digesting)
    point = make(serve, backend(one), backend(two, mapping={"got": "too"}))
    point |= {"method": "POST", "concurrent_calls": calls}
    gateway = start(service(point), "--workers", "1")
    with gateway.client() as client:
        for size in SIZES * 3:
            answer = upload(client, "/e", body_of(size), "chunks" if size % 2 else "length")
            assert answer.status == 200, answer
            assert set(answer.json.values()) == {digest(body_of(size))}
    check_received(one, bodies={body_of(size) for size in SIZES})
    if make is not with_shadows:
        check_received(two, bodies={body_of(size) for size in SIZES})


@pytest.mark.parametrize("calls", [1, 2, 5])
def test_a_body_follows_a_redirect_of_every_concurrent_call(serve, start, calls) -> None:
    moved = reply(b"", status=307, headers="Location: /there\r\n")
    server = serve({"/": moved, "/there": digesting})
    one = backend(server, extra_config={"backend/http/client": {"send_body_on_redirect": True}})
    point = endpoint("/e", one, method="POST", concurrent_calls=calls)
    gateway = start(service(point), "--workers", "1")
    with gateway.client() as client:
        for size in SIZES * 3:
            answer = upload(client, "/e", body_of(size))
            assert (answer.status, answer.json) == (200, {"got": digest(body_of(size))})


def test_concurrent_calls_get_the_whole_body_past_a_host_that_refuses(serve, start,
                                                                      nobody) -> None:
    server = serve(digesting)
    one = backend(server) | {"host": [nobody, server.host]}
    point = endpoint("/e", one, method="POST", concurrent_calls=3)
    gateway = start(service(point), "--workers", "1")
    with gateway.client() as client:
        for size in SIZES * 3:
            answer = upload(client, "/e", body_of(size))
            assert (answer.status, answer.json) == (200, {"got": digest(body_of(size))})
    check_received(server, bodies={body_of(size) for size in SIZES})


def test_concurrent_calls_over_connections_that_are_closed_meanwhile_fail_alone(serve,
                                                                                start) -> None:
    server = serve(digesting)
    point = endpoint("/e", backend(server), method="POST", concurrent_calls=3)
    gateway = start(service(point), "--workers", "1")
    body = body_of(70_000)
    with gateway.client() as client:
        for _ in range(10):
            answer = upload(client, "/e", body)
            server.drop_connections()
            assert answer.status in (200, 500)
        server.drop_connections()
        # What is left of the dropped ones fails at most once more, and then all is as before.
        answers = [upload(client, "/e", body) for _ in range(5)]
    assert answers[-1].json == {"got": digest(body)}
    check_received(server, bodies={body})


def test_a_call_that_never_reads_does_not_take_the_body_from_the_others(serve, start) -> None:
    deaf, hearing = serve(ignore, early=True), serve(digesting)
    one = backend(hearing) | {"host": [deaf.host, hearing.host]}
    point = endpoint("/e", one, method="POST", concurrent_calls=2)
    body = body_of(LARGE)
    answer = start(service(point), "--workers", "1").ask("POST", "/e", body=body)
    assert answer.json == {"got": digest(body)}


# Whoever waits for a copy.


def test_a_streamed_answer_is_whole_after_a_wait_for_a_shadow_that_hangs(serve, start) -> None:
    body = body_of(3_000_000)
    live, copy = serve(reply(body)), serve(then_hang(b""))
    waiting = shadow(copy, timeout="30s", rules={"wait": True})
    point = pass_through("/e", backend(live), waiting, timeout="700ms")
    answer = start(service(point), "--workers", "1").get("/e")
    assert (answer.status, answer.body) == (200, body)


def test_an_answer_before_the_body_was_read_does_not_wait_for_the_rest(serve, start) -> None:
    def answer_at_once(exchange: Exchange) -> None:
        exchange.send(reply(b"enough", status=413))
        exchange.wait_gone()

    live, copy = serve(answer_at_once, early=True), serve(SHADOW)
    waiting = shadow(copy, timeout="60s", rules={"wait": True})
    gateway = start(service(pass_through("/e", backend(live), waiting, method="POST")),
                    "--workers", "1")
    with gateway.client() as client:
        client.send(b"POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nsome")
        answer = client.answer("POST")  # the rest of the body never comes
    assert (answer.status, answer.body) == (413, b"enough")
    gateway.settle()
    assert copy.received == []


def test_an_answer_that_streams_while_its_request_does_is_not_held_back(serve, start) -> None:

    def converse(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n")
        assert exchange.reader.exactly(8) == b"the rest"
        exchange.send(wire.chunked(b"two"))

    live, copy = serve(converse, early=True), serve(SHADOW)
    waiting = shadow(copy, timeout="60s", rules={"wait": True})
    gateway = start(service(pass_through("/e", backend(live), waiting, method="POST")),
                    "--workers", "1")
    with gateway.client() as client:
        client.send(b"POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\nthe ")
        assert client.reader.head().start.startswith("HTTP/1.1 200")
        assert client.reader.chunk() == b"one"
        client.send(b"rest")
        assert client.reader.chunks() == b"two"
    assert copy.wait_for()[0].body == b"the rest"


def test_a_shadow_that_cannot_be_reached_is_reported_so_however_far_its_body_lags(
        serve, start, nobody) -> None:
    limits = {"limits": {"max_body": "8MiB", "queue_bytes": "64KiB"}}
    lost = [shadow(host, rules=limits) for host in (nobody, "http://nowhere.invalid")]
    point = pass_through("/e", backend(serve(json_reply({}))), *lost, method="POST")
    gateway = start(service(point), "--workers", "1")
    assert gateway.ask("POST", "/e", body=body_of(LARGE)).status == 200
    for name, reason in (("shadow1", "connect"), ("shadow2", "resolve")):
        line = gateway.wait_for_line(lambda text, n=name: f"shadow={n}" in text)
        assert f"reason={reason}" in line
