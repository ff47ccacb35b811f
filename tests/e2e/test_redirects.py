"""Redirects from backends: what is followed, with which request, and where it ends."""

from __future__ import annotations

import socket

import pytest

import wire
from backends import Backend, Exchange, chunked_reply, echo, hang, json_reply, reply, then_close
from management import Management, admin
from settings import backend, endpoint, pass_through, service, shadow

GOOD = json_reply({"ok": 1})
SENDS_BODY = {"extra_config": {"backend/http/client": {"send_body_on_redirect": True}}}
LARGE = b"0123456789abcdef" * (1 << 16)


def to(location: str, status: int = 302, body: bytes = b"", headers: str = "") -> bytes:
    return reply(body, status, f"Location: {location}\r\n{headers}")


def elsewhere(server: Backend) -> str:
    """The same server by a name that is another domain."""
    return f"http://localhost:{server.port}"


@pytest.fixture
def asked(serve, start):
    """Asks `/e`, whose backend has these scripts beside `/there`; the answer and the backend."""

    def run(scripts, method="GET", headers=None, body=None, one=None, router=None, **more):
        server = serve({"/there": echo} | (scripts if isinstance(scripts, dict)
                                           else {"/": scripts}))
        point = endpoint("/e", backend(server, **(one or {})), method=method, **more)
        gateway = start(service(point, router=router))
        return gateway.ask(method, "/e", headers or {}, body), server

    return run


# Which request follows.

@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirected_get_is_asked_again_there(asked, status) -> None:
    answer, server = asked(to("/there", status))
    assert (answer.status, answer.json["method"]) == (200, "GET")
    assert [received.target for received in server.received] == ["/", "/there"]


@pytest.mark.parametrize("status", [300, 304, 305, 306])
def test_other_statuses_are_answers_even_with_a_location(serve, start, status) -> None:
    server = serve(f"HTTP/1.1 {status} X\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n".encode())
    answer = start(service(pass_through("/e", backend(server)))).get("/e")
    assert (answer.status, answer.get("Location")) == (status, "/there")
    assert len(server.received) == 1


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("status", [301, 302, 303])
def test_other_methods_become_a_get_without_a_body(asked, method, status) -> None:
    headers = {"Content-Type": "text/x", "Content-Language": "en", "X-Kept": "1"}
    seen = asked(to("/there", status), method, headers, b"body", input_headers=["*"])[0].json
    assert (seen["method"], seen["body"]) == ("GET", "")
    assert "content-length" not in seen["headers"]
    assert not [name for name in seen["headers"] if name.startswith("content-")]
    assert seen["headers"]["x-kept"] == "1"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize("status", [307, 308])
def test_the_method_is_kept_if_there_is_no_body(asked, method, status) -> None:
    seen = asked(to("/there", status), method, {"Content-Type": "text/x"})[0].json
    assert (seen["method"], seen["body"]) == (method, "")
    assert seen["headers"]["content-type"] == "text/x"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirected_head_stays_one(serve, start, status) -> None:
    there = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nX-Seen: 1\r\n\r\n"
    moved = f"HTTP/1.1 {status} X\r\nLocation: /b\r\nContent-Length: 9\r\n\r\n".encode()
    server = serve({"/": moved, "/b": there})
    gateway = start(service(pass_through("/e", backend(server, method="HEAD"))))
    assert gateway.get("/e").get("X-Seen") == "1"
    assert [received.method for received in server.received] == ["HEAD", "HEAD"]
    assert server.connections == 1


@pytest.mark.parametrize("status", [307, 308])
def test_a_body_is_not_sent_twice_unless_that_is_asked_for(asked, status) -> None:
    answer, server = asked(to("/there", status), "POST", body=b"body")
    assert (answer.status, answer.get("X-Aggregator-Error")) == (500, "bad_status")
    assert len(server.received) == 1


def test_a_redirect_that_cannot_be_followed_passes_through(serve, start) -> None:
    server = serve(to("/there", 307, b"moved"))
    gateway = start(service(pass_through("/e", backend(server), method="POST")))
    answer = gateway.ask("POST", "/e", body=b"body")
    assert (answer.status, answer.get("Location"), answer.body) == (307, "/there", b"moved")


