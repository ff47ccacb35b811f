"""The gateway's own https: versions, certificates, clients that misbehave, and how they part."""

from __future__ import annotations

import hashlib
import socket
import ssl
import subprocess
import threading

import pytest

import wire
from backends import Exchange, echo, gated, hang, json_reply, reply, then_reset
from certificates import EC, PAST, RSA, Authority
from gateway import aggregator
from settings import backend, endpoint, pass_through, service
from tls_peers import TlsClient

GOOD = json_reply({"ok": 1})
LARGE = 10 << 20
PLAIN = b"Client sent an HTTP request to an HTTPS server.\n"


@pytest.fixture
def local(authority):
    """An identity for 127.0.0.1 and localhost."""
    return authority.issue("127.0.0.1", "localhost")


@pytest.fixture
def secure(start, serve, local):
    """An https gateway: GET and POST on `/e`, passed through to a backend with this script."""

    def run(script=GOOD, *options, tls=None, **more):
        server = serve(script)
        points = [pass_through("/e", backend(server), method=method) for method in ("GET", "POST")]
        keys = {"keys": [local.listener_pair]}
        return start(service(*points, tls=keys | (tls or {}), **more), *options)

    return run


@pytest.fixture
def connect(authority):
    """Connects to a gateway. What is connected is closed at the end of the test."""
    opened = []

    def run(gateway, context=None, name="localhost"):
        opened.append(TlsClient(gateway.address, context or authority.client_context(), name))
        return opened[-1]

    yield run
    for client in opened:
        client.close()


def curl(gateway, *options: object, name: str = "localhost",
         scheme: str = "https") -> subprocess.CompletedProcess:
    """Asks for `/e`; `name` leads to the gateway whatever it is."""
    port = gateway.address[1]
    command = ["curl", "-sSv", "--resolve", f"{name}:{port}:127.0.0.1", *map(str, options),
               f"{scheme}://{name}:{port}/e"]
    return subprocess.run(command, capture_output=True, text=True, timeout=wire.PATIENCE_S,
                          check=False)


def s_client(gateway, *options: object, typed: str = "") -> str:
    """What `openssl s_client` says of a connection on which it sends `typed`."""
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{gateway.address[1]}",
               "-ign_eof", "-crlf", *map(str, options)]
    done = subprocess.run(command, input=typed, capture_output=True, text=True,
                          timeout=wire.PATIENCE_S, check=False)
    return done.stdout + done.stderr


LAST = "GET /e HTTP/1.1\nHost: a\nConnection: close\n\n"


# Versions.

@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_curl_speaks_each_version(secure, authority, version) -> None:
    done = curl(secure(), "--cacert", authority.certificate, f"--tlsv{version}",
                "--tls-max", version)
    assert (done.returncode, done.stdout) == (0, '{"ok":1}')
    assert f"SSL connection using TLSv{version}" in done.stderr


def test_older_versions_are_refused(secure) -> None:
    said = s_client(secure(), "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0", typed=LAST)
    assert "alert protocol version" in said
    assert "HTTP/1.1 200 OK" not in said


def test_older_versions_are_spoken_where_that_is_asked_for(secure) -> None:
    gateway = secure(tls={"min_version": "TLS11"})
    said = s_client(gateway, "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0", typed=LAST)
    assert "Protocol  : TLSv1.1" in said
    assert "HTTP/1.1 200 OK" in said


@pytest.mark.parametrize(("limits", "refused"), [({"max_version": "TLS12"}, "-tls1_3"),
                                                 ({"min_version": "TLS13"}, "-tls1_2")])
def test_the_version_can_be_limited(secure, limits, refused) -> None:
    gateway = secure(tls=limits)
    assert "alert protocol version" in s_client(gateway, refused, typed=LAST)
    assert "HTTP/1.1 200 OK" in s_client(gateway, typed=LAST)


