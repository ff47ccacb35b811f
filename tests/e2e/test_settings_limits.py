"""Limits of the reference: what reaches one passes, one more does not."""

from __future__ import annotations

import pytest

import wire
from backends import json_reply, reply
from management import Management, admin
from settings import backend, endpoint, pass_through, service

GOOD = json_reply({"a": 1})
ONE = ("--workers", "1")


def padded_head(size: int) -> str:
    """A whole head of so many bytes."""
    head = "GET /e HTTP/1.1\r\nHost: a\r\nX-Pad: %s\r\n\r\n"
    return head % ("x" * (size - len(head) + 2))


@pytest.mark.parametrize(("size", "status"), [(2000, 200), (2001, 431)])
def test_max_header_bytes_of_a_request(serve, start, size, status) -> None:
    gateway = start(service(endpoint("/e", backend(serve(GOOD))), max_header_bytes=2000))
    with gateway.client() as client:
        client.send(padded_head(size))
        assert client.answer().status == status


@pytest.mark.parametrize(("size", "status"), [(2000, 200), (2001, 500)])
def test_max_header_bytes_of_an_answer(serve, start, size, status) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Pad: %s\r\n\r\n"
    answer = head % (b"x" * (size - len(head) + 2)) + b"{}"
    gateway = start(service(endpoint("/e", backend(serve(answer))), max_header_bytes=2000))
    assert gateway.get("/e").status == status


@pytest.mark.parametrize(("count", "status"), [(20, 200), (21, 431)])
def test_max_header_count_of_a_request(serve, start, count, status) -> None:
    gateway = start(service(endpoint("/e", backend(serve(GOOD))),
                            router={"max_header_count": 20}))
    more = {f"X-{n}": "1" for n in range(count - 1)}  # Host is one of them
    assert gateway.get("/e", more).status == status


@pytest.mark.parametrize("path", ["/e", "/__health", "/nowhere"])
@pytest.mark.parametrize("extra", [0, 1])
@pytest.mark.parametrize("limit", [20, None])
def test_max_query_parameters(serve, start, path, extra, limit) -> None:
    """An empty parameter counts as well. Without a limit of one's own there are 1000."""
    router = {} if limit is None else {"max_query_parameters": limit}
    gateway = start(service(endpoint("/e", backend(serve(GOOD))), router=router))
    count = (limit or 1000) + extra
    answer = gateway.get(f"{path}?" + "&".join(["a=1"] * (count - 1)) + "&")
    if extra:
        assert (answer.status, answer.get("X-Aggregator-Error")) == (400, "too_many_parameters")
    else:
        assert answer.status == (404 if path == "/nowhere" else 200)


@pytest.mark.parametrize(("size", "status"), [(30_000_000, 200), (30_000_001, 500)])
def test_max_answer_work_is_what_ends_a_large_answer_of_json(serve, start, size, status) -> None:
    """Whatever `max_answer_bytes` is: who sets that to more is told which of both is in the way."""
    answer = json_reply({"a": "x" * (size - len('{"a":""}'))})
    gateway = start(service(endpoint("/e", backend(serve(answer)), timeout="30s"),
                            router={"max_answer_bytes": 64 << 20}))
    told, = [line for line in gateway.stderr.splitlines() if "[no-effect]" in line]
    assert "max_answer_bytes" in told and "max_answer_work" in told
    assert gateway.get("/e").status == status


@pytest.mark.parametrize(("count", "status"), [(20, 200), (21, 500)])
def test_max_header_count_of_an_answer(serve, start, count, status) -> None:
    more = "".join(f"X-{n}: 1\r\n" for n in range(count - 1)).encode()
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + more + b"\r\n{}"
    gateway = start(service(endpoint("/e", backend(serve(answer))),
                            router={"max_header_count": 20}))
    assert gateway.get("/e").status == status


@pytest.mark.parametrize("framing", ["length", "chunks"])
@pytest.mark.parametrize(("size", "status"), [(1000, 200), (1001, 413)])
def test_max_body_bytes(serve, start, size, status, framing) -> None:
    gateway = start(service(endpoint("/e", backend(serve(GOOD)), backend(serve(GOOD)),
                                     method="POST"), router={"max_body_bytes": 1000}))
    body = b"x" * size
    if framing == "chunks":
        sent = gateway.ask("POST", "/e", {"Transfer-Encoding": "chunked"},
                           wire.chunked(body[:600], body[600:]))
    else:
        sent = gateway.ask("POST", "/e", body=body)
    assert sent.status == status