@pytest.mark.parametrize("status", [307, 308])
@pytest.mark.parametrize("body", [b"body", LARGE], ids=["whole", "streamed"])
def test_a_body_is_sent_again_if_that_is_asked_for(asked, status, body) -> None:
    one, method = SENDS_BODY, "PUT"
    answer, server = asked(to("/there", status), method, {"Content-Type": "text/x"}, body, one)
    assert answer.status == 200
    first, second = server.received
    assert (first.body, second.body) == (body, body)
    assert (second.method, second.get("Content-Type")) == ("PUT", "text/x")
    assert second.get("Content-Length") == str(len(body))


def test_a_chunked_body_is_sent_again_through_several_redirects(serve, start) -> None:
    server = serve({"/": to("/a", 307), "/a": to("/b", 308), "/b": echo})
    gateway = start(service(endpoint("/e", backend(server, **SENDS_BODY), method="POST")))
    with gateway.client() as client:
        client.send(wire.request("POST", "/e", {"Transfer-Encoding": "chunked"}))
        client.send(wire.chunked(b"one ", b"two ", b"three"))
        assert client.answer().json["body"] == "one two three"
    assert [received.body for received in server.received] == [b"one two three"] * 3


def test_a_body_above_the_limit_is_not_held_and_the_redirect_is_the_answer(serve, start) -> None:
    server = serve({"/": to("/there", 307), "/there": echo})
    point = pass_through("/e", backend(server, **SENDS_BODY), method="POST")
    gateway = start(service(point, router={"max_body_bytes": len(LARGE) - 1}))
    assert gateway.ask("POST", "/e", body=LARGE).status == 307
    assert [len(received.body) for received in server.received] == [len(LARGE)]


def read_and_tell(exchange: Exchange) -> None:
    """For a backend whose scripts run before the body is read."""
    reader, length = exchange.reader, exchange.received.get("Content-Length")
    body = reader.exactly(int(length)) if length else reader.chunks()
    exchange.send(reply(body, headers="Connection: close\r\n"))
    exchange.close()


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunks"])
def test_the_rest_of_a_body_goes_where_a_redirect_in_its_middle_led(serve, start, chunked) -> None:
    there = serve(read_and_tell, early=True)

    def early(exchange: Exchange) -> None:
        assert exchange.reader.exactly(5)  # of the first piece, framed or not
        exchange.send(to(there.host + "/there", 307))
        exchange.wait_gone()

    point = backend(serve(early, early=True), **SENDS_BODY)
    with start(service(pass_through("/e", point, method="POST"))).client() as client:
        framing = "Transfer-Encoding: chunked" if chunked else "Content-Length: 10"
        client.send(f"POST /e HTTP/1.1\r\nHost: a\r\n{framing}\r\n\r\n")
        client.send(b"5\r\nfirst\r\n" if chunked else b"first")
        there.wait_for()
        client.send(b"5\r\nlater\r\n0\r\n\r\n" if chunked else b"later")
        assert client.answer().body == b"firstlater"


# Where it leads.

LOCATIONS = {
    "/there": "/there",
    "/there?a=1&b=%2F#part": "/there?a=1&b=%2F",
    "there": "/one/two/there",
    "./there": "/one/two/there",
    "../there": "/one/there",
    "../../../there": "/there",
    "?a=1": "/one/two/three?a=1",
    "#part": "/one/two/three",
    "/a b/\"ü\"": "/a%20b/%22%C3%BC%22",
}


@pytest.mark.parametrize("location", LOCATIONS)
def test_a_relative_location_is_resolved(serve, start, location) -> None:
    moved = to(location)
    seen: list[str] = []

    def script(exchange: Exchange) -> None:
        seen.append(exchange.received.target)
        exchange.send(moved if len(seen) == 1 else GOOD)

    gateway = start(service(endpoint("/e", backend(serve(script), "/one/two/three"))))
    assert gateway.get("/e").json == {"ok": 1}
    assert seen == ["/one/two/three", LOCATIONS[location]]


@pytest.mark.parametrize("form", ["http://{}/there", "//{}/there", "HTTP://{}/there",
                                  "http://user:word@{}/there"])
def test_an_absolute_location_leads_to_another_host(serve, start, form) -> None:
    there = serve({"/there": echo})
    where = f"127.0.0.1:{there.port}"
    gateway = start(service(endpoint("/e", backend(serve(to(form.format(where)))))))
    assert gateway.get("/e").json["headers"]["host"] == where


def test_the_path_in_a_host_counts_once(serve, start) -> None:
    server = serve({"/base/a/x": to("y"), "/base/a/y": to("/z"), "/z": GOOD})
    point = {"host": [server.host + "/base"], "url_pattern": "/a/x"}
    assert start(service(endpoint("/e", point))).get("/e").json == {"ok": 1}