def test_suites_are_chosen_as_configured(secure) -> None:
    gateway = secure(tls={"cipher_suites": [49196], "max_version": "TLS12"})
    assert "ECDHE-ECDSA-AES256-GCM-SHA384" in s_client(gateway, typed=LAST)
    said = s_client(gateway, "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256", typed=LAST)
    assert "alert handshake failure" in said


def test_http_1_1_is_agreed_on_with_a_client_that_would_rather_speak_2(secure, authority) -> None:
    done = curl(secure(), "--cacert", authority.certificate, "--http2")
    assert done.returncode == 0
    assert "ALPN: server accepted http/1.1" in done.stderr


# Certificates.

@pytest.fixture
def names(secure, authority):
    """A gateway with three certificates, the last given in the older way."""
    one, two = authority.issue("one.test"), authority.issue("two.test", "*.two.test")
    old = authority.issue("old.test")
    keys = {"keys": [one.listener_pair, two.listener_pair]}
    return secure(tls=keys | old.listener_pair)


@pytest.mark.parametrize("name", ["one.test", "two.test", "deep.two.test", "old.test"])
def test_the_certificate_is_chosen_by_the_name_asked_for(names, authority, name) -> None:
    done = curl(names, "--cacert", authority.certificate, name=name)
    assert (done.returncode, done.stdout) == (0, '{"ok":1}')


@pytest.mark.parametrize("option", [["-servername", "unknown.test"], ["-noservername"]],
                         ids=["unknown", "none"])
def test_the_first_certificate_is_for_every_other_name(names, option) -> None:
    assert "subject=CN = one.test" in s_client(names, *option, typed=LAST)


def test_a_certificate_is_chosen_by_what_the_client_can_verify(secure, authority) -> None:
    pairs = [authority.issue("localhost", kind=kind).listener_pair for kind in (RSA, EC)]
    gateway = secure(tls={"keys": pairs})
    for kind in ("RSA", "ECDSA"):
        suite = ("-tls1_2", "-cipher", f"ECDHE-{kind}-AES128-GCM-SHA256")
        said = s_client(gateway, "-servername", "localhost", *suite, typed=LAST)
        assert "HTTP/1.1 200 OK" in said


def test_the_chain_is_sent_with_the_certificate(secure, authority, tmp_path) -> None:
    middle = authority.issue_authority("Middle Authority")
    leaf = middle.issue("localhost")
    chain = tmp_path / "chain.pem"
    chain.write_text(leaf.certificate.read_text() + middle.certificate.read_text())
    pair = leaf.listener_pair | {"public_key": str(chain)}
    done = curl(secure(tls={"keys": [pair]}), "--cacert", authority.certificate)
    assert (done.returncode, done.stdout) == (0, '{"ok":1}')


def test_a_section_that_is_disabled_is_plain_http(secure) -> None:
    assert secure(tls={"disabled": True}).get("/e").json == {"ok": 1}


@pytest.fixture
def mutual(secure, authority):
    trust = {"ca_certs": [str(authority.certificate)], "disable_system_ca_pool": True}

    def run(*options):
        return secure(GOOD, *options, tls=trust | {"enable_mtls": True})

    return run


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_a_client_with_a_certificate_is_served(mutual, authority, version) -> None:
    who = authority.issue("client")
    done = curl(mutual(), "--cacert", authority.certificate, "--cert", who.certificate,
                "--key", who.key, "--tls-max", version)
    assert (done.returncode, done.stdout) == (0, '{"ok":1}')


def no_certificate(_, __):
    return []


def expired(authority, _):
    who = authority.issue("client", valid=PAST)
    return ["--cert", who.certificate, "--key", who.key]


def of_another_authority(_, folder):
    who = Authority(folder / "stranger").issue("client")
    return ["--cert", who.certificate, "--key", who.key]


CLIENTS = {no_certificate: "tls_untrusted", expired: "tls_expired",
           of_another_authority: "tls_untrusted"}


