"""Kept connections and half messages: no byte of one message is ever taken for another's."""

from __future__ import annotations

import signal
import threading

import pytest

import wire
from backends import Exchange, echo, gated, hang, json_reply, reply
from settings import backend, endpoint, pass_through, service

GOOD = json_reply({"a": 1})
ONE = ("--workers", "1")
SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"


def everything(client) -> bytes:
    """What was read already and all that follows until the connection ends, however it does."""
    taken = b""
    with wire.may_be_cut():
        while data := client.socket.recv(65536):
            taken += data
    return client.reader.buffer + taken


UNREAD = {
    "an unknown path": ("/nowhere", 404),
    "another method": ("/get", 405),
    "a body that is announced too large": ("/two", 413),
    "a redirect of the router": ("/two/", 307),
}


@pytest.mark.parametrize("framing", ["length", "chunked"])
@pytest.mark.parametrize("name", UNREAD)
def test_a_body_that_nobody_read_is_never_taken_for_a_request(serve, start, name, framing) -> None:
    server = serve(GOOD)
    two = endpoint("/two", backend(server), backend(server), method="POST")
    gateway = start(service(two, endpoint("/get", backend(server)),
                            endpoint("/smuggled", backend(server, "/smuggled")),
                            router={"max_body_bytes": 10}))
    target, status = UNREAD[name]
    head = f"POST {target} HTTP/1.1\r\nHost: a\r\n"
    body = SMUGGLED * 3
    with gateway.client() as client:
        if framing == "length":
            client.send(head + f"Content-Length: 10000\r\n\r\n")
        else:
            client.send(head + "Transfer-Encoding: chunked\r\n\r\n1000\r\n")
        with wire.may_be_cut():
            client.send(body)
            client.send(body)  # what would be the next request
        said = everything(client)
    assert said.startswith(b"HTTP/1.1 %d " % status)
    assert said.count(b"HTTP/1.1 ") == 1
    assert not any("smuggled" in one.target for one in server.received)


def test_a_body_that_the_backend_did_not_read_is_never_taken_for_a_request(serve, start) -> None:
    """The backend answers at once; the client's body is still on its way."""
    server = serve({"/up": GOOD, "/smuggled": GOOD}, early=True)
    gateway = start(service(pass_through("/up", backend(server, "/up"), method="POST"),
                            endpoint("/smuggled", backend(server, "/smuggled"))))
    with gateway.client() as client:
        client.send("POST /up HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nfirst")
        assert client.answer("POST").status == 200
        with wire.may_be_cut():
            client.send(SMUGGLED * 10)
        assert b"HTTP/1.1" not in everything(client)
    assert not any("smuggled" in one.target for one in server.received)


def test_a_reply_in_the_middle_of_an_upload_leaves_the_backends_connection_unused(
        serve, start) -> None:
    server = serve({"/up": GOOD, "/e": echo}, early=True)
    gateway = start(service(pass_through("/up", backend(server, "/up"), method="POST"),
                            pass_through("/e", backend(server, "/e"))), *ONE)
    with gateway.client() as client:
        client.send("POST /up HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nfirst")
        assert client.answer("POST").status == 200
        assert gateway.get("/e").json["target"] == "/e"
    first, second = server.received
    assert first.connection != second.connection


def test_a_streamed_body_that_is_cut_is_not_sent_again(serve, start) -> None:
    """On a kept connection, where a request without a body would be sent once more."""
    def take_and_leave(exchange: Exchange) -> None:
        exchange.reader.exactly(4)
        exchange.reset()

    server = serve({"/get": GOOD, "/up": take_and_leave}, early=True)
    gateway = start(service(endpoint("/get", backend(server, "/get")),
                            pass_through("/up", backend(server, "/up"), method="PUT")), *ONE)
    assert gateway.get("/get").status == 200
    with gateway.client() as client:
        client.send("PUT /up HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf")
        assert client.answer("PUT").status == 500
    gateway.settle()
    assert [one.target for one in server.received] == ["/get", "/up"]


def test_a_client_that_cuts_its_body_never_makes_it_whole(serve, start) -> None:
    """The backend sees the connection end, not the body, and the next request is sound."""
    seen: list[bytes] = []
    done = threading.Event()

    def read(exchange: Exchange) -> None:
        try:
            seen.append(exchange.reader.exactly(100))
        except (wire.Ended, OSError):
            seen.append(b"cut")
        done.set()
        exchange.close()

    server = serve({"/get": echo, "/up": read}, early=True)
    gateway = start(service(pass_through("/get", backend(server, "/get")),
                            pass_through("/up", backend(server, "/up"), method="POST")), *ONE)
    assert gateway.get("/get").status == 200
    with gateway.client() as client:
        client.send("POST /up HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf")
        server.wait_for(2)
    assert done.wait(wire.PATIENCE_S)
    assert seen == [b"cut"]
    assert gateway.get("/get").json["body"] == ""


@pytest.mark.parametrize("trailers", ["X-Role: admin\r\n", "Content-Length: 5\r\n",
                                      "Transfer-Encoding: chunked\r\n", "Host: other.test\r\n"])