@pytest.mark.parametrize("location", [
    "ftp://127.0.0.1/", "mailto:a@b.test", "http:there", "http://", "http://a b/", "http://[::1/",
    "http://a.test:0/", "http://a.test:x/", "http://a.test:70000/", "//", "/%zz", "/a%2",
])
def test_a_location_that_cannot_be_followed_is_a_failure(asked, location) -> None:
    answer, server = asked(to(location))
    assert (answer.status, answer.get("X-Aggregator-Error")) == (500, "bad_redirect")
    assert len(server.received) == 1


@pytest.mark.parametrize("headers", ["", "Location:\r\n"], ids=["none", "empty"])
def test_without_a_location_the_redirect_is_the_answer(serve, start, headers) -> None:
    gateway = start(service(pass_through("/e", backend(serve(reply(b"x", 302, headers))))))
    answer = gateway.get("/e")
    assert (answer.status, answer.body) == (302, b"x")


def test_ten_redirects_are_followed_and_no_more(serve, start) -> None:
    chain = {f"/{n}": to(f"/{n + 1}") for n in range(11)} | {"/11": GOOD}
    server = serve(chain)
    gateway = start(service(endpoint("/ten", backend(server, "/1")),
                            endpoint("/more", backend(server, "/0"))))
    assert gateway.get("/ten").json == {"ok": 1}
    answer = gateway.get("/more")
    assert (answer.status, answer.get("X-Aggregator-Error")) == (500, "too_many_redirects")
    assert len(server.received) == 11 + 11


def test_only_the_backend_that_redirects_in_circles_fails(serve, start) -> None:
    parts = [backend(serve(to("/"))), backend(serve(GOOD))]
    answer = start(service(endpoint("/e", *parts))).get("/e")
    assert (answer.json, answer.get("X-Aggregator-Completed")) == ({"ok": 1}, "false")


def test_a_redirect_to_a_host_that_refuses_is_a_connect_failure(serve, start, nobody) -> None:
    servers = [serve(to(nobody + "/")), serve(GOOD)]
    part = backend(servers[0]) | {"host": [server.host for server in servers]}
    answer = start(service(endpoint("/e", part)), "--workers", "1").get("/e")
    assert answer.get("X-Aggregator-Error") == "connect"
    assert servers[1].received == []


def test_the_deadline_holds_over_all_redirects(serve, start) -> None:
    server = serve({"/": to("/there"), "/there": hang})
    answer = start(service(endpoint("/e", backend(server), timeout="1s"))).get("/e")
    assert answer.get("X-Aggregator-Error") == "timeout"
    server.wait_gone()


def test_a_client_that_leaves_ends_a_redirected_exchange(serve, start) -> None:
    server = serve({"/": to("/there"), "/there": hang})
    with start(service(endpoint("/e", backend(server)))).client() as client:
        client.send(wire.request("GET", "/e"))
        server.wait_for(2)
    server.wait_gone()


# What the redirected request says.

def test_the_referer_is_the_url_that_redirected(serve, start) -> None:
    server = serve({"/a": to("/b?x=1"), "/b": to("/c"), "/c": echo})
    start(service(endpoint("/e", backend(server, "/a?q=2")))).get("/e")
    referers = [received.get("Referer") for received in server.received]
    assert referers == [None, server.host + "/a?q=2", server.host + "/b?x=1"]


def test_a_referer_of_the_client_stays(asked) -> None:
    seen = asked({"/": to("/b"), "/b": to("/there")}, headers={"Referer": "http://first.test/"},
                 input_headers=["*"])[0].json
    assert seen["headers"]["referer"] == "http://first.test/"


CREDENTIALS = {"Authorization": "Bearer x", "Cookie": "a=b", "Cookie2": "c=d", "X-Api-Key": "k",
               "Www-Authenticate": "x", "X-Other": "1"}


def kept(received) -> set[str]:
    return {name for name in CREDENTIALS if received.get(name)}


def test_credentials_stay_with_scheme_name_and_port(serve, start) -> None:
    other_port = serve({"/c": to("/d"), "/d": GOOD})
    first = serve({"/": to("/b"), "/b": to(other_port.host + "/c")})
    gateway = start(service(endpoint("/e", backend(first), input_headers=["*"])))
    assert gateway.get("/e", CREDENTIALS).json == {"ok": 1}
    assert [kept(received) for received in first.received] == [set(CREDENTIALS)] * 2
    assert [kept(received) for received in other_port.received] == [{"X-Other"}] * 2


