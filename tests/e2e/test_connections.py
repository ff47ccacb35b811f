"""What becomes of connections: who keeps one, who closes it, and what may still come on it."""

from __future__ import annotations

import signal
import socket
import threading
import time

import pytest

import wire
from backends import Exchange, chunked_reply, echo, gated, hang, json_reply, reply, then_close
from settings import backend, endpoint, pass_through, service, shadow

ONE = ("--workers", "1")
OLD = "HTTP/1.0"


def test_a_refused_client_may_finish_what_it_is_sending(serve, start) -> None:
    gateway = start(service(endpoint("/e", backend(serve(json_reply({}))))))
    with gateway.client() as client:
        client.send(b"POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 16777216\r\n\r\n")
        client.send(bytes(16777216))  # it would be reset if the gateway closed at once
        assert client.answer("POST").status == 404


def test_the_time_of_a_head_begins_with_its_first_byte(serve, start) -> None:
    gateway = start(service(endpoint("/e", backend(serve(json_reply({"a": 1})))),
                            read_header_timeout="2s", idle_timeout="60s"))
    with gateway.client() as client:
        assert client.ask("GET", "/e").status == 200
        time.sleep(1.5)
        client.send(b"GET /e HTTP/1.1\r\n")
        time.sleep(1)  # together longer than the head may take
        client.send(b"Host: a\r\n\r\n")
        assert client.answer().status == 200


def test_who_ended_its_side_after_a_second_request_gets_both_answers(serve, start) -> None:
    gate = threading.Event()
    server = serve({"/slow": gated(gate, json_reply({"a": 1})), "/b": json_reply({"b": 2})})
    gateway = start(service(endpoint("/slow", backend(server, "/slow")),
                            endpoint("/b", backend(server, "/b"))), *ONE)
    with gateway.client() as client:
        client.send(wire.request("GET", "/slow") + wire.request("GET", "/b"))
        client.socket.shutdown(socket.SHUT_WR)
        server.wait_for()
        assert gateway.get("/b").status == 200  # the end has been seen by then
        gate.set()
        assert [client.answer().json, client.answer().json] == [{"a": 1}, {"b": 2}]


def test_who_ended_its_side_after_bytes_that_nobody_has_read_gets_both_answers(serve,
                                                                               start) -> None:
    gate = threading.Event()
    server = serve({"/slow": gated(gate, json_reply({"a": 1})), "/b": json_reply({"b": 2})})
    gateway = start(service(endpoint("/slow", backend(server, "/slow")),
                            endpoint("/b", backend(server, "/b"))), *ONE)
    with gateway.client() as client:
        client.send(wire.request("GET", "/slow"))
        server.wait_for()  # the connection reads nothing until it has answered
        client.send(wire.request("GET", "/b"))
        client.socket.shutdown(socket.SHUT_WR)
        assert gateway.get("/b").status == 200  # the end has been seen by then
        gate.set()
        assert [client.answer().json, client.answer().json] == [{"a": 1}, {"b": 2}]


def test_what_follows_the_end_of_a_streamed_body_is_the_next_request(serve, start) -> None:
    begun = threading.Event()

    def take(exchange: Exchange) -> None:
        if exchange.received.method == "GET":
            return exchange.send(json_reply({"b": 2}))
        first = exchange.reader.exactly(5)
        begun.set()
        exchange.send(reply(first + exchange.reader.exactly(5)))

    server = serve(take, early=True)
    gateway = start(service(pass_through("/up", backend(server), method="POST"),
                            pass_through("/b", backend(server))))
    with gateway.client() as client:
        client.send("POST /up HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nfirst")
        assert begun.wait(wire.PATIENCE_S)  # what comes now is read while the body streams
        client.send(b"other" + wire.request("GET", "/b"))
        assert client.answer("POST").body == b"firstother"
        assert client.answer().json == {"b": 2}
        assert client.ask("GET", "/b").json == {"b": 2}
    assert [one.method for one in server.received] == ["POST", "GET", "GET"]


