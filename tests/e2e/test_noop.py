"""Pass-through endpoints: status, headers and body as the backend gave them, never held whole."""

from __future__ import annotations

import gzip
import threading

import pytest

import wire
from backends import Exchange, chunked_reply, gzip_reply, hang, reply, then_reset
from settings import backend, pass_through, service


@pytest.fixture
def behind(serve, start):
    """A gateway with one pass-through endpoint `/e` before a backend with this script."""

    def run(script, early=False, one=None, **more):
        server = serve(script, early=early)
        gateway = start(service(pass_through("/e", backend(server, **(one or {})), **more)))
        return gateway, server

    return run


@pytest.mark.parametrize("status", [200, 202, 400, 404, 418, 500, 503])
def test_status_and_body_pass(behind, status) -> None:
    gateway, _ = behind(reply(b"\x00any\xff", status=status))
    answer = gateway.get("/e")
    assert (answer.status, answer.body) == (status, b"\x00any\xff")
    assert answer.get("X-Aggregator-Completed") == "false"


def test_headers_pass_repeated_ones_too(behind) -> None:
    headers = "Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Type: image/x\r\nETag: \"7\"\r\n"
    answer = behind(reply(b"x", headers=headers))[0].get("/e")
    assert answer.all("Set-Cookie") == ["a=1", "b=2"]
    assert (answer.get("Content-Type"), answer.get("ETag")) == ("image/x", '"7"')


def test_headers_of_the_backends_connection_do_not_pass(behind) -> None:
    headers = "Connection: close, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\n"
    with behind(reply(b"x", headers=headers))[0].client() as client:
        answer = client.ask("GET", "/e")
        assert (answer.get("X-Hop"), answer.get("Keep-Alive")) == (None, None)
        assert client.ask("GET", "/e").body == b"x"


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_that_cannot_have_a_body_has_none(behind, status) -> None:
    head = f"HTTP/1.1 {status} X\r\nETag: \"7\"\r\n\r\n".encode()
    with behind(head)[0].client() as client:
        for _ in range(2):
            answer = client.ask("GET", "/e")
            assert (answer.status, answer.get("ETag"), answer.body) == (status, '"7"', b"")


def test_a_backend_asked_with_head_gives_headers_without_a_body(behind) -> None:
    script = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nX-Seen: 1\r\n\r\n"
    gateway, server = behind(script, one={"method": "HEAD"})
    with gateway.client() as client:
        for _ in range(2):
            answer = client.ask("GET", "/e")
            assert (answer.status, answer.get("X-Seen"), answer.body) == (200, "1", b"")
    assert [received.method for received in server.received] == ["HEAD", "HEAD"]