def test_another_name_of_the_same_server_gets_no_credentials(serve, start) -> None:
    server = serve({})
    server.scripts = {"/": to(elsewhere(server) + "/b"), "/b": GOOD}
    gateway = start(service(endpoint("/e", backend(server), input_headers=["*"])))
    assert gateway.get("/e", CREDENTIALS).json == {"ok": 1}
    assert [kept(received) for received in server.received] == [set(CREDENTIALS), {"X-Other"}]


def test_the_services_own_credentials_stay_at_home_too(serve, start) -> None:
    there = serve(GOOD)
    rules = {"proxy/shadow": {"credential_headers": ["X-Other"]}}
    gateway = start(service(endpoint("/e", backend(serve(to(there.host))), input_headers=["*"]),
                            extra_config=rules))
    assert gateway.get("/e", CREDENTIALS).json == {"ok": 1}
    assert kept(there.received[0]) == set()


def test_credentials_that_were_dropped_do_not_come_back(serve, start) -> None:
    home = serve({})
    other = serve(to(home.host + "/back"))
    home.scripts = {"/": to(elsewhere(other)), "/back": GOOD}
    gateway = start(service(endpoint("/e", backend(home), input_headers=["*"])))
    assert gateway.get("/e", CREDENTIALS).json == {"ok": 1}
    assert [kept(received) for received in home.received] == [set(CREDENTIALS), {"X-Other"}]


def test_a_user_in_a_location_is_not_told_to_anybody(serve, start) -> None:
    there = serve({"/a": to("/b"), "/b": GOOD})
    location = f"http://user:word@127.0.0.1:{there.port}/a"
    start(service(endpoint("/e", backend(serve(to(location)))))).get("/e")
    assert [received.get("Authorization") for received in there.received] == [None, None]
    assert there.received[1].get("Referer") == there.host + "/a"


# What may not be reached, and loops.

class OutsideBackend(Backend):
    """Listens on an address of this machine that is no loopback one."""

    address = ""

    @property
    def host(self) -> str:
        return f"http://{self.address}:{self.port}"


@pytest.fixture
def serve_outside(start):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing
        except OSError:
            pytest.skip("this machine has no address but loopback ones")
        OutsideBackend.address = probe.getsockname()[0]
    started: list[Backend] = []

    def run(scripts) -> Backend:
        started.append(OutsideBackend(scripts))
        return started[-1]

    yield run
    for one in started:
        one.stop()


SPELLINGS = ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "0.0.0.0",
             "[::ffff:127.0.0.1]"]


@pytest.mark.parametrize("name", SPELLINGS)
def test_no_redirect_leads_from_outside_to_loopback(serve, serve_outside, start, name) -> None:
    inside = serve(GOOD)
    outside = serve_outside(to(f"http://{name}:{inside.port}/"))
    gateway = start(service(endpoint("/e", backend(outside))), "--log-level", "debug")
    answer = gateway.get("/e")
    assert answer.get("X-Aggregator-Error") == "bad_redirect"
    assert inside.received == []
    gateway.wait_for_line(lambda text: "loopback or link-local" in text)


def test_from_outside_a_redirect_leads_anywhere_else(serve_outside, start) -> None:
    there = serve_outside(echo)
    outside = serve_outside(to(there.host + "/x"))
    assert start(service(endpoint("/e", backend(outside)))).get("/e").json["target"] == "/x"


def test_the_way_home_is_open(serve_outside, start) -> None:
    home = serve_outside({"/": to("/there"), "/there": GOOD})
    assert start(service(endpoint("/e", backend(home)))).get("/e").json == {"ok": 1}


@pytest.mark.parametrize("listen", ["127.0.0.1", "0.0.0.0", "[::]"])
@pytest.mark.parametrize("name", SPELLINGS)
def test_no_redirect_leads_to_the_management_interface(serve, start, listen, name) -> None:
    moved: list[bytes] = []
    live = serve(lambda exchange: exchange.send(moved[0]))
    found = service(pass_through("/e", backend(live), method="POST"))
    found["extra_config"] = {"admin": admin(listen=f"{listen}:0")}
    gateway = start(found)
    port = Management(gateway).address[1]
    moved.append(to(f"http://{name}:{port}/health", 302))
    answer = gateway.ask("POST", "/e")
    assert answer.get("X-Aggregator-Error") == "bad_redirect"


