"""HTTP/1.1 with clients: what is understood, what is refused, and how the connection goes on."""

from __future__ import annotations

import threading

import pytest

import wire
from backends import Exchange, echo, gated, json_reply
from settings import backend, endpoint, service


@pytest.fixture
def gateway(serve, start):
    """GET and POST on `/e`, before a backend that echoes."""
    server = serve(echo)
    points = [endpoint("/e", backend(server), method=method) for method in ("GET", "POST")]
    return start(service(*points))


def test_a_connection_serves_many_requests(gateway) -> None:
    with gateway.client() as client:
        for n in range(50):
            body = b"%d" % n
            assert client.ask("POST", "/e", body=body).json["body"] == str(n)


def test_pipelined_requests_are_answered_in_order(serve, start) -> None:
    gate = threading.Event()
    slow = serve(gated(gate, json_reply({"who": "slow"})))

    def quick(exchange: Exchange) -> None:
        gate.set()
        exchange.send(json_reply({"who": "quick"}))

    gateway = start(service(endpoint("/slow", backend(slow)),
                            endpoint("/quick", backend(serve(quick)))))
    with gateway.client() as client, gateway.client() as other:
        client.send(wire.request("GET", "/slow") + wire.request("GET", "/quick") * 2)
        slow.wait_for()
        assert other.ask("GET", "/quick").json == {"who": "quick"}
        answers = [client.answer().json["who"] for _ in range(3)]
    assert answers == ["slow", "quick", "quick"]


def test_a_request_that_comes_byte_by_byte_is_understood(gateway) -> None:
    with gateway.client() as client:
        for byte in wire.request("POST", "/e", body=b"tiny"):
            client.send(bytes([byte]))
        assert client.answer().json["body"] == "tiny"


def test_a_chunked_request_with_extensions_and_trailers_is_understood(gateway) -> None:
    head = "POST /e HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    with gateway.client() as client:
        client.send(head + '3;note="x"\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n')
        assert client.answer().json["body"] == "abc0123456789"
        assert client.ask("GET", "/e").status == 200


def test_a_client_that_waits_for_the_word_gets_it_each_time(gateway) -> None:
    with gateway.client() as client:
        for _ in range(3):
            client.send(POST + "Content-Length: 4\r\nExpect: 100-continue\r\n\r\n")
            assert client.answer().status == 100
            client.send("body")
            assert client.answer().json["body"] == "body"


def test_an_unknown_expectation_is_refused(gateway) -> None:
    assert gateway.get("/e", {"Expect": "miracles"}).status == 417


def test_http_1_0_gets_an_answer_and_the_connection_ends(gateway) -> None:
    with gateway.client() as client:
        client.send("GET /e HTTP/1.0\r\n\r\n")
        assert client.answer().status == 200
        assert client.is_ended()


