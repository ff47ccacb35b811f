"""A message means the same in one packet and in single bytes, from clients and from backends; and
what is strict with the ones and liberal with the others."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading

import pytest

import wire
from backends import Exchange, echo, in_turn, json_reply, reply
from settings import backend, endpoint, pass_through, service

HEAD = "POST /e HTTP/1.1\r\nHost: a\r\n"
CHUNKED = HEAD + "Transfer-Encoding: chunked\r\n\r\n"
GET = "GET {} HTTP/1.1\r\nHost: {}\r\n\r\n"

TAKEN = {
    "an empty line in front": "\r\n" + HEAD + "Content-Length: 2\r\n\r\nhi",
    "chunks with extensions": CHUNKED + '1;a="b\\"";c\r\nh\r\n1\r\ni\r\n0;d\r\n\r\n',
    "trailers": CHUNKED + "2\r\nhi\r\n0\r\nHost: b\r\nX-Sum: 1\r\n\r\n",
    "version 1.2": HEAD.replace("1.1", "1.2") + "Content-Length: 2\r\n\r\nhi",
    "an absolute form": HEAD.replace("/e", "http://b/e?x=1") + "Content-Length: 2\r\n\r\nhi",
}
REFUSED = {
    "a line feed in an extension": CHUNKED + '2;a="\n"\r\nhi\r\n0\r\n\r\n',
    "a bare line feed behind an extension": CHUNKED + "2;a\nhi\r\n0\r\n\r\n",
    "a carriage return in an extension": CHUNKED + '2;a="\r"\r\nhi\r\n0\r\n\r\n',
    "a folded trailer": CHUNKED + "2\r\nhi\r\n0\r\nX: a\r\n b\r\n\r\n",
    "a bare line feed in a trailer": CHUNKED + "2\r\nhi\r\n0\r\nX: a\nY: b\r\n\r\n",
    "a bare line feed for trailers": CHUNKED + "2\r\nhi\r\n0\r\n\n",
    "a bare line feed in front": "\n" + HEAD + "\r\n",
    "a fragment": GET.format("/e#f", "a"),
    "a fragment in a query": GET.format("/e?a=1#f", "a"),
    "an absolute form without a host": GET.format("http://:80/e", "a"),
    "an absolute form with a user": GET.format("http://u@a/e", "a"),
    "another scheme": GET.format("ftp://a/e", "a"),
    **{f"Host: {host}": GET.format("/e", host)
       for host in ("[::1", "a:b", "a:99999", "a:80:90", "]", "[]", "::", "a%", "[x]y", "%0d%0a",
                    ":80", "u@a")},
}


@pytest.fixture
def gateway(serve, start):
    server = serve(echo)
    points = [endpoint("/e", backend(server, "/e"), method=method) for method in ("GET", "POST")]
    return start(service(*points))


def in_pieces(client: wire.Client, text: str, single: bool) -> None:
    """Sends it in one packet, or each byte in one of its own; stops when the gateway has closed."""
    client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    data = text.encode("latin-1")
    try:
        for piece in ([bytes([byte]) for byte in data] if single else [data]):
            client.send(piece)
    except OSError:
        pass


@pytest.mark.parametrize("single", [False, True], ids=["whole", "bytes"])
@pytest.mark.parametrize("name", TAKEN)
def test_a_request_is_taken_with(gateway, name, single) -> None:
    with gateway.client() as client:
        in_pieces(client, TAKEN[name], single)
        answer = client.answer()
        assert (answer.status, answer.json["body"]) == (200, "hi")
        assert "x-sum" not in answer.json["headers"]
        assert client.ask("GET", "/e").status == 200


@pytest.mark.parametrize("single", [False, True], ids=["whole", "bytes"])
@pytest.mark.parametrize("name", REFUSED)
def test_a_request_is_refused_with(gateway, name, single) -> None:
    with gateway.client() as client:
        in_pieces(client, REFUSED[name], single)
        answer = client.answer()
        assert answer.status == 400
        assert answer.get("X-Aggregator-Error") in ("bad_request", "bad_body", "bad_target")
        assert client.is_ended()


def cut_everywhere(gateway, text: str, size: int) -> list[wire.Client]:
    """Clients that have sent the text in two packets, each cut at another place."""
    clients = [gateway.client() for _ in range(1, size)]
    for part in (lambda at: text[:at], lambda at: text[at:]):
        for at, client in enumerate(clients, start=1):
            with contextlib.suppress(OSError):  # the first part was refused already
                client.send(part(at).encode("latin-1"))
        assert gateway.get("/e").status == 200  # its only worker has read all of them now
    return clients


@pytest.mark.parametrize("name", [*TAKEN, *REFUSED])
def test_two_packets_say_what_one_says_wherever_the_cut_is_in(serve, start, name) -> None:
    server = serve(echo)
    points = [endpoint("/e", backend(server, "/e"), method=method) for method in ("GET", "POST")]
    gateway = start(service(*points), "--workers", "1")
    text = {**TAKEN, **REFUSED}[name]
    for at, client in enumerate(cut_everywhere(gateway, text, len(text)), start=1):
        with client:
            answer = client.answer()
            assert answer.status == (200 if name in TAKEN else 400), f"cut at {at}"
            if name in TAKEN:
                assert answer.json["body"] == "hi", f"cut at {at}"
                assert client.ask("GET", "/e").status == 200, f"cut at {at}"
            else:
                assert client.is_ended(), f"cut at {at}"


@pytest.mark.parametrize(("lines", "status"), [(16, 200), (17, 400)])
def test_sixteen_empty_lines_may_stand_in_front_of_a_request(gateway, lines, status) -> None:
    with gateway.client() as client:
        client.send("\r\n" * lines + GET.format("/e", "a"))
        assert client.answer().status == status


def test_the_absolute_form_wins_over_the_host_header(gateway) -> None:
    with gateway.client() as client:
        client.send(GET.format("http://b.test:8?x=1", "a"))
        assert client.answer().status == 404  # the path is /
        client.send(GET.format("http://b.test:8/e", "a"))
        assert client.answer().json["headers"]["x-forwarded-host"] == "b.test:8"


@pytest.mark.parametrize(("line", "error"), [("1;" + "x" * 4096 + "\r\n", "bad_body"),
                                             ("0\r\nX: " + "x" * 16384, "head_too_large")])
def test_what_is_dripped_behind_a_head_has_a_limit(gateway, line, error) -> None:
    with gateway.client() as client:
        client.send(CHUNKED + line)
        assert client.answer().get("X-Aggregator-Error") == error
        assert client.is_ended()


ANSWERS = {
    "no reason": "HTTP/1.1 200\r\nContent-Length: 7\r\n\r\n{\"a\":1}",
    "no reason and a space": "HTTP/1.1 200 \r\nContent-Length: 7\r\n\r\n{\"a\":1}",
    "version 1.2": "HTTP/1.2 200 OK\r\nContent-Length: 7\r\n\r\n{\"a\":1}",
    "spaces in front of a colon": "HTTP/1.1 200 OK\r\nContent-Length : 7\r\n\r\n{\"a\":1}",
    "equal lengths": "HTTP/1.1 200 OK\r\nContent-Length: 7\r\nContent-Length: 7\r\n\r\n{\"a\":1}",
    "a list of equal lengths": "HTTP/1.1 200 OK\r\nContent-Length: 7, 7\r\n\r\n{\"a\":1}",
    "interim answers": "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"
                       "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                       "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{\"a\":1}",
    "spaces behind a chunk's size": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                    "7  \r\n{\"a\":1}\r\n0\r\n\r\n",
}
LENGTH = "HTTP/1.1 200 OK\r\nContent-Length: "
BAD_ANSWERS = {
    "a length and chunks": LENGTH + "7\r\nTransfer-Encoding: chunked\r\n\r\n"
                           "7\r\n{\"a\":1}\r\n0\r\n\r\n",
    "lengths that differ": LENGTH + "7\r\nContent-Length: 8\r\n\r\n{\"a\":1}",
    "a status below 100": "HTTP/1.1 099 X\r\nContent-Length: 38\r\n\r\n" + LENGTH + "0\r\n\r\n",
    "a switch of protocols": "HTTP/1.1 101 Switching Protocols\r\n\r\n",
    "interim answers without end": "HTTP/1.1 102 Processing\r\n\r\n" * 17,
    "a line feed in an extension": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                   "7;a=\"\n\"\r\n{\"a\":1}\r\n0\r\n\r\n",
    "a folded trailer": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                        "7\r\n{\"a\":1}\r\n0\r\nX: a\r\n b\r\n\r\n",
}


def dripping(text: str, single: bool):
    def script(exchange: Exchange) -> None:
        try:
            for at in range(len(text) if single else 1):
                exchange.send((text[at] if single else text).encode("latin-1"))
        except OSError:
            pass  # the gateway has seen enough

    return script


@pytest.mark.parametrize("single", [False, True], ids=["whole", "bytes"])
@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_taken_with(serve, start, name, single) -> None:
    gateway = start(service(endpoint("/e", backend(serve(dripping(ANSWERS[name], single))))))
    for _ in range(2):
        answer = gateway.get("/e")
        assert (answer.status, answer.body) == (200, b'{"a":1}')


@pytest.mark.parametrize("single", [False, True], ids=["whole", "bytes"])
@pytest.mark.parametrize("name", BAD_ANSWERS)
def test_an_answer_is_refused_with(serve, start, name, single) -> None:
    gateway = start(service(endpoint("/e", backend(serve(dripping(BAD_ANSWERS[name], single))))))
    answer = gateway.get("/e")
    assert (answer.status, answer.get("X-Aggregator-Error")) == (500, "bad_response")


@pytest.mark.parametrize("name", [*ANSWERS, *BAD_ANSWERS])
def test_an_answer_in_two_packets_says_what_one_says_wherever_the_cut_is_in(serve, start,
                                                                           name) -> None:
    text = {**ANSWERS, **BAD_ANSWERS}[name].encode("latin-1")

    def script(exchange: Exchange) -> None:
        at = int(exchange.received.target.removeprefix("/"))
        with contextlib.suppress(OSError):  # the first part was refused already
            exchange.send(text[:at])
            assert gateway.get("/other").status == 200  # the only worker has read the part now
            exchange.send(text[at:])

    gateway = start(service(endpoint("/e/{at}", backend(serve(script), "/{at}")),
                            endpoint("/other", backend(serve(json_reply({}))))), "--workers", "1")
    for at in range(1, len(text)):
        answer = gateway.get(f"/e/{at}")
        error = answer.get("X-Aggregator-Error")
        said = answer.body if name in ANSWERS else error
        assert said == (b'{"a":1}' if name in ANSWERS else "bad_response"), f"cut at {at}"


def test_a_space_in_front_of_a_colon_is_taken_out_of_what_is_passed_on(serve, start) -> None:
    script = dripping("HTTP/1.1 200 OK\r\nX-A : 1\r\nContent-Length: 2\r\n\r\nok", False)
    gateway = start(service(pass_through("/e", backend(serve(script)))))
    assert gateway.get("/e").get("X-A") == "1"


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "x-gzip", "X-Gzip"])
def test_gzip_is_undone_whatever_its_name_looks_like(serve, start, coding) -> None:
    packed = reply(gzip.compress(b'{"a":1}'), headers=f"Content-Encoding: {coding}\r\n")
    server = serve(packed)
    gateway = start(service(endpoint("/e", backend(server)), pass_through("/n", backend(server))))
    assert gateway.get("/e").json == {"a": 1}
    answer = gateway.get("/n")
    assert (answer.body, answer.get("Content-Encoding")) == (b'{"a":1}', None)


@pytest.mark.parametrize("late", [False, True])
def test_an_empty_body_said_to_be_gzip_is_empty(serve, start, late) -> None:
    gate = threading.Event()

    def script(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
                      b"Transfer-Encoding: chunked\r\n\r\n" + (b"" if late else b"0\r\n\r\n"))
        if late:
            gate.wait(wire.PATIENCE_S)
            exchange.send(b"0\r\n\r\n")

    gateway = start(service(pass_through("/n", backend(serve(script)))))
    with gateway.client() as client:
        client.send(wire.request("GET", "/n"))
        if late:
            assert client.reader.head().start == "HTTP/1.1 200 OK"
            gate.set()
            assert client.reader.chunks() == b""
        else:
            assert client.answer().body == b""


@pytest.mark.parametrize("head", ["204 No Content\r\nContent-Length: 40", "204 No Content",
                                  "304 Not Modified\r\nContent-Length: 40"])
def test_what_comes_behind_an_answer_without_body_answers_nobody(serve, start, head) -> None:
    evil = reply(b"evil")
    server = serve(in_turn(f"HTTP/1.1 {head}\r\n\r\n".encode() + evil, reply(b"good")))
    gateway = start(service(pass_through("/n", backend(server))), "--workers", "1")
    with gateway.client() as client:
        assert client.ask("GET", "/n").status in (204, 304)
        assert client.ask("GET", "/n").body == b"good"
    assert server.connections == 2


def test_trailers_of_a_backend_never_become_headers(serve, start) -> None:
    text = ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n"
            "X-Late: 1\r\nSet-Cookie: a=1\r\n\r\n")
    gateway = start(service(pass_through("/n", backend(serve(dripping(text, False))))))
    answer = gateway.get("/n")
    assert (answer.body, answer.trailers) == (b"ok", [])
    assert answer.get("X-Late") is None and answer.get("Set-Cookie") is None


DOTS = ["..;x", ".;", "%2e", "%2e%2e", "%2e%2e%3b", "..%3bx", "..%5c", "..%5c..%5cx", "%2e%2e%20",
        "%252e%252e", "..%252f"]


@pytest.mark.parametrize("decoding", [True, False])
@pytest.mark.parametrize("value", DOTS)
def test_a_parameter_that_may_be_a_dot_segment_is_refused(serve, start, value, decoding) -> None:
    server = serve(echo)
    gateway = start(service(endpoint("/u/{id}", backend(server, "/v/{id}/x")),
                            router={"disable_path_decoding": not decoding}))
    answer = gateway.get(f"/u/{value}")
    assert (answer.status, answer.get("X-Aggregator-Error")) == (400, "encoded_params")
    assert server.received == []


def test_a_semicolon_of_a_parameter_is_encoded(serve, start) -> None:
    gateway = start(service(endpoint("/u/{id}", backend(serve(echo), "/v/{id}"))))
    assert gateway.get("/u/a;b=c").json["target"] == "/v/a%3Bb=c"


@pytest.mark.parametrize("value", ["..;x", "a/../b", "%2e%2e", "..%2f", "..\\\\", "%252e."])
def test_a_late_value_that_may_be_a_dot_segment_is_not_sent(serve, start, value) -> None:
    first = serve(json_reply({"v": value.replace("\\\\", "\\")}))
    second = serve(echo)
    point = endpoint("/e", backend(first, "/a"), backend(second, "/b/{resp0_v}/c"),
                     extra_config={"proxy": {"sequential": True}})
    answer = start(service(point)).get("/e")
    assert answer.get("X-Aggregator-Completed") == "false"
    assert second.received == []


def test_a_late_value_of_dots_may_stand_in_a_query(serve, start) -> None:
    point = endpoint("/e", backend(serve(json_reply({"v": ".."})), "/a"),
                     backend(serve(echo), "/b?c={resp0_v}"),
                     extra_config={"proxy": {"sequential": True}})
    assert start(service(point)).get("/e").json["target"] == "/b?c=.."


@pytest.mark.parametrize("prefix", [None, "X-Krakend"])
def test_a_backend_cannot_say_what_the_gateway_says(serve, start, prefix) -> None:
    names = ["X-Aggregator", "x-aggregator-completed", "X-AGGREGATOR-ERROR", "X-Aggregator-Other",
             "X_Aggregator_Completed", "X-Krakend", "X-Krakend-Completed", "x-krakend-error"]
    forged = reply(b"ok", headers="".join(f"{name}: forged\r\n" for name in names) + "X-A: 1\r\n")
    router = {"header_prefix": prefix} if prefix else None
    gateway = start(service(pass_through("/n", backend(serve(forged))), router=router))
    answer = gateway.get("/n")
    left = [name for name in names if "forged" in answer.all(name)]
    assert left == ([] if prefix else names[5:])
    assert answer.get("X-A") == "1"
    assert answer.all(f"{prefix or 'X-Aggregator'}-Completed") == ["false"]


def test_headers_that_pose_as_the_gateways_do_not_pass_with_an_asterisk(serve, start) -> None:
    gateway = start(service(endpoint("/e", backend(serve(echo)), input_headers=["*"])))
    sent = ["X_Forwarded_For", "x_forwarded_host", "User_Agent", "Content_Length",
            "Transfer_Encoding", "Proxy", "api_key"]
    seen = gateway.get("/e", {name: "1" for name in sent}).json["headers"]
    assert [name for name in sent if name.lower() in seen] == ["api_key"]