def test_no_redirect_leads_to_the_management_interface_by_an_address_of_this_machine(
        serve, serve_outside, start) -> None:
    moved: list[bytes] = []
    found = service(endpoint("/e", backend(serve(lambda exchange: exchange.send(moved[0])))))
    found["extra_config"] = {"admin": admin(listen="0.0.0.0:0")}
    gateway = start(found)
    moved.append(to(f"http://{OutsideBackend.address}:{Management(gateway).address[1]}/health"))
    assert gateway.get("/e").get("X-Aggregator-Error") == "bad_redirect"


def test_a_shadow_keeps_to_its_own_authority(serve, start) -> None:
    there = serve(GOOD)
    copy = serve({"/": to("/b"), "/b": to(there.host)})
    gateway = start(service(endpoint("/e", backend(serve(GOOD)), shadow(copy))))
    assert gateway.get("/e").json == {"ok": 1}
    gateway.settle()
    assert [received.target for received in copy.received] == ["/", "/b"]
    assert there.received == []
    assert gateway.counters()["shadow_finished"] == 1


@pytest.mark.parametrize("encoding", ["no-op", "json"])
def test_a_redirect_into_the_gateway_is_not_followed_further(serve, start, encoding) -> None:
    where: list[str] = []
    server = serve(lambda exchange: exchange.send(to(where[0])))
    gateway = start(service(endpoint("/loop", backend(server), output_encoding=encoding),
                            disable_keep_alives=True))
    where.append(gateway.url("/loop"))
    assert gateway.get("/loop").status == 500
    assert len(server.received) <= 11


def test_a_loop_over_two_gateways_ends_as_soon(serve, start) -> None:
    where: list[str] = []
    server = serve(lambda exchange: exchange.send(to(where[0])))
    point = pass_through("/loop", backend(server))
    gateways = [start(service(point, router=router, disable_keep_alives=True))
                for router in (None, {"header_prefix": "X-Other"})]
    where.append(gateways[0].url("/loop"))
    gateways[1].get("/loop")
    assert len(server.received) <= 11


def test_a_marked_request_is_answered_as_ever_and_its_mark_goes_on(serve, start) -> None:
    server = serve({"/": to("/there"), "/good": echo})
    gateway = start(service(pass_through("/e", backend(server)),
                            endpoint("/good", backend(server, "/good"))))
    mark = {"X-Aggregator-Redirects": "1"}
    assert gateway.get("/good", mark).json["headers"]["x-aggregator-redirects"] == "1"
    answer = gateway.get("/e", mark)
    assert (answer.status, answer.get("Location")) == (302, "/there")


def test_redirects_are_counted_in_the_request_that_follows(serve, start) -> None:
    server = serve({"/": to("/a"), "/a": to("/b"), "/b": GOOD})
    start(service(endpoint("/e", backend(server)))).get("/e")
    assert [received.get("X-Aggregator-Redirects") for received in server.received] == [
        None, "1", "2"]


NO_REDIRECT = {"extra_config": {"backend/http/client": {"no_redirect": True}}}


def test_without_redirects_the_answer_is_what_the_backend_said(serve, start) -> None:
    server = serve(to("/there", 302, b"moved"))
    gateway = start(service(pass_through("/e", backend(server, **NO_REDIRECT)),
                            endpoint("/json", backend(server, **NO_REDIRECT))))
    answer = gateway.get("/e")
    assert (answer.status, answer.get("Location"), answer.body) == (302, "/there", b"moved")
    answer = gateway.get("/json")
    assert (answer.status, answer.get("X-Aggregator-Error")) == (500, "bad_status")
    assert [received.target for received in server.received] == ["/", "/"]


# The connection that redirected.

BODIES = {
    "none": to("/there"),
    "some": to("/there", body=b"moved" * 100),
    "chunks": chunked_reply(b"a" * 20000, b"b" * 20000,
                            headers="Location: /there\r\n").replace(b"200 OK", b"302 X"),
}


@pytest.mark.parametrize("name", BODIES)
def test_the_connection_of_a_redirect_with_a_short_body_is_used_again(asked, name) -> None:
    answer, server = asked(BODIES[name])
    assert (answer.status, server.connections) == (200, 1)


def begun(exchange: Exchange) -> None:
    exchange.send(b"HTTP/1.1 302 X\r\nLocation: /there\r\nContent-Length: 100\r\n\r\nbegun")
    exchange.close()


CUT = {
    "a long body": to("/there", body=b"x" * (1 << 20)),
    "long chunks": chunked_reply(b"x" * 100_000, b"y" * 100_000,
                                 headers="Location: /there\r\n").replace(b"200 OK", b"302 X"),
    "a body that breaks off": begun,
    "a connection that closes": then_close(to("/there")),
    "surplus bytes": to("/there") + b"surplus",
}