def test_interim_answers_in_front_of_an_answer_to_head_change_nothing(behind) -> None:
    script = (b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n"
              b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nX-Seen: 1\r\n\r\n")
    with behind(script, one={"method": "HEAD"})[0].client() as client:
        for _ in range(2):
            answer = client.ask("GET", "/e")
            assert (answer.status, answer.get("X-Seen"), answer.body) == (200, "1", b"")


def test_an_answer_to_head_takes_no_body_from_the_next_one(serve, start) -> None:
    def script(exchange: Exchange) -> None:
        head = exchange.received.method == "HEAD"
        exchange.send(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n" + (b"" if head else b"body"))

    server = serve(script)
    gateway = start(service(pass_through("/head", backend(server, method="HEAD")),
                            pass_through("/get", backend(server))), "--workers", "1")
    for _ in range(2):
        assert gateway.get("/head").body == b""
        assert gateway.get("/get").body == b"body"
    assert server.connections == 1


@pytest.mark.parametrize(("count", "error"), [(16, None), (17, "bad_response")])
def test_as_many_interim_answers_are_passed_over_as_allowed(behind, count, error) -> None:
    script = b"HTTP/1.1 102 Processing\r\n\r\n" * count + reply(b"x")
    assert behind(script)[0].get("/e").get("X-Aggregator-Error") == error


def test_chunks_of_odd_sizes_and_trailers_arrive_whole(behind) -> None:
    pieces = [b"a", b"b" * 70_001, b"c" * 3, b"d" * 16_384]
    answer = behind(chunked_reply(*pieces, trailers="X-Sum: 1\r\n"))[0].get("/e")
    assert answer.body == b"".join(pieces)


def test_an_answer_without_a_length_ends_with_its_connection(behind) -> None:
    def script(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.0 200 OK\r\n\r\nuntil the end")
        exchange.close()

    with behind(script)[0].client() as client:
        assert client.ask("GET", "/e").body == b"until the end"
        assert client.ask("GET", "/e").body == b"until the end"


def test_the_client_sees_a_piece_before_the_backend_sends_the_next(behind) -> None:
    gate = threading.Event()

    def script(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst")
        gate.wait(wire.PATIENCE_S)
        exchange.send(b"other")

    with behind(script)[0].client() as client:
        client.send(wire.request("GET", "/e"))
        assert client.reader.head().get("Content-Length") == "10"
        assert client.reader.exactly(5) == b"first"
        gate.set()
        assert client.reader.exactly(5) == b"other"


def test_the_backend_sees_a_piece_before_the_client_sends_the_next(behind) -> None:
    seen = threading.Event()

    def script(exchange: Exchange) -> None:
        chunked = exchange.received.get("Transfer-Encoding") == "chunked"
        first = exchange.reader.chunk() if chunked else exchange.reader.exactly(5)
        assert first == b"first"
        seen.set()
        rest = exchange.reader.chunks() if chunked else exchange.reader.exactly(5)
        if chunked:
            exchange.reader.fields()
        exchange.send(reply(first + rest))

    with behind(script, early=True, method="POST")[0].client() as client:
        client.send("POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nfirst")
        assert seen.wait(wire.PATIENCE_S)
        client.send(b"other")
        assert client.answer().body == b"firstother"


def test_an_answer_may_come_before_the_upload_has_ended(behind) -> None:
    with behind(reply(b"no", status=403), early=True, method="POST")[0].client() as client:
        client.send("POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nbegin")
        answer = client.answer()
        assert (answer.status, answer.body) == (403, b"no")


def pattern(size: int) -> bytes:
    block = bytes(range(251)) * 4177
    return (block * (size // len(block) + 1))[:size]


def test_ten_mebibytes_pass_unchanged_both_ways(behind) -> None:
    def script(exchange: Exchange) -> None:
        exchange.send(reply(exchange.received.body))

    body = pattern(10 << 20)
    assert behind(script, method="PUT")[0].ask("PUT", "/e", body=body).body == body


def test_a_large_answer_to_a_slow_client_is_not_held_in_memory(behind) -> None:
    size = 128 << 20
    block = pattern(1 << 20)
    sent = []

    def script(exchange: Exchange) -> None:
        exchange.send(f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n".encode())
        for _ in range(size >> 20):
            exchange.send(block)
            sent.append(1)

    gateway, _ = behind(script)
    before = gateway.memory_peak_kib()
    with gateway.client() as client:
        client.send(wire.request("GET", "/e"))
        client.reader.head()
        for _ in range(size >> 20):
            assert client.reader.exactly(1 << 20) == block
    assert len(sent) == size >> 20
    assert gateway.memory_peak_kib() - before < 48 << 10


def test_an_answer_that_breaks_off_is_not_given_a_clean_end(behind) -> None:
    begun = threading.Event()

    def script(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbegin\r\n")
        begun.wait(wire.PATIENCE_S)
        exchange.reset()

    with behind(script)[0].client() as client:
        client.send(wire.request("GET", "/e"))
        client.reader.head()
        assert client.reader.chunk() == b"begin"
        begun.set()
        with pytest.raises((wire.Ended, ConnectionResetError)):
            client.reader.chunk()


def test_a_backend_that_fails_before_its_head_is_a_500_with_a_name(behind) -> None:
    answer = behind(then_reset(b""))[0].get("/e")
    assert (answer.status, answer.body) == (500, b"")
    assert answer.get("X-Aggregator-Error") == "reset"


def test_a_deadline_before_the_head_is_a_500(behind) -> None:
    answer = behind(hang, timeout="300ms")[0].get("/e")
    assert (answer.status, answer.get("X-Aggregator-Error")) == (500, "timeout")


def test_a_compressed_answer_passes_if_the_client_asked_for_it(behind) -> None:
    gateway, _ = behind(gzip_reply({"a": 1}), input_headers=["Accept-Encoding"])
    answer = gateway.get("/e", {"Accept-Encoding": "gzip"})
    assert answer.get("Content-Encoding") == "gzip"
    assert gzip.decompress(answer.body) == b'{"a": 1}'



def test_a_client_that_leaves_ends_the_exchange(behind) -> None:
    gateway, server = behind(hang)
    with gateway.client() as client:
        client.send(wire.request("GET", "/e"))
        server.wait_for()
    server.wait_gone()
