"""Backends behind https: what is trusted, what is refused and by which name, what is reused."""

from __future__ import annotations

import hashlib
import json
import ssl
import threading

import pytest

import wire
from backends import Exchange, hang, json_reply, reply, then_close
from certificates import FUTURE, PAST, Authority
from settings import backend, endpoint, pass_through, service, shadow
from tls_peers import nginx_server, then_say_goodbye

GOOD = json_reply({"ok": 1})
JSON = ("--log-format", "json")
LARGE = 10 << 20


@pytest.fixture
def trusting(start, authority):
    """A gateway of these endpoints that trusts the test's authority alone."""

    def run(*endpoints, client_tls=None, options=(), **more):
        trust = {"ca_certs": [str(authority.certificate)], "disable_system_ca_pool": True}
        tls = trust | (client_tls or {})
        return start(service(*endpoints, client_tls=tls, **more), *options)

    return run


@pytest.fixture
def local(authority):
    """An identity for 127.0.0.1 and localhost."""
    return authority.issue("127.0.0.1", "localhost")


def ask_again(gateway, times: int) -> list[dict]:
    with gateway.client() as client:
        return [client.ask("GET", "/e").json for _ in range(times)]


# What works.

def test_answers_over_https_are_merged(trusting, serve_tls, nginx, local) -> None:
    one = serve_tls(json_reply({"a": 1}), local)
    two = nginx(nginx_server(local, answer='{"b": 2}'))
    answer = trusting(endpoint("/e", backend(one), backend(two.host))).get("/e")
    assert (answer.status, answer.json) == (200, {"a": 1, "b": 2})
    assert answer.get("X-Aggregator-Completed") == "true"


def test_an_answer_over_https_passes_untouched(trusting, serve_tls, local) -> None:
    server = serve_tls(reply(b"\x00any\xff", status=418, headers="X-A: 1\r\n"), local)
    answer = trusting(pass_through("/e", backend(server))).get("/e")
    assert (answer.status, answer.body, answer.get("X-A")) == (418, b"\x00any\xff", "1")


def test_a_shadow_over_https_is_asked_and_not_heard(trusting, serve, serve_tls, local) -> None:
    copy = serve_tls(json_reply({"shadow": 1}), local)
    gateway = trusting(endpoint("/e", backend(serve(GOOD)), shadow(copy)))
    assert gateway.get("/e").json == {"ok": 1}
    assert copy.wait_for()[0].start == "GET / HTTP/1.1"


def test_a_shadow_that_is_not_trusted_gets_nothing(trusting, serve, serve_tls, tmp_path) -> None:
    stranger = Authority(tmp_path / "stranger").issue("127.0.0.1")
    copy = serve_tls(GOOD, stranger)
    gateway = trusting(endpoint("/e", backend(serve(GOOD)), shadow(copy)))
    for _ in range(3):
        assert gateway.get("/e").json == {"ok": 1}
    copy.wait_until(lambda: copy.refused, "a handshake")
    assert copy.received == []


# Whom to trust.

def wrong_name(authority, _):
    return authority.issue("other.test", "10.0.0.1")


def expired(authority, _):
    return authority.issue("127.0.0.1", valid=PAST)


def not_yet_valid(authority, _):
    return authority.issue("127.0.0.1", valid=FUTURE)


def of_another_authority(_, folder):
    return Authority(folder / "stranger", "Stranger").issue("127.0.0.1")


def self_signed(_, folder):
    return Authority(folder / "self", "127.0.0.1").identity


UNTRUSTED = {wrong_name: "tls_wrong_name", expired: "tls_expired", not_yet_valid: "tls_expired",
             of_another_authority: "tls_untrusted", self_signed: "tls_untrusted"}


@pytest.fixture
def doubtful(request, serve_tls, authority, tmp_path):
    return serve_tls(GOOD, request.param(authority, tmp_path))


@pytest.mark.parametrize(("doubtful", "error"), UNTRUSTED.items(), indirect=["doubtful"])
def test_a_certificate_is_refused_by_name_if_it_is(trusting, doubtful, serve, error) -> None:
    points = [endpoint("/alone", backend(doubtful)),
              endpoint("/both", backend(doubtful), backend(serve(GOOD)))]
    gateway = trusting(*points, options=JSON)
    alone, both = gateway.get("/alone"), gateway.get("/both")
    assert (alone.status, alone.get("X-Aggregator-Error")) == (500, error)
    assert (both.json, both.get("X-Aggregator-Completed")) == ({"ok": 1}, "false")
    assert gateway.access("/alone")["failure"] == error
    assert [part.get("failure") for part in gateway.access("/both")["backends"]] == [error, None]
    assert doubtful.received == []