def test_trailers_of_a_client_never_become_headers(serve, start, trailers) -> None:
    server = serve(echo)
    points = [endpoint("/held", backend(server), backend(server), method="POST"),
              pass_through("/up", backend(server), method="POST")]
    for point in points:
        point["input_headers"] = ["*"]
    gateway = start(service(*points))
    name = trailers.split(":")[0]
    for target in ("/held", "/up"):
        with gateway.client() as client:
            client.send(f"POST {target} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
            client.send(wire.chunked(b"abc", trailers=trailers))
            answer = client.answer("POST")
            if answer.status != 200:
                assert answer.status == 400
                continue
            assert client.ask("GET", "/nowhere").status == 404  # the connection is in step
    for one in server.received:
        assert one.body == b"abc"
        assert "admin" not in (one.get(name) or "") and "other.test" not in (one.get(name) or "")


@pytest.mark.parametrize("trailers", [b"X-Role: admin\r\n", b"X-Aggregator-Completed: false\r\n"])
def test_trailers_of_a_backend_never_become_headers(serve, start, trailers) -> None:
    def say(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                      b"Transfer-Encoding: chunked\r\n\r\n7\r\n{\"a\":1}\r\n0\r\n" + trailers +
                      b"\r\n")

    server = serve(say)
    gateway = start(service(endpoint("/held", backend(server)),
                            pass_through("/e", backend(server))), *ONE)
    for target in ("/held", "/e"):
        answer = gateway.get(target)
        assert answer.status == 200
        assert answer.get("X-Role") is None
        assert answer.all("X-Aggregator-Completed") == [{"/held": "true", "/e": "false"}[target]]
    assert server.connections == 1


def test_half_a_head_does_not_keep_the_program_from_ending(start, serve) -> None:
    gateway = start(service(endpoint("/e", backend(serve(GOOD))), max_shutdown_wait_time="300ms"))
    with gateway.client() as client:
        client.send("GET /e HTTP/1.1\r\nHo")
        assert gateway.get("/e").status == 200
        gateway.signal(signal.SIGTERM)
        assert gateway.wait() == 0


def test_half_a_head_may_be_finished_while_the_program_ends(start, serve) -> None:
    gateway = start(service(endpoint("/e", backend(serve(GOOD)))), *ONE)
    with gateway.client() as client:
        client.send("GET /e HTTP/1.1\r\nHo")
        assert gateway.get("/e").status == 200  # so that it has come before the end begins
        gateway.signal(signal.SIGTERM)
        gateway.wait_drained()
        client.send("st: a\r\n\r\n")
        answer = client.answer()
        assert (answer.status, answer.get("Connection")) == (200, "close")
        assert client.is_ended()
    assert gateway.wait() == 0


def test_what_comes_while_it_ends_is_answered_and_the_connection_closed(start, serve) -> None:
    gate = threading.Event()
    server = serve(gated(gate, GOOD))
    gateway = start(service(endpoint("/e", backend(server))))
    with gateway.client() as client:
        client.send(wire.request("GET", "/e"))
        server.wait_for()
        gateway.signal(signal.SIGTERM)
        gateway.wait_drained()
        gate.set()
        answer = client.answer()
        assert (answer.status, answer.get("Connection")) == (200, "close")
        assert client.is_ended()
    assert gateway.wait() == 0


def test_a_reply_that_had_begun_before_the_end_is_the_last_of_its_connection(start, serve) -> None:
    gate = threading.Event()

    def stream(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst")
        gate.wait(wire.PATIENCE_S)
        exchange.send(b"other")

    gateway = start(service(pass_through("/e", backend(serve(stream))), idle_timeout="1h",
                            max_shutdown_wait_time="1h"))
    with gateway.client() as client:
        client.send(wire.request("GET", "/e"))
        assert client.reader.head().get("Connection") is None
        assert client.reader.exactly(5) == b"first"
        gateway.signal(signal.SIGTERM)
        gateway.wait_drained()
        gate.set()
        assert client.reader.exactly(5) == b"other"
        assert client.is_ended()
    assert gateway.wait() == 0


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_a_body_that_has_bytes_behind_it_ends_its_connection(
        serve, start, status) -> None:
    server = serve({"/": reply(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n\"forged\"",
                               status=status), "/e": GOOD})
    gateway = start(service(pass_through("/n", backend(server)),
                            endpoint("/e", backend(server, "/e"))), *ONE)
    assert gateway.get("/n").status == status
    assert gateway.get("/e").json == {"a": 1}


def test_pipelined_requests_behind_a_body_are_read_from_its_exact_end(serve, start) -> None:
    server = serve(echo)
    gateway = start(service(pass_through("/e", backend(server), method="POST",
                                         input_query_strings=["n"])))
    bodies = [b"", b"a", b"bb" * 5000, b"\r\n\r\n", SMUGGLED]
    sent = b"".join(wire.request("POST", f"/e?n={n}", body=body) for n, body in enumerate(bodies))
    with gateway.client() as client:
        client.send(sent)
        for n, body in enumerate(bodies):
            answer = client.answer("POST").json
            assert (answer["target"], answer["body"].encode("latin-1")) == (f"/?n={n}", body)


def test_a_client_that_leaves_while_the_backend_hangs_leaves_nothing(serve, start) -> None:
    server = serve(hang)
    gateway = start(service(endpoint("/e", backend(server))), *ONE)
    with gateway.client() as client:
        client.send(wire.request("GET", "/e"))
        server.wait_for()
    server.wait_gone()
    gateway.settle()
    assert gateway.counters()["calls"] == 0