@pytest.mark.parametrize("version", ["1.2", "1.3"])
@pytest.mark.parametrize(("who", "error"), CLIENTS.items())
def test_a_client_is_refused_and_logged_that_has(mutual, authority, tmp_path, who, error,
                                                 version) -> None:
    gateway = mutual()
    done = curl(gateway, "--cacert", authority.certificate, *who(authority, tmp_path),
                "--tls-max", version)
    assert done.returncode != 0
    assert done.stdout == ""
    line = gateway.wait_for_line(lambda text: "a TLS handshake failed" in text)
    assert f"error={error}" in line and "client=127.0.0.1" in line


# Clients that do not shake hands.

def test_plain_http_is_told_what_it_did(secure) -> None:
    gateway = secure()
    done = curl(gateway, "-i", scheme="http")
    assert done.returncode == 0
    assert done.stdout.startswith("HTTP/1.1 400 Bad Request\n")
    assert done.stdout.endswith(PLAIN.decode())
    for method in ("GET", "POST", "OPTIONS"):
        answer = gateway.ask(method, "/e", body=b"x" * 100_000 if method == "POST" else None)
        assert (answer.status, answer.body, answer.get("Connection")) == (400, PLAIN, "close")


@pytest.mark.parametrize("noise", [b"SSH-2.0-OpenSSH\r\n", b"\x00" * 100, b"\x16\x03\x01\xff\xff"])
def test_what_is_no_tls_is_not_answered_in_http(secure, noise) -> None:
    gateway = secure()
    with gateway.client() as client:
        client.send(noise + b"\x00" * 1000)
        try:
            assert b"HTTP" not in client.rest()
        except ConnectionResetError:
            pass
    assert "error=tls_" in gateway.wait_for_line(lambda text: "a TLS handshake failed" in text)


HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x07" * 32


@pytest.mark.parametrize("said", [b"", HELLO], ids=["before", "within"])
def test_a_client_that_stops_in_the_handshake_is_closed(secure, said) -> None:
    with secure(read_header_timeout="200ms").client() as client:
        client.send(said)
        assert client.is_ended()


def test_a_client_that_merely_leaves_is_no_news(secure) -> None:
    gateway = secure(GOOD, "--log-level", "debug")
    with gateway.client() as client:
        client.send(HELLO)
    line = gateway.wait_for_line(lambda text: "a TLS handshake failed" in text)
    assert " debug " in line and "error=closed" in line


def test_others_are_served_while_one_stops_in_the_handshake(secure, connect) -> None:
    gateway = secure(GOOD, "--workers", "1")
    with gateway.client() as silent:
        silent.send(HELLO)
        assert connect(gateway).ask("GET", "/e").json == {"ok": 1}


def test_a_handshake_that_comes_byte_by_byte_is_understood(secure, authority) -> None:
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = authority.client_context().wrap_bio(incoming, outgoing, server_hostname="localhost")
    with secure().client() as client:
        while True:
            try:
                session.do_handshake()
                break
            except ssl.SSLWantReadError:
                for byte in outgoing.read():
                    client.send(bytes([byte]))
                incoming.write(client.socket.recv(65536))
        session.write(wire.request("GET", "/e", {"Connection": "close"}))
        for byte in outgoing.read():
            client.send(bytes([byte]))
        incoming.write(client.rest())
    assert session.read(65536).endswith(b'\r\n\r\n{"ok":1}')


# Requests and answers.

def test_a_connection_serves_many_requests(secure, connect) -> None:
    client = connect(secure(echo))
    for n in range(50):
        assert client.ask("POST", "/e", body=b"%d" % n).json["body"] == str(n)


def test_pipelined_requests_are_answered_in_order(secure, connect) -> None:
    client = connect(secure(echo))
    client.send(b"".join(wire.request("POST", "/e", body=b"%d" % n) for n in range(30)))
    assert [client.answer().json["body"] for _ in range(30)] == [str(n) for n in range(30)]