@pytest.mark.parametrize("doubtful", UNTRUSTED, indirect=True)
@pytest.mark.parametrize("spelling", [{"client_tls": {"allow_insecure_connections": True}},
                                      {"allow_insecure_connections": True}], ids=["now", "older"])
def test_every_certificate_is_taken_where_that_is_allowed(start, doubtful, spelling) -> None:
    gateway = start(service(endpoint("/e", backend(doubtful)), **spelling))
    assert gateway.get("/e").json == {"ok": 1}


def test_the_systems_authorities_do_not_vouch_for_a_private_one(start, serve_tls, local) -> None:
    server = serve_tls(GOOD, local)
    answer = start(service(endpoint("/e", backend(server)))).get("/e")
    assert answer.get("X-Aggregator-Error") == "tls_untrusted"


def test_a_name_in_the_subject_alone_is_no_name(trusting, serve_tls, authority) -> None:
    server = serve_tls(GOOD, authority.issue("localhost", subject="127.0.0.1"))
    points = [endpoint("/address", backend(server)), endpoint("/name", backend(server.named_host))]
    gateway = trusting(*points)
    assert gateway.get("/address").get("X-Aggregator-Error") == "tls_wrong_name"
    assert gateway.get("/name").json == {"ok": 1}


# Backends that do not shake hands.

def test_a_backend_that_speaks_plain_http_is_named_so(trusting, nginx) -> None:
    plain = nginx("location / { return 200 '{}'; }", listen="")
    answer = trusting(endpoint("/e", backend(plain.host))).get("/e")
    assert (answer.status, answer.get("X-Aggregator-Error")) == (500, "tls_not_spoken")


def greets(exchange: Exchange) -> None:
    exchange.send(b"220 mail.test ESMTP\r\n")
    exchange.wait_gone()


def closes(exchange: Exchange) -> None:
    exchange.reader.more()


def closes_at_once(_: Exchange) -> None:
    pass


def resets(exchange: Exchange) -> None:
    exchange.reader.more()
    exchange.reset()


def breaks_off(exchange: Exchange) -> None:
    exchange.reader.more()
    exchange.send(b"\x16\x03\x03\x01\x00half of it")


def sends_noise(exchange: Exchange) -> None:
    exchange.reader.more()
    exchange.send(b"\x16\x03\x03\x00\x10" + b"\xff" * 16)
    exchange.wait_gone()


HANDSHAKES = {greets: {"tls_not_spoken"}, closes: {"closed"}, closes_at_once: {"closed", "reset"},
              resets: {"reset"}, breaks_off: {"closed"}, sends_noise: {"tls_handshake"}}


@pytest.mark.parametrize(("handle", "errors"), HANDSHAKES.items())
def test_a_handshake_fails_by_name_if_the_backend(trusting, serve_raw, handle, errors) -> None:
    gateway = trusting(endpoint("/e", backend(serve_raw(handle))))
    for _ in range(3):
        answer = gateway.get("/e")
        assert answer.status == 500
        assert answer.get("X-Aggregator-Error") in errors


def test_a_backend_that_stops_in_the_handshake_is_given_up_at_the_deadline(
        trusting, serve, serve_raw) -> None:
    silent = serve_raw(hang)
    points = [endpoint("/alone", backend(silent), timeout="1s"),
              endpoint("/both", backend(silent), backend(serve(GOOD)), timeout="1s")]
    gateway = trusting(*points)
    assert gateway.get("/alone").get("X-Aggregator-Error") == "timeout"
    both = gateway.get("/both")
    assert (both.json, both.get("X-Aggregator-Completed")) == ({"ok": 1}, "false")
    silent.wait_gone(2)


def test_a_client_that_leaves_ends_the_handshake_with_the_backend(trusting, serve_raw) -> None:
    silent = serve_raw(hang)
    with trusting(endpoint("/e", backend(silent))).client() as client:
        client.send(wire.request("GET", "/e"))
        silent.wait_until(lambda: silent.connections, "a connection")
    silent.wait_gone()


# Names, versions, certificates of our own.

def test_the_name_of_the_backend_is_sent_and_an_address_is_not(trusting, nginx, authority) -> None:
    tell = '{"name": "$ssl_server_name"}'
    server = nginx(nginx_server(authority.issue("127.0.0.1"), answer=tell),
                   nginx_server(authority.issue("localhost"), "server_name localhost;",
                                answer=tell))
    gateway = trusting(endpoint("/name", backend(server.named_host)),
                       endpoint("/address", backend(server.host)))
    assert gateway.get("/name").json == {"name": "localhost"}
    assert gateway.get("/address").json == {"name": ""}