def test_http_1_0_may_ask_to_keep_the_connection(gateway) -> None:
    with gateway.client() as client:
        for _ in range(2):
            client.send("GET /e HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            answer = client.answer()
            assert (answer.status, (answer.get("Connection") or "").lower()) == (200, "keep-alive")


def test_connection_close_is_honoured(gateway) -> None:
    with gateway.client() as client:
        answer = client.ask("GET", "/e", {"Connection": "close"})
        assert (answer.status, answer.get("Connection")) == (200, "close")
        assert client.is_ended()


def test_an_empty_line_before_a_request_is_overlooked(gateway) -> None:
    with gateway.client() as client:
        client.send(b"\r\n" + wire.request("GET", "/e"))
        assert client.answer().status == 200


def test_the_absolute_form_of_a_target_is_understood(gateway) -> None:
    with gateway.client() as client:
        client.send("GET http://public.test/e HTTP/1.1\r\nHost: other\r\n\r\n")
        answer = client.answer()
        assert answer.json["headers"]["x-forwarded-host"] == "public.test"


POST = "POST /e HTTP/1.1\r\nHost: a\r\n"
CHUNKED = POST + "Transfer-Encoding: chunked\r\n"
REFUSED = {
    "two different lengths": POST + "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
    "a list of different lengths": POST + "Content-Length: 4, 5\r\n\r\nabcde",
    "a length and chunks": CHUNKED + "Content-Length: 4\r\n\r\n0\r\n\r\n",
    "chunked twice": POST + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "chunked not last": POST + "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
    "a signed length": POST + "Content-Length: +4\r\n\r\nabcd",
    "a hexadecimal length": POST + "Content-Length: 0x4\r\n\r\nabcd",
    "a length beyond all numbers": POST + "Content-Length: 99999999999999999999\r\n\r\n",
    "an empty length": POST + "Content-Length:\r\n\r\n",
    "a folded line": "GET /e HTTP/1.1\r\nHost: a\r\nX-A: 1\r\n  2\r\n\r\n",
    "a bare line feed after the request line": "GET /e HTTP/1.1\nHost: a\r\n\r\n",
    "a bare line feed in the head": "GET /e HTTP/1.1\r\nHost: a\nX-A: 1\r\n\r\n",
    "a bare carriage return in a value": "GET /e HTTP/1.1\r\nHost: a\r\nX-A: 1\r2\r\n\r\n",
    "a zero byte in a value": "GET /e HTTP/1.1\r\nHost: a\r\nX-A: 1\x002\r\n\r\n",
    "a space before the colon": "GET /e HTTP/1.1\r\nHost : a\r\n\r\n",
    "a line without a colon": "GET /e HTTP/1.1\r\nHost: a\r\nnothing\r\n\r\n",
    "an empty field name": "GET /e HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n",
    "a space in the target": "GET /e x HTTP/1.1\r\nHost: a\r\n\r\n",
    "a method that is no token": "G@T /e HTTP/1.1\r\nHost: a\r\n\r\n",
    "no host": "GET /e HTTP/1.1\r\nX-A: 1\r\n\r\n",
    "two hosts": "GET /e HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "no version": "GET /e\r\n\r\n",
    "a strange version": "GET /e HTTX/1.1\r\nHost: a\r\n\r\n",
    "a chunk size that is none": CHUNKED + "\r\nxyz\r\nabc\r\n0\r\n\r\n",
    "a negative chunk size": CHUNKED + "\r\n-3\r\nabc\r\n0\r\n\r\n",
    "a chunk longer than it says": CHUNKED + "\r\n3\r\nabcdef\r\n0\r\n\r\n",
    "a chunk size beyond all numbers": CHUNKED + "\r\nfffffffffffffffff\r\nabc\r\n",
    "a bare line feed after a chunk size": CHUNKED + "\r\n3\nabc\r\n0\r\n\r\n",
    "a bare line feed after a chunk": CHUNKED + "\r\n3\r\nabc\n0\r\n\r\n",
    "binary noise": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_request_is_refused_and_the_connection_closed_if_it_has(gateway, name) -> None:
    with gateway.client() as client:
        client.send(REFUSED[name])
        answer = client.answer()
        assert answer.status == 400
        assert answer.get("X-Aggregator-Error") in ("bad_request", "bad_body")
        assert client.is_ended()
    assert gateway.get("/e").status == 200


def test_nothing_after_a_refused_request_is_taken_for_another_one(serve, start) -> None:
    server = serve(echo)
    gateway = start(service(endpoint("/e", backend(server)),
                            endpoint("/e", backend(server), method="POST")))
    with gateway.client() as client:
        client.send(REFUSED["a length and chunks"].encode() + wire.request("GET", "/e"))
        assert client.answer().status == 400
        assert client.is_ended()
    assert server.received == []


def test_equal_lengths_said_twice_are_not_ambiguous_but_refused_or_taken_once(gateway) -> None:
    with gateway.client() as client:
        client.send(POST + "Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd")
        answer = client.answer()
        assert answer.status == 400 or answer.json["body"] == "abcd"


def test_an_unknown_transfer_coding_is_501(gateway) -> None:
    with gateway.client() as client:
        client.send(POST + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")
        assert client.answer().status == 501
        assert client.is_ended()


def test_another_version_of_http_is_505(gateway) -> None:
    with gateway.client() as client:
        client.send("GET /e HTTP/2.0\r\nHost: a\r\n\r\n")
        assert client.answer().status == 505
        assert client.is_ended()


def test_a_head_that_is_too_large_is_431(serve, start) -> None:
    gateway = start(service(endpoint("/e", backend(serve(echo))), max_header_bytes=2000))
    assert gateway.get("/e", {"X-A": "x" * 1000}).status == 200
    with gateway.client() as client:
        assert client.ask("GET", "/e", {"X-A": "x" * 50_000}).status == 431
        assert client.is_ended()


def test_too_many_headers_are_431(serve, start) -> None:
    router = {"max_header_count": 20}
    gateway = start(service(endpoint("/e", backend(serve(echo))), router=router))
    assert gateway.get("/e", {f"X-{n}": "1" for n in range(15)}).status == 200
    answer = gateway.get("/e", {f"X-{n}": "1" for n in range(25)})
    assert (answer.status, answer.get("X-Aggregator-Error")) == (431, "too_many_headers")


@pytest.fixture
def small(serve, start):
    """A gateway that holds at most 1000 bytes of a body, before two backends."""
    parts = [backend(serve(echo)), backend(serve(echo))]
    point = endpoint("/e", *parts, method="POST")
    return start(service(point, router={"max_body_bytes": 1000}))


def test_a_body_that_must_be_held_and_is_too_large_is_413(small) -> None:
    assert small.ask("POST", "/e", body=b"x" * 1000).status == 200
    answer = small.ask("POST", "/e", body=b"x" * 1001)
    assert (answer.status, answer.get("X-Aggregator-Error")) == (413, "body_too_large")


def test_a_chunked_body_that_grows_too_large_is_413(small) -> None:
    body = wire.chunked(*[b"x" * 100] * 30)
    assert small.ask("POST", "/e", {"Transfer-Encoding": "chunked"}, body).status == 413


def test_a_body_that_is_announced_too_large_is_refused_before_it_is_sent(small) -> None:
    with small.client() as client:
        client.send(POST + "Content-Length: 1000000\r\nExpect: 100-continue\r\n\r\n")
        assert client.answer().status == 413


def test_a_head_that_does_not_end_in_time_is_408(serve, start) -> None:
    gateway = start(service(endpoint("/e", backend(serve(echo))), read_header_timeout="200ms"))
    with gateway.client() as client:
        client.send("GET /e HTTP/1.1\r\nHost: a\r\n")
        assert client.answer().status == 408
        assert client.is_ended()


def test_a_connection_that_idles_too_long_is_closed_without_a_word(serve, start) -> None:
    gateway = start(service(endpoint("/e", backend(serve(echo))), idle_timeout="300ms"))
    with gateway.client() as client:
        assert client.ask("GET", "/e").status == 200
        assert client.is_ended()


def test_a_client_that_resets_in_its_upload_harms_nobody(gateway) -> None:
    client = gateway.client()
    client.send(POST + "Content-Length: 1000\r\n\r\nbegin")
    client.reset()
    assert gateway.get("/e").status == 200