def test_who_ended_its_side_after_a_second_request_gets_both_answers(serve, start, local,
                                                                     connect) -> None:
    gate = threading.Event()
    server = serve({"/slow": gated(gate, GOOD), "/e": GOOD})
    gateway = start(service(endpoint("/slow", backend(server, "/slow")),
                            endpoint("/e", backend(server, "/e")),
                            tls={"keys": [local.listener_pair]}), "--workers", "1")
    with connect(gateway) as client:
        client.send(wire.request("GET", "/slow") + wire.request("GET", "/e"))
        server.wait_for()
        socket.socket.shutdown(client.socket, socket.SHUT_WR)  # below TLS, which is not asked
        with connect(gateway) as other:
            assert other.ask("GET", "/e").status == 200  # the end has been seen by then
        gate.set()
        assert [client.answer().json, client.answer().json] == [{"ok": 1}] * 2


def test_a_request_in_tiny_records_is_understood(secure, connect) -> None:
    client = connect(secure(echo))
    for byte in wire.request("POST", "/e", body=b"tiny"):
        client.send(bytes([byte]))
    assert client.answer().json["body"] == "tiny"


def test_a_head_of_several_records_is_understood(secure, connect) -> None:
    client = connect(secure())
    for _ in range(3):
        assert client.ask("GET", "/e", {"X-Long": "x" * 50_000}).status == 200


def test_head_gets_no_body_and_the_connection_goes_on(secure, connect) -> None:
    client = connect(secure())
    for _ in range(3):
        assert (client.ask("HEAD", "/e").status, client.ask("GET", "/e").status) == (405, 200)


def test_an_upload_that_asks_first_is_continued(secure, authority, tmp_path) -> None:
    (tmp_path / "upload").write_bytes(b"u" * 1_500_000)
    done = curl(secure(echo), "--cacert", authority.certificate, "--data-binary",
                f"@{tmp_path}/upload")
    assert done.returncode == 0
    assert "HTTP/1.1 100 Continue" in done.stderr
    assert done.stdout.count("u" * 1_500_000) == 1