@pytest.mark.parametrize(("choice", "offered", "spoken"), [
    ({}, "TLSv1.2 TLSv1.3", "TLSv1.3"),
    ({}, "TLSv1.2", "TLSv1.2"),
    ({"max_version": "TLS12"}, "TLSv1.2 TLSv1.3", "TLSv1.2"),
    ({"min_version": "TLS13"}, "TLSv1.2 TLSv1.3", "TLSv1.3"),
    ({"min_version": "TLS13"}, "TLSv1.2", None),
    ({"max_version": "TLS12"}, "TLSv1.3", None),
])
def test_the_version_is_chosen_within_the_limits(trusting, nginx, local, choice, offered,
                                                 spoken) -> None:
    block = nginx_server(local, f"ssl_protocols {offered};", answer='{"version": "$ssl_protocol"}')
    point = endpoint("/e", backend(nginx(block).host))
    answer = trusting(point, client_tls=choice).get("/e")
    if spoken:
        assert answer.json == {"version": spoken}
    else:
        assert answer.get("X-Aggregator-Error") == "tls_handshake"


def test_suites_and_curves_are_chosen_as_configured(trusting, nginx, authority) -> None:
    tell = '{"suite": "$ssl_cipher", "curves": "$ssl_curves"}'
    server = nginx(nginx_server(authority.issue("127.0.0.1"), answer=tell))
    choice = {"cipher_suites": [49195], "curve_preferences": [24, 23], "max_version": "TLS12"}
    answer = trusting(endpoint("/e", backend(server.host)), client_tls=choice).get("/e")
    assert answer.json == {"suite": "ECDHE-ECDSA-AES128-GCM-SHA256",
                           "curves": "secp384r1:prime256v1"}


@pytest.fixture
def suspicious(nginx, local, authority):
    """nginx that wants to know who calls."""
    return nginx(nginx_server(local, f"ssl_client_certificate {authority.certificate};",
                              "ssl_verify_client on;", answer='{"who": "$ssl_client_s_dn"}'))


def test_a_client_certificate_is_shown_to_a_backend_that_asks(trusting, suspicious,
                                                              authority) -> None:
    certificates = {"client_certs": [authority.issue("gateway").client_pair]}
    gateway = trusting(endpoint("/e", backend(suspicious.host)), client_tls=certificates)
    assert gateway.get("/e").json == {"who": "CN=gateway"}


def test_without_a_client_certificate_such_a_backend_refuses(trusting, suspicious) -> None:
    answer = trusting(pass_through("/e", backend(suspicious.host))).get("/e")
    assert answer.status == 400
    assert "No required SSL certificate was sent" in answer.text


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_backend_that_refuses_in_the_handshake_is_a_handshake_failure(
        trusting, serve_tls, local, authority, version) -> None:
    context = local.server_context()
    context.maximum_version = version
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(authority.certificate)
    answer = trusting(endpoint("/e", backend(serve_tls(GOOD, context)))).get("/e")
    assert (answer.status, answer.get("X-Aggregator-Error")) == (500, "tls_handshake")


# What is kept.

TELL = '{"reused": "$ssl_session_reused", "connection": "$connection"}'


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
@pytest.mark.parametrize("tickets", ["on", "off"])
def test_sessions_are_resumed(trusting, nginx, local, version, tickets) -> None:
    block = nginx_server(local, f"ssl_protocols {version};", f"ssl_session_tickets {tickets};",
                         "ssl_session_cache shared:sessions:1m;", answer=TELL)
    gateway = trusting(endpoint("/e", backend(nginx(block).host)), disable_keep_alives=True)
    answers = ask_again(gateway, 5)
    assert [answer["reused"] for answer in answers] == [".", "r", "r", "r", "r"]
    assert len({answer["connection"] for answer in answers}) == 5


def test_a_session_is_not_resumed_under_another_name(trusting, nginx, local) -> None:
    server = nginx(nginx_server(local, answer=TELL))
    gateway = trusting(endpoint("/name", backend(server.named_host)),
                       endpoint("/address", backend(server.host)), disable_keep_alives=True)
    assert [gateway.get(path).json["reused"] for path in ("/name", "/address", "/name")] == [
        ".", ".", "r"]


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def test_connections_are_reused(trusting, nginx, local, version) -> None:
    block = nginx_server(local, f"ssl_protocols {version};", answer=TELL)
    gateway = trusting(endpoint("/e", backend(nginx(block).host)))
    answers = ask_again(gateway, 20)
    assert len({answer["connection"] for answer in answers}) == 1