@pytest.mark.parametrize("name", CUT)
def test_a_redirect_is_followed_on_a_new_connection_after(asked, name) -> None:
    answer, server = asked(CUT[name])
    assert (answer.status, answer.json["target"]) == (200, "/there")
    assert server.connections == 2


def test_a_kept_connection_closed_meanwhile_is_replaced_for_a_redirected_request(asked) -> None:
    calls: list[int] = []

    def there(exchange: Exchange) -> None:
        calls.append(exchange.received.connection)
        exchange.send(GOOD) if len(calls) > 1 else exchange.close()

    answer, server = asked({"/": to("/b"), "/b": there})
    assert (answer.json, calls) == ({"ok": 1}, [1, 2])


# Every encoding, shadows, TLS.

def test_redirects_are_followed_for_pass_through_too(serve, start) -> None:
    there = reply(b"\x00any\xff" * 100_000, headers="X-A: 1\r\n")
    server = serve({"/": to("/b"), "/b": there})
    answer = start(service(pass_through("/e", backend(server)))).get("/e")
    assert (answer.status, answer.get("X-A")) == (200, "1")
    assert answer.body == b"\x00any\xff" * 100_000


def test_a_shadow_is_redirected_like_a_backend(serve, start) -> None:
    server = serve({"/": to("/there"), "/there": GOOD})
    gateway = start(service(endpoint("/e", backend(serve(GOOD)), shadow(server))))
    assert gateway.get("/e").json == {"ok": 1}
    assert [received.target for received in server.wait_for(2)] == ["/", "/there"]


@pytest.fixture
def trusting(start, authority):
    trust = {"ca_certs": [str(authority.certificate)], "disable_system_ca_pool": True}
    return lambda *points: start(service(*points, client_tls=trust), "--workers", "1")


def test_a_redirect_may_lead_to_https_where_no_host_has_it(
        serve, serve_tls, authority, trusting) -> None:
    secure = serve_tls({"/there": echo}, authority.issue("127.0.0.1"))
    gateway = trusting(endpoint("/e", backend(serve(to(secure.host + "/there")))))
    for _ in range(2):
        assert gateway.get("/e").json["headers"]["host"] == f"127.0.0.1:{secure.port}"
    assert secure.connections == 1


def test_a_redirect_to_https_that_is_not_trusted_is_a_failure(
        serve, serve_tls, authority, trusting) -> None:
    secure = serve_tls({"/there": echo}, authority.issue("other.test"))
    answer = trusting(endpoint("/e", backend(serve(to(secure.host + "/there"))))).get("/e")
    assert answer.get("X-Aggregator-Error") == "tls_wrong_name"


def test_nothing_secret_goes_from_https_to_http(
        serve, serve_tls, authority, trusting) -> None:
    plain = serve(GOOD)
    secure = serve_tls(to(plain.host), authority.issue("127.0.0.1"))
    gateway = trusting(endpoint("/e", backend(secure), input_headers=["*"]))
    sent = CREDENTIALS | {"Referer": "https://first.test/secret"}
    assert gateway.get("/e", sent).json == {"ok": 1}
    assert kept(plain.received[0]) == {"X-Other"}
    assert plain.received[0].get("Referer") is None


def test_no_referer_goes_from_https_to_http(serve, serve_tls, authority, trusting) -> None:
    plain = serve({"/a": to("/b"), "/b": GOOD})
    secure = serve_tls({"/": to("/next"), "/next": to(plain.host + "/a")},
                       authority.issue("127.0.0.1"))
    assert trusting(endpoint("/e", backend(secure))).get("/e").json == {"ok": 1}
    referers = [received.get("Referer") for received in plain.received]
    assert referers == [None, plain.host + "/a"]
    assert secure.received[1].get("Referer") == secure.host + "/"


def test_the_way_home_is_not_for_a_host_outside_to_choose(serve, serve_outside, start) -> None:
    home = serve(GOOD)
    outside = serve_outside(to(f"http://127.0.0.1:{home.port}/internal/delete"))
    home.scripts = {"/": to(f"{outside.host}/"), "/internal/delete": GOOD}
    gateway = start(service(endpoint("/e", backend(home))))
    assert gateway.get("/e").get("X-Aggregator-Error") == "bad_redirect"
    assert [request.target for request in home.received] == ["/"]