@pytest.mark.parametrize("framing", ["length", "chunks"])
def test_a_large_upload_arrives_whole(secure, connect, framing) -> None:
    def script(exchange: Exchange) -> None:
        exchange.send(reply(hashlib.sha256(exchange.received.body).hexdigest().encode()))

    body = bytes(range(256)) * (LARGE // 256)
    pieces = [body[at:at + 50_001] for at in range(0, LARGE, 50_001)]
    chunked = framing == "chunks"
    headers = {"Transfer-Encoding": "chunked"} if chunked else {}
    client = connect(secure(script))
    for _ in range(2):
        answer = client.ask("POST", "/e", headers, wire.chunked(*pieces) if chunked else body)
        assert answer.text == hashlib.sha256(body).hexdigest()


def test_large_bodies_pass_between_two_tls_connections(start, serve_tls, connect, authority,
                                                       local) -> None:
    def script(exchange: Exchange) -> None:
        exchange.send(reply(exchange.received.body))

    point = pass_through("/e", backend(serve_tls(script, local)), method="POST")
    trust = {"ca_certs": [str(authority.certificate)]}
    client = connect(start(service(point, tls={"keys": [local.listener_pair]}, client_tls=trust)))
    body = bytes(range(256)) * (LARGE // 256)
    for _ in range(2):
        assert client.ask("POST", "/e", body=body).body == body


def test_a_slow_reader_gets_all_of_a_large_answer_and_holds_nobody_up(secure, connect) -> None:
    block = bytes(range(256)) * (LARGE // 256)
    gateway = secure(reply(block), "--workers", "1")
    slow, quick = connect(gateway), connect(gateway)
    slow.send(wire.request("GET", "/e") * 2)
    slow.reader.head()
    for _ in range(3):
        assert quick.ask("GET", "/e").body == block
    assert slow.reader.exactly(LARGE) == block
    assert slow.answer().body == block


def test_a_client_that_leaves_ends_the_exchange(serve, start, local, connect) -> None:
    server = serve(hang)
    tls = {"keys": [local.listener_pair]}
    gateway = start(service(endpoint("/e", backend(server)), tls=tls))
    client = connect(gateway)
    client.send(wire.request("GET", "/e"))
    server.wait_for()
    client.close()
    server.wait_gone()
    assert "status=499" in gateway.wait_for_line(lambda text: "path=/e" in text)


def test_a_client_that_resets_in_its_body_ends_the_exchange(serve, start, local, connect) -> None:
    server = serve(hang, early=True)
    point = pass_through("/e", backend(server), method="POST")
    gateway = start(service(point, tls={"keys": [local.listener_pair]}))
    client = connect(gateway)
    client.send(b"POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nbegin")
    server.wait_for()
    client.reset()
    server.wait_gone()
    assert "status=499" in gateway.wait_for_line(lambda text: "path=/e" in text)


# Sessions.

@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_a_session_is_resumed_at_every_worker(secure, tmp_path, version) -> None:
    gateway = secure(GOOD, "--workers", "2")
    session = tmp_path / "session"
    first = s_client(gateway, version, "-sess_out", session, typed=LAST)
    assert "\nNew, TLSv1." in first and "HTTP/1.1 200 OK" in first
    for _ in range(8):
        again = s_client(gateway, version, "-sess_in", session, typed=LAST)
        assert "\nReused, TLSv1." in again and "HTTP/1.1 200 OK" in again


def test_a_client_that_was_verified_is_resumed(mutual, authority, tmp_path) -> None:
    gateway, session, who = mutual(), tmp_path / "session", authority.issue("client")
    identity = ("-cert", who.certificate, "-key", who.key)
    s_client(gateway, *identity, "-sess_out", session, typed=LAST)
    again = s_client(gateway, *identity, "-sess_in", session, typed=LAST)
    assert "\nReused, TLSv1." in again and "HTTP/1.1 200 OK" in again


# The end of a connection. These clients take an end without a goodbye for an error.

def test_a_connection_that_was_asked_to_end_ends_with_a_goodbye(secure, connect) -> None:
    client = connect(secure())
    assert client.ask("GET", "/e", {"Connection": "close"}).status == 200
    assert client.is_ended()


def test_an_idle_connection_ends_with_a_goodbye(secure, connect) -> None:
    gateway = secure(idle_timeout="1s")
    unused, used = connect(gateway), connect(gateway)
    assert used.ask("GET", "/e").status == 200
    assert unused.is_ended() and used.is_ended()


def test_the_limit_for_a_head_does_not_touch_an_idle_connection(secure, connect) -> None:
    gateway = secure(read_header_timeout="1s")
    client, late = connect(gateway), connect(gateway)
    late.send(b"GET")
    assert late.answer().status == 408
    assert client.ask("GET", "/e").status == 200


def test_idle_connections_end_with_a_goodbye_when_the_gateway_ends(secure, connect) -> None:
    gateway = secure()
    client = connect(gateway)
    assert client.ask("GET", "/e").status == 200
    gateway.signal()
    assert client.is_ended()


def test_what_is_in_flight_is_finished_when_the_gateway_ends(serve, start, local, connect) -> None:
    gate = threading.Event()
    server = serve(gated(gate, GOOD))
    tls = {"keys": [local.listener_pair]}
    gateway = start(service(endpoint("/e", backend(server)), tls=tls))
    client = connect(gateway)
    client.send(wire.request("GET", "/e"))
    server.wait_for()
    gateway.signal()
    gateway.wait_drained()
    gate.set()
    assert client.answer().json == {"ok": 1}
    assert client.is_ended()


CHUNKS = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbegin\r\n"
HTTP_1_0 = "GET /e HTTP/1.0\r\nHost: a\r\n\r\n"


def test_an_answer_without_a_length_ends_with_a_goodbye(secure, connect) -> None:
    client = connect(secure(CHUNKS + b"0\r\n\r\n"))
    client.send(HTTP_1_0)
    assert client.answer().body == b"begin"


def test_an_answer_that_breaks_off_does_not(secure, connect) -> None:
    begun = threading.Event()

    def script(exchange: Exchange) -> None:
        exchange.send(CHUNKS)
        begun.wait(wire.PATIENCE_S)
        then_reset(b"")(exchange)

    client = connect(secure(script))
    client.send(HTTP_1_0)
    client.reader.head()
    assert client.reader.exactly(5) == b"begin"
    begun.set()
    with pytest.raises((ssl.SSLEOFError, ConnectionResetError)):
        client.rest()


# Files.

@pytest.fixture
def files(authority, local, tmp_path):
    """Paths by name: two good pairs, and files that are none."""
    other = authority.issue("other.test")
    (tmp_path / "noise.pem").write_text("no certificate, no key\n")
    broken = local.certificate.read_text().replace("A", "*")
    (tmp_path / "broken.pem").write_text(broken)
    subprocess.run(["openssl", "ec", "-in", local.key, "-aes256", "-passout", "pass:secret",
                    "-out", tmp_path / "locked.key"], check=True, capture_output=True)
    return {"good.pem": local.certificate, "good.key": local.key, "other.key": other.key} | {
        name: tmp_path / name for name in ("noise.pem", "broken.pem", "locked.key", "missing.pem")}


PAIRS = [("missing.pem", "good.key", "missing.pem"), ("good.pem", "missing.pem", "missing.pem"),
         ("noise.pem", "good.key", "noise.pem"), ("good.pem", "noise.pem", "noise.pem"),
         ("broken.pem", "good.key", "broken.pem"), ("good.pem", "locked.key", "locked.key"),
         ("good.pem", "other.key", "other.key"), ("good.key", "good.pem", "good.key")]


@pytest.mark.parametrize(("certificate", "key", "named"), PAIRS)
@pytest.mark.parametrize("side", ["listener", "client"])
def test_a_bad_pair_ends_the_start_and_is_named(write_config, files, side, certificate, key,
                                                named) -> None:
    private = {"private_key": str(files[key])}
    if side == "listener":
        tls = {"tls": {"keys": [{"public_key": str(files[certificate])} | private]}}
    else:
        tls = {"client_tls": {"client_certs": [{"certificate": str(files[certificate])} | private]}}
    assert_refused(write_config, tls, str(files[named]))


@pytest.mark.parametrize("name", ["missing.pem", "noise.pem", "broken.pem"])
@pytest.mark.parametrize("side", ["listener", "client"])
def test_a_bad_authority_ends_the_start_and_is_named(write_config, local, files, side,
                                                     name) -> None:
    trust = {"ca_certs": [str(files[name])]}
    mutual = {"keys": [local.listener_pair], "enable_mtls": True} | trust
    tls = {"tls": mutual} if side == "listener" else {"client_tls": trust}
    assert_refused(write_config, tls, str(files[name]))


@pytest.mark.parametrize(("half", "words"), [("public_key", "private key not defined"),
                                             ("private_key", "public key not defined")])
@pytest.mark.parametrize("place", ["keys", "alone"])
def test_half_a_pair_ends_the_start(write_config, local, half, words, place) -> None:
    pair = {half: local.listener_pair[half]}
    assert_refused(write_config, {"tls": {"keys": [pair]} if place == "keys" else pair}, words)


def test_no_pair_at_all_ends_the_start(write_config) -> None:
    assert_refused(write_config, {"tls": {}}, "public key not defined")


def assert_refused(write_config, tls: dict, words: str) -> None:
    point = endpoint("/e", backend("https://b.test"))
    done = aggregator("--config", write_config(service(point, **tls)), "--listen", "127.0.0.1:0")
    assert done.returncode == 1
    assert words in done.stderr
    assert "listening" not in done.stderr
