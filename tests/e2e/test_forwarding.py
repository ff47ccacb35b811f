"""What a backend is sent: headers, query strings, bodies."""

from __future__ import annotations

import pytest

import wire
from backends import echo, json_reply
from settings import backend, endpoint, service

ASKED = {"Content-Type": "text/x", "X-One": "1", "X-Two": "2", "User-Agent": "curious/1",
         "Cookie": "a=b", "X-Forwarded-For": "9.9.9.9"}


@pytest.fixture
def sent(serve, start):
    """Sends one request through an endpoint and returns what its backend received."""

    def run(target="/e", headers=None, method="GET", body=None, one=None, router=None, **more):
        server = serve(json_reply({}))
        pattern = backend(server, "/b", **(one or {}))
        path = target.split("?")[0]
        gateway = start(service(endpoint(path, pattern, method=method, **more), router=router))
        answer = gateway.ask(method, target, headers or {}, body)
        assert answer.status == 200, answer
        return server.received[0]

    return run


def test_only_content_type_passes_by_default(sent) -> None:
    received = sent(headers=ASKED)
    assert received.get("Content-Type") == "text/x"
    for name in ("X-One", "X-Two", "Cookie"):
        assert received.get(name) is None


def test_listed_headers_pass_and_content_type_is_then_not_implied(sent) -> None:
    received = sent(headers=ASKED, input_headers=["x-one"])
    assert received.get("X-One") == "1"
    assert received.get("X-Two") is None
    assert received.get("Content-Type") is None


def test_all_values_of_a_header_pass_in_order(serve, start) -> None:
    server = serve(json_reply({}))
    gateway = start(service(endpoint("/e", backend(server), input_headers=["X-One"])))
    with gateway.client() as client:
        client.send("GET /e HTTP/1.1\r\nHost: a\r\nX-One: 1\r\nX-One: 2\r\n\r\n")
        assert client.answer().status == 200
    assert server.received[0].all("X-One") == ["1", "2"]


def test_a_star_passes_everything_but_what_belongs_to_the_connection(sent) -> None:
    hop = {"Connection": "X-Hop", "X-Hop": "1", "Keep-Alive": "1", "TE": "trailers",
           "Upgrade": "x", "Proxy-Connection": "close"}
    received = sent(headers=ASKED | hop, input_headers=["*"])
    for name in ("Content-Type", "X-One", "X-Two", "Cookie"):
        assert received.get(name) == ASKED[name]
    for name in ("X-Hop", "Keep-Alive", "TE", "Upgrade", "Proxy-Connection"):
        assert received.get(name) is None
    assert received.get("X-Forwarded-Via") is not None


def test_the_gateway_says_who_asked_and_who_it_is(sent) -> None:
    received = sent(headers=ASKED | {"Host": "public.test"})
    assert received.get("X-Forwarded-For") == "127.0.0.1"
    assert received.get("X-Forwarded-Host") == "public.test"
    assert (received.get("User-Agent") or "").startswith("aggregator/")
    assert (received.get("Host") or "").startswith("127.0.0.1:")
    assert received.get("Accept-Encoding") == "gzip"


def test_a_forwarded_user_agent_is_kept_and_the_gateway_named_beside_it(sent) -> None:
    received = sent(headers=ASKED, input_headers=["User-Agent"])
    assert received.get("User-Agent") == "curious/1"
    assert (received.get("X-Forwarded-Via") or "").startswith("aggregator/")


def test_the_user_agent_can_be_configured(sent) -> None:
    assert sent(router={"user_agent": "front/7"}).get("User-Agent") == "front/7"


def test_only_a_trusted_proxy_is_believed_about_the_client(sent) -> None:
    router = {"trusted_proxies": ["127.0.0.0/8"]}
    assert sent(headers=ASKED, router=router).get("X-Forwarded-For") == "9.9.9.9"


def test_a_backend_narrows_what_the_endpoint_lets_in(sent) -> None:
    received = sent(headers=ASKED, input_headers=["*"], one={"input_headers": ["X-Two"]})
    assert received.get("X-Two") == "2"
    for name in ("X-One", "X-Forwarded-For", "Content-Type"):
        assert received.get(name) is None


def test_a_star_at_a_backend_drops_every_header(sent) -> None:
    received = sent(headers=ASKED, input_headers=["*"], one={"input_headers": ["*"]})
    assert received.get("X-One") is None
    assert received.get("X-Forwarded-For") is None


@pytest.mark.parametrize(("listed", "expected"), [
    ([], "/b"),
    (["q"], "/b?q=1+2"),
    (["q", "a[]", "none"], "/b?a%5B%5D=x&a%5B%5D=y&q=1+2"),
    (["*"], "/b?a%5B%5D=x&a%5B%5D=y&flag=&q=1+2"),
])
def test_listed_query_strings_pass_sorted(sent, listed, expected) -> None:
    received = sent("/e?q=1+2&a[]=x&flag&a[]=y", input_query_strings=listed)
    assert received.target == expected


def test_pairs_with_a_broken_escape_are_dropped(sent) -> None:
    assert sent("/e?a=%zz&b=1", input_query_strings=["*"]).target == "/b?b=1"


def test_a_backend_narrows_the_query_too(sent) -> None:
    received = sent("/e?a=1&b=2", input_query_strings=["*"], one={"input_query_strings": ["b"]})
    assert received.target == "/b?b=2"


def test_the_patterns_own_query_comes_first(serve, start) -> None:
    server = serve(json_reply({}))
    point = endpoint("/e", backend(server, "/s?kind=a"), input_query_strings=["q", "kind"])
    start(service(point)).get("/e?q=1+2&kind=b&z=9")
    assert server.received[0].target == "/s?kind=a&kind=b&q=1+2"


def test_a_host_may_have_a_path_in_front(serve, start) -> None:
    server = serve(json_reply({}))
    start(service(endpoint("/e", backend(server.host + "/base/v1", "/x")))).get("/e")
    assert server.received[0].target == "/base/v1/x"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_a_body_reaches_the_backend_whatever_the_method(sent, method) -> None:
    received = sent(method=method, body=b"payload")
    assert (received.method, received.body) == (method, b"payload")


def test_a_backend_may_use_another_method(sent) -> None:
    assert sent(one={"method": "post"}).method == "POST"


def test_a_post_without_a_body_says_so(sent) -> None:
    assert sent(method="POST", body=b"").get("Content-Length") == "0"
    received = sent()
    assert (received.get("Content-Length"), received.get("Transfer-Encoding")) == (None, None)


def test_every_backend_gets_the_whole_body(serve, start) -> None:
    first, second = serve(json_reply({"a": 1})), serve(json_reply({"b": 2}))
    for method in ("GET", "POST"):
        point = endpoint("/e", backend(first), backend(second), method=method)
        answer = start(service(point)).ask(method, "/e", body=b"x" * 100_000)
        assert answer.json == {"a": 1, "b": 2}
    bodies = [received.body for server in (first, second) for received in server.received]
    assert bodies == [b"x" * 100_000] * 4


def test_a_chunked_upload_arrives_whole(serve, start) -> None:
    server = serve(echo)
    gateway = start(service(endpoint("/e", backend(server), method="POST")))
    pieces = [b"a", b"bc" * 70_000, b"d"]
    body = wire.chunked(*pieces, trailers="X-Sum: 1\r\n")
    answer = gateway.ask("POST", "/e", {"Transfer-Encoding": "chunked"}, body)
    assert answer.status == 200
    assert server.received[0].body == b"".join(pieces)