@pytest.mark.parametrize("command", ["k", "K"], ids=["told", "asked"])
def test_what_tls_itself_says_on_an_idle_connection_does_not_end_it(
        trusting, openssl_server, local, command) -> None:
    server = openssl_server(local)
    gateway = trusting(endpoint("/e", backend(server.host)), options=("--workers", "1"))
    with gateway.client() as client:
        for n in range(1, 4):
            client.send(wire.request("GET", "/e"))
            server.output.wait_for(lambda text: text.count("GET / HTTP/1.1") == n)
            server.type(f'HTTP/1.1 200 OK\nContent-Length: 9\n\n{{"n":{n}}}\n')
            assert client.answer().json == {"n": n}
            server.type(command + "\n")
            server.output.wait_for(lambda text: text.count("SSL_do_handshake") == n)
    assert server.output.text.count("CIPHER is") == 1


def test_a_kept_connection_that_ended_is_not_used_again(trusting, serve_tls, local) -> None:
    server = serve_tls(then_say_goodbye(GOOD), local)
    gateway = trusting(endpoint("/e", backend(server)))
    assert ask_again(gateway, 5) == [{"ok": 1}] * 5
    assert server.connections == 5


# Large bodies, and bodies that are cut.

def test_a_large_answer_arrives_whole(trusting, nginx, local, tmp_path) -> None:
    content = b'{"a": "' + hashlib.sha512(b"seed").hexdigest().encode() * (LARGE // 128) + b'"}'
    (tmp_path / "large.json").write_bytes(content)
    block = nginx_server(local).split(" location ")[0] + f" root {tmp_path};"
    server = nginx(block)
    gateway = trusting(pass_through("/passed", backend(server.host, "/large.json")),
                       endpoint("/read", backend(server.host, "/large.json")))
    for _ in range(2):
        assert gateway.get("/passed").body == content
        assert gateway.get("/read").json == json.loads(content)


@pytest.mark.parametrize("framing", ["length", "chunks"])
def test_a_large_upload_arrives_whole(trusting, serve_tls, local, framing) -> None:
    def script(exchange: Exchange) -> None:
        exchange.send(json_reply({"got": hashlib.sha256(exchange.received.body).hexdigest()}))

    body = bytes(range(256)) * (LARGE // 256)
    point = pass_through("/e", backend(serve_tls(script, local)), method="POST")
    chunked = framing == "chunks"
    headers = {"Transfer-Encoding": "chunked"} if chunked else {}
    sent = wire.chunked(*[body[at:at + 50_001] for at in range(0, LARGE, 50_001)])
    answer = trusting(point).ask("POST", "/e", headers, sent if chunked else body)
    assert answer.json == {"got": hashlib.sha256(body).hexdigest()}


CUT = {
    "in a body with a length": b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"ok":1}',
    "in a body that lasts until the end": b'HTTP/1.1 200 OK\r\n\r\n{"ok":1}',
    "in a chunk": b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{"ok"',
    "in the head": b"HTTP/1.1 200 OK\r\nConte",
    "before the head": b"",
}


@pytest.mark.parametrize("where", CUT)
def test_a_backend_that_ends_without_a_goodbye_has_failed(trusting, serve_tls, local,
                                                          where) -> None:
    server = serve_tls(then_close(CUT[where]), local)
    answer = trusting(endpoint("/e", backend(server))).get("/e")
    assert (answer.status, answer.get("X-Aggregator-Error")) == (500, "reset")


def test_an_answer_that_lasts_until_the_end_is_whole_with_a_goodbye(trusting, serve_tls,
                                                                    local) -> None:
    server = serve_tls(then_say_goodbye(b'HTTP/1.1 200 OK\r\n\r\n{"ok":1}'), local)
    gateway = trusting(endpoint("/read", backend(server)), pass_through("/passed", backend(server)))
    assert gateway.get("/read").json == {"ok": 1}
    assert gateway.get("/passed").body == b'{"ok":1}'


@pytest.mark.parametrize("where", ["in a body with a length", "in a body that lasts until the end"])
def test_a_cut_answer_that_passes_is_not_given_a_clean_end(trusting, serve_tls, local,
                                                           where) -> None:
    begun = threading.Event()

    def script(exchange: Exchange) -> None:
        exchange.send(CUT[where])
        begun.wait(wire.PATIENCE_S)
        exchange.close()

    gateway = trusting(pass_through("/e", backend(serve_tls(script, local))))
    with gateway.client() as client:
        client.send(wire.request("GET", "/e"))
        client.reader.head()
        begun.set()
        with pytest.raises((wire.Ended, ConnectionResetError)):
            client.reader.chunks() if "until" in where else client.reader.exactly(100)


def test_a_whole_answer_counts_though_no_goodbye_follows(trusting, serve_tls, local) -> None:
    server = serve_tls(then_close(GOOD), local)
    assert ask_again(trusting(endpoint("/e", backend(server))), 5) == [{"ok": 1}] * 5