def test_an_expectation_of_an_old_client_is_not_looked_at(serve, start) -> None:
    gateway = start(service(endpoint("/e", backend(serve(echo)), method="POST")))
    with gateway.client() as client:
        client.send(f"POST /e {OLD}\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        assert client.is_silent()
        client.send("hi")
        assert client.answer("POST").json["body"] == "hi"
    with gateway.client() as client:
        client.send(f"POST /e {OLD}\r\nContent-Length: 2\r\nExpect: other\r\n\r\nhi")
        assert client.answer("POST").status == 200


def test_only_a_reset_tells_an_old_client_that_its_reply_was_cut(serve, start) -> None:
    cut = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
    server = serve({"/cut": then_close(cut), "/whole": chunked_reply(b"hello")})
    gateway = start(service(pass_through("/cut", backend(server, "/cut")),
                            pass_through("/whole", backend(server, "/whole"))))
    with gateway.client() as client:
        client.send(f"GET /whole {OLD}\r\n\r\n")
        assert client.answer().body == b"hello"
    with gateway.client() as client:
        client.send(f"GET /cut {OLD}\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            client.answer()


def test_an_old_client_gets_a_stream_without_chunks(serve, start) -> None:
    gate = threading.Event()

    def stream(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
        gate.wait(wire.PATIENCE_S)
        exchange.send(b"4\r\n old\r\n0\r\n\r\n")

    gateway = start(service(pass_through("/e", backend(serve(stream)))))
    with gateway.client() as client:
        client.send(f"GET /e {OLD}\r\nConnection: keep-alive\r\n\r\n")
        head = client.reader.head()
        assert (head.get("Transfer-Encoding"), head.get("Connection")) == (None, "close")
        assert client.reader.exactly(5) == b"hello"
        gate.set()
        assert client.rest() == b" old"


def test_a_chunked_reply_that_was_cut_has_no_last_chunk(serve, start) -> None:
    cut = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
    gateway = start(service(pass_through("/e", backend(serve(then_close(cut))))))
    with gateway.client() as client:
        client.send(wire.request("GET", "/e"))
        with pytest.raises((wire.Ended, ConnectionResetError)):
            client.answer()
    assert gateway.counters()["closed"] == 1


def test_a_reply_that_nobody_reads_holds_no_call(serve, start) -> None:
    large = json_reply({"a": "x" * (24 << 20)})
    gateway = start(service(endpoint("/e", backend(serve(large)))), *ONE)
    with gateway.client() as client:
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.send(wire.request("GET", "/e"))
        assert client.reader.head().start == "HTTP/1.1 200 OK"
        gateway.settle()


def test_who_comes_while_the_program_ends_is_not_let_in(serve, start) -> None:
    gate = threading.Event()
    server = serve(gated(gate, json_reply({"a": 1})))
    gateway = start(service(endpoint("/e", backend(server)), max_shutdown_wait_time="60s"))
    with gateway.client() as client:
        client.send(wire.request("GET", "/e"))
        server.wait_for()
        gateway.signal(signal.SIGTERM)
        gateway.wait_drained()
        gate.set()
        assert client.answer().json == {"a": 1}
    assert gateway.wait() == 0


def test_a_host_whose_name_is_unknown_is_passed_over(serve, start) -> None:
    server = serve(json_reply({"a": 1}))
    point = endpoint("/e", {"host": ["http://nowhere.invalid:8000", server.host],
                            "url_pattern": "/",
                            "extra_config": {"backend/health": False}})
    gateway = start(service(point), *ONE)
    assert [gateway.get("/e").status for _ in range(4)] == [200] * 4


def test_a_request_is_sent_again_on_a_connection_of_its_own(serve, start) -> None:
    """Of two kept connections that are dead, the second is not tried after the first."""
    both = threading.Barrier(2)
    asked: dict[int, int] = {}
    lock = threading.Lock()

    def script(exchange: Exchange) -> None:
        number = exchange.received.connection
        with lock:
            asked[number] = asked.get(number, 0) + 1
        if number <= 2 and asked[number] == 1:
            both.wait(wire.PATIENCE_S)
        if asked[number] > 1:
            return exchange.close()  # it was kept, and dies under the next request
        exchange.send(json_reply({"at": number}))

    server = serve(script)
    gateway = start(service(endpoint("/e", backend(server))), *ONE)
    with gateway.client() as one, gateway.client() as two:
        for client in (one, two):
            client.send(wire.request("GET", "/e"))
        assert [client.answer().status for client in (one, two)] == [200, 200]
        gateway.settle()
        assert one.ask("GET", "/e").json == {"at": 3}


@pytest.mark.parametrize("most", [1, 2])
def test_no_more_connections_to_a_host_are_kept_than_allowed(serve, start, most) -> None:
    all_there = threading.Barrier(3)

    def script(exchange: Exchange) -> None:
        all_there.wait(wire.PATIENCE_S)
        exchange.send(json_reply({"a": 1}))

    gateway = start(service(endpoint("/e", backend(serve(script))),
                            max_idle_connections_per_host=most), *ONE)
    clients = [gateway.client() for _ in range(3)]
    for client in clients:
        client.send(wire.request("GET", "/e"))
    for client in clients:
        assert client.answer().status == 200
        client.close()
    gateway.settle()
    assert gateway.counters()["upstream_idle"] == most


LEAVING = {
    "says so": b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx",
    "says so among others": (b"HTTP/1.1 200 OK\r\nConnection: close, x-other\r\n"
                             b"Content-Length: 1\r\n\r\nx"),
    "is an old one": b"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx",
}


@pytest.mark.parametrize("kind", ["no-op", "string"])
@pytest.mark.parametrize("name", LEAVING)
def test_a_connection_is_not_used_again_whose_backend_leaves_because_it(serve, start, name,
                                                                        kind) -> None:
    """It has not closed yet: a request that is sent all the same may be lost."""
    server = serve(LEAVING[name])
    point = endpoint("/e", backend(server, encoding=kind), output_encoding=kind, method="POST")
    gateway = start(service(point), *ONE)
    with gateway.client() as client:
        for _ in range(3):
            assert client.ask("POST", "/e").status == 200
    assert server.connections == 3


def test_a_connection_on_which_a_streamed_answer_had_bytes_behind_it_is_not_used_again(
        serve, start) -> None:
    gate = threading.Event()

    def script(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst")
        gate.wait(wire.PATIENCE_S)
        exchange.send(b"otherHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged")

    server = serve(script)
    gateway = start(service(pass_through("/e", backend(server))), *ONE)
    for count in (1, 2):
        gate.clear()
        with gateway.client() as client:
            client.send(wire.request("GET", "/e"))
            client.reader.head()
            assert client.reader.exactly(5) == b"first"
            gate.set()
            assert client.reader.exactly(5) == b"other"
        assert server.connections == count


# copies

def test_copies_keep_their_connection(serve, start) -> None:
    live, copies = serve(json_reply({"a": 1})), serve(reply(b"x" * 1000))
    gateway = start(service(endpoint("/e", backend(live), shadow(copies))), *ONE)
    for count in range(1, 4):
        assert gateway.get("/e").status == 200
        copies.wait_for(count)
        gateway.settle()
    assert copies.connections == 1


def test_a_copy_never_travels_on_a_connection_of_the_live_side(serve, start) -> None:
    server = serve(json_reply({"a": 1}))
    gateway = start(service(endpoint("/e", backend(server, "/live"), shadow(server, "/copy"))),
                    *ONE)
    for count in range(1, 5):
        assert gateway.get("/e").status == 200
        server.wait_for(2 * count)
        gateway.settle()
    used = {path: {one.connection for one in server.received if one.target == path}
            for path in ("/live", "/copy")}
    assert len(used["/live"]) == len(used["/copy"]) == 1
    assert used["/live"].isdisjoint(used["/copy"])


def test_a_copy_asks_nobody_whether_its_body_may_come(serve, start) -> None:
    live, copies = serve(echo), serve(reply())
    gateway = start(service(endpoint("/e", backend(live), shadow(copies), method="POST"),
                            expect_continue_timeout="100ms"), *ONE)
    with gateway.client() as client:
        client.send("POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n"
                    "Expect: 100-continue\r\n\r\n")
        assert client.reader.head().start == "HTTP/1.1 100 Continue"
        client.send("hi")
        assert client.answer("POST").json["body"] == "hi"
    copy, = copies.wait_for()
    assert (copy.get("Expect"), copy.body) == (None, b"hi")


def test_a_copy_that_never_had_its_turn_tells_how_long_it_waited(serve, start) -> None:
    copies = shadow(serve(hang), timeout="800ms",
                    rules={"limits": {"concurrency": 1}, "log": "errors"})
    gateway = start(service(endpoint("/e", backend(serve(json_reply({}))), copies)), *ONE)
    for _ in range(2):
        gateway.get("/e")
    line = gateway.wait_for_line(lambda text: "a quarter of its time" in text)
    told = dict(part.split("=", 1) for part in line.split() if "=" in part)
    assert 200 <= float(told["queued_ms"]) <= float(told["took_ms"]) < 30000


def test_the_answer_to_a_copy_is_measured_and_dropped(serve, start) -> None:
    copies = shadow(serve(reply(b"x" * 1000)), rules={"log": "all"})
    gateway = start(service(endpoint("/e", backend(serve(json_reply({}))), copies)), *ONE)
    gateway.get("/e")
    assert "received_bytes=1000" in gateway.wait_for_line(lambda line: "a shadow answered" in line)
