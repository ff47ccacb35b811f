"""Backends that misbehave: each fails alone, with the right name, and harms nobody else."""

from __future__ import annotations


import pytest

from backends import (Exchange, chunked_reply, echo, hang, in_turn, json_reply, reply, then_close,
                      then_hang, then_reset)
from settings import backend, endpoint, service

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
GOOD = json_reply({"ok": 1})
MANY = "".join(f"X-{n}: {n}\r\n" for n in range(3000))

FAILURES = {
    "resets before its head": (then_reset(b""), "reset"),
    "resets in its head": (then_reset(HEAD), "reset"),
    "resets in its body": (then_reset(HEAD + b"Content-Length: 100\r\n\r\n{"), "reset"),
    "closes without an answer": (then_close(b""), "closed"),
    "closes in its head": (then_close(HEAD), "closed"),
    "closes in its body": (then_close(HEAD + b'Content-Length: 100\r\n\r\n{"a"'), "closed"),
    "closes in its chunks": (then_close(HEAD + b'Transfer-Encoding: chunked\r\n\r\n9\r\n{"a"'),
                             "closed"),
    "answers with noise": (then_close(b"\x00\x01\x02garbage\r\n\r\n"), "bad_response"),
    "answers in another protocol": (then_close(b"220 mail.test ESMTP\r\n\r\n"), "bad_response"),
    "has a broken chunk": (then_hang(HEAD + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n"),
                           "bad_response"),
    "has two lengths": (then_hang(HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
                        "bad_response"),
    "has a length and chunks": (
        then_hang(HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        "bad_response"),
    "folds a line": (then_hang(HEAD + b"X-A: 1\r\n 2\r\nContent-Length: 2\r\n\r\n{}"),
                     "bad_response"),
    "has thousands of headers": (reply(b"{}", headers=MANY), "bad_response"),
    "has an endless head": (then_hang(b"HTTP/1.1 200 OK\r\nX: " + b"x" * (2 << 20)),
                            "bad_response"),
    "says it is compressed and is not": (reply(b"{}", headers="Content-Encoding: gzip\r\n"),
                                         "bad_encoding"),
    "sends more than may be held": (reply(b"[" * 200_000), "answer_too_large"),
    "sends more chunks than may be held": (chunked_reply(*[b" " * 1000] * 200),
                                           "answer_too_large"),
}


@pytest.fixture
def beside(serve, start):
    """Gateways: `/alone` before the faulty backend, `/both` before it and a good one."""

    def run(script, **more):
        bad, good = backend(serve(script)), backend(serve(GOOD))
        router = {"max_answer_bytes": 100_000}
        points = [endpoint("/alone", bad), endpoint("/both", bad, good)]
        return start(service(*points, router=router, **more))

    return run


@pytest.mark.parametrize("name", FAILURES)
def test_a_backend_fails_alone_and_by_name_if_it(beside, name) -> None:
    script, error = FAILURES[name]
    gateway = beside(script)
    alone, both = gateway.get("/alone"), gateway.get("/both")
    assert (alone.status, alone.get("X-Aggregator-Error")) == (500, error)
    assert (both.status, both.json) == (200, {"ok": 1})
    assert both.get("X-Aggregator-Completed") == "false"


LATE = {
    "never answers": hang,
    "stops in its head": then_hang(HEAD),
    "stops in its body": then_hang(HEAD + b"Content-Length: 100\r\n\r\n{"),
}


@pytest.mark.parametrize("name", LATE)
def test_a_backend_is_given_up_at_the_deadline_if_it(beside, name) -> None:
    gateway = beside(LATE[name], timeout="1s")
    both = gateway.get("/both")
    assert (both.json, both.get("X-Aggregator-Completed")) == ({"ok": 1}, "false")
    assert gateway.get("/alone").get("X-Aggregator-Error") == "timeout"


def continued(exchange: Exchange) -> None:
    exchange.send(b"HTTP/1.1 100 Continue\r\n\r\n")
    exchange.send(b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n" + GOOD)


STRANGE = {
    "announces its answer": continued,
    "speaks HTTP/1.0": then_close(b'HTTP/1.0 200 OK\r\n\r\n{"ok":1}'),
    "ends its answer by closing": then_close(b'HTTP/1.1 200 OK\r\n\r\n{"ok":1}'),
    "closes after each answer": then_close(GOOD),
    "says that it will close": reply(b'{"ok":1}', headers="Connection: close\r\n"),
    "says more than its length": GOOD + b"surplus",
    "uses tiny chunks and trailers": chunked_reply(b"{", b'"ok"', b":1", b"}", trailers="X: 1\r\n"),
    "has an empty reason": b'HTTP/1.1 200 \r\nContent-Length: 8\r\n\r\n{"ok":1}',
    "has headers in strange cases": b'HTTP/1.1 200 OK\r\ncontent-LENGTH: 8\r\n\r\n{"ok":1}',
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_backend_is_understood_each_time_if_it(beside, name) -> None:
    with beside(STRANGE[name]).client() as client:
        for _ in range(3):
            answer = client.ask("GET", "/alone")
            assert (answer.status, answer.body) == (200, b'{"ok":1}')


def test_surplus_bytes_are_never_taken_for_the_next_answer(serve, start) -> None:
    server = serve(GOOD + json_reply({"stolen": True}))
    with start(service(endpoint("/e", backend(server)))).client() as client:
        for _ in range(5):
            assert client.ask("GET", "/e").json == {"ok": 1}


def test_a_backend_that_nobody_runs_is_a_connect_failure(start, nobody) -> None:
    answer = start(service(endpoint("/e", backend(nobody)))).get("/e")
    assert (answer.status, answer.get("X-Aggregator-Error")) == (500, "connect")


def test_a_name_that_does_not_exist_is_a_resolve_failure(start) -> None:
    answer = start(service(endpoint("/e", backend("http://nowhere.invalid")))).get("/e")
    assert (answer.status, answer.get("X-Aggregator-Error")) == (500, "resolve")


def test_a_host_that_cannot_be_reached_is_told_once_for_many_failures(start, nobody) -> None:
    running = start(service(endpoint("/e", backend(nobody))), "--workers", "1")
    for _ in range(5):
        assert running.get("/e").status == 500
    running.wait_for_line(lambda line: "a backend cannot be reached" in line)
    running.signal()
    assert running.wait() == 0
    told = [line for line in running.lines if "a backend cannot be reached" in line]
    assert len(told) < 5, running.stderr  # one, unless that took longer than ten seconds
    assert f"host={nobody.removeprefix('http://')}" in told[0] and "error=connect" in told[0]


def test_a_host_that_refuses_is_passed_over(serve, start, nobody) -> None:
    part = backend(serve(GOOD)) | {"host": [nobody, serve(GOOD).host]}
    with start(service(endpoint("/e", part))).client() as client:
        for _ in range(6):
            assert client.ask("GET", "/e").json == {"ok": 1}


def test_a_host_that_is_asked_instead_is_called_by_its_own_name(serve, start, nobody) -> None:
    server = serve(echo)
    part = backend(server) | {"host": [nobody, server.host]}
    with start(service(endpoint("/e", part))).client() as client:
        for _ in range(4):
            seen = client.ask("GET", "/e").json
            assert seen["headers"]["host"] == f"127.0.0.1:{server.port}"


def test_the_hosts_of_a_backend_are_asked_in_turn(serve, start) -> None:
    servers = [serve(GOOD) for _ in range(3)]
    part = backend(servers[0]) | {"host": [server.host for server in servers]}
    with start(service(endpoint("/e", part))).client() as client:
        for _ in range(9):
            assert client.ask("GET", "/e").status == 200
    assert [len(server.received) for server in servers] == [3, 3, 3]


def test_connections_to_a_backend_are_reused(serve, start) -> None:
    server = serve(GOOD)
    with start(service(endpoint("/e", backend(server)))).client() as client:
        for _ in range(20):
            assert client.ask("GET", "/e").status == 200
    assert server.connections == 1


def test_connections_are_not_reused_where_that_is_switched_off(serve, start) -> None:
    server = serve(GOOD)
    config = service(endpoint("/e", backend(server)), disable_keep_alives=True)
    with start(config).client() as client:
        for _ in range(3):
            assert client.ask("GET", "/e").status == 200
    assert server.connections == 3


@pytest.fixture
def stale(serve, start):
    """A backend that closes each kept connection when its second request comes."""

    def run(method, fresh=GOOD):
        server = serve(in_turn(GOOD, then_close(b""), fresh))
        gateway = start(service(endpoint("/e", backend(server), method=method)))
        with gateway.client() as client:
            assert client.ask(method, "/e", body=b"x").status == 200
            return client.ask(method, "/e", body=b"x"), server

    return run


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_request_on_a_connection_closed_meanwhile_is_sent_once_more(stale, method) -> None:
    answer, server = stale(method)
    assert (answer.status, answer.json) == (200, {"ok": 1})
    assert [received.connection for received in server.received] == [1, 1, 2]


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_request_that_is_not_idempotent_is_never_sent_twice(stale, method) -> None:
    answer, server = stale(method)
    assert (answer.status, answer.get("X-Aggregator-Error")) == (500, "closed")
    assert len(server.received) == 2


def test_a_request_is_not_sent_a_third_time(stale) -> None:
    answer, server = stale("GET", fresh=then_close(b""))
    assert (answer.status, answer.get("X-Aggregator-Error")) == (500, "closed")
    assert len(server.received) == 3


def test_a_request_is_not_sent_again_once_a_byte_has_come_back(serve, start) -> None:
    server = serve(in_turn(GOOD, then_close(b"HTTP/1.1 2"), GOOD))
    with start(service(endpoint("/e", backend(server)))).client() as client:
        assert client.ask("GET", "/e").status == 200
        assert client.ask("GET", "/e").get("X-Aggregator-Error") == "closed"
    assert len(server.received) == 2


def test_a_request_on_a_fresh_connection_is_not_sent_again(serve, start) -> None:
    server = serve(then_close(b""))
    assert start(service(endpoint("/e", backend(server)))).get("/e").status == 500
    assert len(server.received) == 1


def test_a_backend_that_never_reads_holds_only_its_own_request_up(serve, start) -> None:
    deaf = serve(hang, early=True)
    points = [endpoint("/deaf", backend(deaf), method="POST", timeout="1s"),
              endpoint("/good", backend(serve(GOOD)))]
    gateway = start(service(*points), "--workers", "1")
    with gateway.client() as uploader:
        uploader.send(b"POST /deaf HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n")
        uploader.send(b"x" * 100_000)
        deaf.wait_for()
        assert gateway.get("/good").json == {"ok": 1}
        assert uploader.answer().get("X-Aggregator-Error") == "timeout"


def test_a_backend_that_comes_back_is_used_again(serve, start) -> None:
    server = serve(in_turn(then_reset(b""), then_close(b"noise\r\n\r\n"), GOOD))
    with start(service(endpoint("/e", backend(server)))).client() as client:
        statuses = [client.ask("GET", "/e").status for _ in range(3)]
    assert statuses == [500, 500, 200]