@pytest.mark.parametrize("framing", ["length", "chunks", "close"])
@pytest.mark.parametrize(("size", "status"), [(1000, 200), (1001, 500)])
def test_max_answer_bytes(serve, start, size, status, framing) -> None:
    body = b'{"a":"%s"}' % (b"x" * (size - 8))
    head = b"HTTP/1.1 200 OK\r\n"
    answer = {"length": head + b"Content-Length: %d\r\n\r\n" % size + body,
              "chunks": head + b"Transfer-Encoding: chunked\r\n\r\n" + wire.chunked(body),
              "close": head + b"Connection: close\r\n\r\n" + body}[framing]

    def say(exchange) -> None:
        exchange.send(answer)
        if framing == "close":
            exchange.close()

    gateway = start(service(endpoint("/e", backend(serve(say))),
                            router={"max_answer_bytes": 1000}))
    assert gateway.get("/e").status == status


def test_max_answer_bytes_is_not_for_what_is_streamed(serve, start) -> None:
    gateway = start(service(pass_through("/e", backend(serve(json_reply({"a": "x" * 5000})))),
                            router={"max_answer_bytes": 1000}))
    assert gateway.get("/e").status == 200


def test_cache_ttl_of_the_service_is_for_endpoints_without_their_own(serve, start) -> None:
    server = serve(GOOD)
    gateway = start(service(endpoint("/e", backend(server)),
                            endpoint("/own", backend(server), cache_ttl="10s"), cache_ttl="60s"))
    assert gateway.get("/e").get("Cache-Control") == "public, max-age=60"
    assert gateway.get("/own").get("Cache-Control") == "public, max-age=10"


def test_output_encoding_of_the_service_is_for_endpoints_without_their_own(serve, start) -> None:
    server = serve(GOOD)
    gateway = start(service(endpoint("/e", backend(server)),
                            endpoint("/own", backend(server), output_encoding="json"),
                            output_encoding="xml"))
    assert "xml" in gateway.get("/e").get("Content-Type")
    assert gateway.get("/own").json == {"a": 1}


@pytest.mark.parametrize(("size", "status"), [(1000, 200), (1001, 500)])
def test_max_answer_work(serve, start, size, status) -> None:
    """A byte of JSON is one operation."""
    answer = json_reply({"a": "x" * (size - len('{"a":""}'))})
    gateway = start(service(endpoint("/e", backend(serve(answer))),
                            router={"max_answer_work": 1000}))
    got = gateway.get("/e")
    assert got.status == status
    assert got.get("X-Aggregator-Error") == (None if status == 200 else "answer_too_costly")


def test_an_answer_that_takes_too_much_work_keeps_nobody_else_waiting(serve, start) -> None:
    xml = b"<r>" + b"<a/>" * 2_000_000 + b"</r>"
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(xml)
    costly = backend(serve(head + xml), encoding="xml")
    usual = endpoint("/e", backend(serve(GOOD)))
    gateway = start(service(endpoint("/costly", costly), usual), *ONE)
    with gateway.client() as first, gateway.client() as second:
        first.send("GET /costly HTTP/1.1\r\nHost: a\r\n\r\n")
        for _ in range(10):
            assert second.ask("GET", "/e").status == 200
        answer = first.answer()
        assert answer.status == 500
        assert answer.get("X-Aggregator-Error") == "answer_too_costly"
        assert first.ask("GET", "/e").status == 200


def test_metrics_public_opens_the_metrics_and_nothing_else(start) -> None:
    for public, status in ((False, 401), (True, 200)):
        config = service()
        config["extra_config"] = {"admin": admin(metrics_public=public)}
        management = Management(start(config))
        assert management.ask("GET", "/metrics", token=None).status == status
        assert management.ask("GET", "/api/v1/shadows", token=None).status == 401


def test_listen_is_where_the_management_interface_is(start) -> None:
    config = service()
    config["extra_config"] = {"admin": admin(listen="127.0.0.39:0")}
    management = Management(start(config))
    assert management.address[0] == "127.0.0.39"
    assert management.ask("GET", "/health", token=None).status == 200


def test_token_file_holds_the_token(start, tmp_path) -> None:
    (tmp_path / "token").write_text("another-token-that-nobody-guesses\n")
    config = service()
    config["extra_config"] = {"admin": {"listen": "127.0.0.1:0",
                                        "token_file": str(tmp_path / "token")}}
    management = Management(start(config))
    asked = [management.ask("GET", "/api/v1/shadows", token=token).status
             for token in ("another-token-that-nobody-guesses", "a-token-that-nobody-guesses")]
    assert asked == [200, 401]


def test_max_answer_bytes_is_for_the_answer_alone_and_not_for_redirects(serve, start) -> None:
    """Both are longer than what is read at once."""
    server = serve({"/": reply(b"x" * 65536, status=302, headers="Location: /there\r\n"),
                    "/there": reply(b"y" * 100_000)})
    point = endpoint("/e", backend(server, encoding="string"), output_encoding="string")
    gateway = start(service(point, router={"max_answer_bytes": 100_000}))
    assert gateway.get("/e").body == b"y" * 100_000
