"""HTTP_PROXY, HTTPS_PROXY and NO_PROXY: which calls go through a proxy, and what they say to it."""

from __future__ import annotations

import base64
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import wire
from backends import Backend, echo, json_reply, reply
from gateway import aggregator
from settings import backend, endpoint, pass_through, service, shadow
from tls_peers import TlsBackend

OUTSIDE = "http://outside.test"
BASIC = "Basic " + base64.b64encode(b"user:word").decode()


def through(proxy: Backend, **more: str) -> dict[str, str]:
    return {"http_proxy": f"http://user:word@127.0.0.1:{proxy.port}", **more}


# What a proxy for http is told.

def test_a_call_goes_to_the_proxy_in_absolute_form(serve, start) -> None:
    proxy = serve(echo)
    gateway = start(service(endpoint("/e", backend(OUTSIDE + ":8000/base", "/a?x=1"))),
                    env=through(proxy))
    assert gateway.get("/e").json["target"] == OUTSIDE + ":8000/base/a?x=1"
    seen = proxy.received[0]
    assert (seen.get("Host"), seen.get("Proxy-Authorization")) == ("outside.test:8000", BASIC)


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy"])
def test_the_variable_has_two_spellings(serve, start, name) -> None:
    proxy = serve(echo)
    gateway = start(service(endpoint("/e", backend(OUTSIDE))),
                    env={name: f"127.0.0.1:{proxy.port}"})
    seen = gateway.get("/e").json
    assert (seen["target"], seen["headers"].get("proxy-authorization")) == (OUTSIDE + "/", None)


def test_of_two_spellings_the_lower_one_counts(serve, start, nobody) -> None:
    proxy = serve(echo)
    gateway = start(service(endpoint("/e", backend(OUTSIDE))),
                    env=through(proxy, HTTP_PROXY=nobody))
    assert gateway.get("/e").status == 200


def test_a_cgi_program_does_not_believe_its_clients(serve, start) -> None:
    proxy = serve(echo)
    gateway = start(service(endpoint("/e", backend(OUTSIDE + ".invalid"))),
                    env={"HTTP_PROXY": proxy.host, "REQUEST_METHOD": "GET"})
    assert gateway.get("/e").get("X-Aggregator-Error") == "resolve"
    assert proxy.received == []


def test_this_machine_is_called_directly(serve, start) -> None:
    proxy, live = serve(echo), serve(json_reply({"a": 1}))
    gateway = start(service(endpoint("/e", backend(live))), env=through(proxy))
    assert gateway.get("/e").json == {"a": 1}
    assert proxy.received == []


def test_an_exception_is_called_directly(serve, start) -> None:
    proxy = serve(echo)
    points = [endpoint("/a", backend("http://x.a.invalid")), endpoint("/b", backend(OUTSIDE))]
    gateway = start(service(*points), env=through(proxy, NO_PROXY="b.test, .a.invalid"))
    assert gateway.get("/a").get("X-Aggregator-Error") == "resolve"
    assert gateway.get("/b").status == 200


def test_connections_to_a_proxy_are_kept_and_bodies_pass(serve, start) -> None:
    proxy = serve(echo)
    gateway = start(service(endpoint("/e", backend(OUTSIDE), method="POST")), "--workers", "1",
                    env=through(proxy))
    for _ in range(3):
        assert gateway.ask("POST", "/e", body=b"body").json["body"] == "body"
    assert proxy.connections == 1


def test_a_call_may_move_on_to_a_host_that_is_called_directly(serve, start, nobody) -> None:
    live = serve(echo)
    part = {"host": [OUTSIDE, live.host + "/base"], "url_pattern": "/a"}
    gateway = start(service(endpoint("/e", part)), "--workers", "1",
                    env={"http_proxy": nobody.replace("//", "//user:word@")})
    seen = gateway.get("/e").json
    assert (seen["target"], seen["headers"]["host"]) == ("/base/a", f"127.0.0.1:{live.port}")
    assert "proxy-authorization" not in seen["headers"]


def test_a_redirect_behind_a_proxy_is_followed_through_it(serve, start) -> None:
    moved = reply(b"", 302, "Location: ../b?y=1\r\n")
    proxy = serve(lambda exchange: exchange.send(moved) if "/a/" in exchange.received.target
                  else echo(exchange))
    gateway = start(service(endpoint("/e", backend(OUTSIDE, "/a/x"))), env=through(proxy))
    seen = gateway.get("/e").json
    assert seen["target"] == OUTSIDE + "/b?y=1"
    assert seen["headers"]["referer"] == OUTSIDE + "/a/x"
    assert [one.all("Proxy-Authorization") for one in proxy.received] == [[BASIC], [BASIC]]


def test_no_redirect_leads_from_behind_a_proxy_to_this_machine(serve, start) -> None:
    inside = serve(echo)
    proxy = serve(reply(b"", 302, f"Location: {inside.host}/\r\n"))
    gateway = start(service(endpoint("/e", backend(OUTSIDE))), env=through(proxy))
    assert gateway.get("/e").get("X-Aggregator-Error") == "bad_redirect"
    assert inside.received == []


def test_credentials_for_the_proxy_do_not_leave_with_a_redirect_to_a_direct_host(
        serve, start) -> None:
    moved = reply(b"", 302, "Location: http://direct.invalid/\r\n")
    proxy = serve(moved)
    gateway = start(service(pass_through("/e", backend(OUTSIDE))),
                    env=through(proxy, no_proxy="direct.invalid"))
    assert gateway.get("/e").get("X-Aggregator-Error") == "resolve"
    assert len(proxy.received) == 1


# What it is told for https.

class Tunnels(Backend):
    """A proxy that connects whoever asks to one port, or refuses with a status."""

    def __init__(self, port: int = 0, refusal: bytes = b"") -> None:
        self.target = port
        self.refusal = refusal
        super().__init__(self.tunnel)

    def tunnel(self, exchange) -> None:
        if self.refusal:
            exchange.send(self.refusal)
            exchange.close()
            return
        onward = socket.create_connection(("127.0.0.1", self.target))
        self.hold(onward)
        exchange.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        back = threading.Thread(target=pour, args=(onward, exchange.connection), daemon=True)
        back.start()
        pour(exchange.connection, onward)
        back.join()
        onward.close()
        exchange.over = True


def pour(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass
    try:
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


@pytest.fixture
def tunnels(start) -> Iterator:
    started: list[Tunnels] = []

    def run(*arguments, **more) -> Tunnels:
        started.append(Tunnels(*arguments, **more))
        return started[-1]

    yield run
    for one in started:
        one.stop()


def secure(authority) -> dict:
    return {"client_tls": {"ca_certs": [str(authority.certificate)],
                           "disable_system_ca_pool": True}}


def test_https_goes_through_a_tunnel_that_sees_nothing_of_the_request(
        serve_tls, tunnels, start, authority) -> None:
    live = serve_tls(echo, authority.issue("outside.test"))
    proxy = tunnels(live.port)
    point = endpoint("/e", backend("https://outside.test", "/a"), input_headers=["*"])
    gateway = start(service(point, **secure(authority)), "--workers", "1",
                    env={"https_proxy": f"http://user:word@127.0.0.1:{proxy.port}"})
    for _ in range(2):
        seen = gateway.get("/e", {"X-Secret": "s"}).json
        assert (seen["target"], seen["headers"]["host"]) == ("/a", "outside.test")
        assert "proxy-authorization" not in seen["headers"]
    assert len(proxy.received) == 1
    asked = proxy.received[0]
    assert asked.start == "CONNECT outside.test:443 HTTP/1.1"
    assert sorted(name for name, _ in asked.fields) == ["Host", "Proxy-Authorization"]
    assert asked.get("Proxy-Authorization") == BASIC


def test_a_copy_goes_through_the_tunnel_without_its_marker_on_it(
        serve, serve_tls, tunnels, start, authority) -> None:
    copy = serve_tls(echo, authority.issue("outside.test"))
    proxy = tunnels(copy.port)
    point = endpoint("/e", backend(serve(json_reply({"a": 1}))), shadow("https://outside.test"))
    gateway = start(service(point, **secure(authority)),
                    env={"https_proxy": f"127.0.0.1:{proxy.port}"})
    assert gateway.get("/e").json == {"a": 1}
    assert copy.wait_for()[0].get("X-Shadow")
    assert [name for name, _ in proxy.received[0].fields] == ["Host"]


def test_the_certificate_is_the_backends_and_not_the_proxys(
        serve_tls, tunnels, start, authority) -> None:
    proxy = tunnels(serve_tls(echo, authority.issue("127.0.0.1")).port)
    gateway = start(service(endpoint("/e", backend("https://outside.test")), **secure(authority)),
                    env={"https_proxy": f"127.0.0.1:{proxy.port}"})
    assert gateway.get("/e").get("X-Aggregator-Error") == "tls_wrong_name"


def test_a_refusal_names_the_proxy_and_its_status(tunnels, start, authority) -> None:
    proxy = tunnels(refusal=reply(b"no", 403))
    gateway = start(service(endpoint("/e", backend("https://outside.test")), **secure(authority)),
                    env={"https_proxy": f"http://user:word@127.0.0.1:{proxy.port}"})
    assert gateway.get("/e").get("X-Aggregator-Error") == "connect"
    line = gateway.wait_for_line(lambda text: "cannot be reached" in text)
    assert f"127.0.0.1:{proxy.port} refused the connection to outside.test:443" in line
    assert "status 403" in line
    assert "word" not in gateway.stderr


# What the program says of it.

def test_the_log_names_the_proxies_without_their_users(serve, start) -> None:
    gateway = start(service(endpoint("/e", backend(OUTSIDE))),
                    env=through(serve(echo), HTTPS_PROXY="secure.test:99", NO_PROXY="a.test"))
    line = gateway.wait_for_line(lambda text: "through proxies" in text)
    assert "https_proxy=http://secure.test:99" in line and "no_proxy=a.test" in line
    assert "word" not in gateway.stderr and BASIC.split()[1] not in gateway.stderr


def test_without_proxies_the_log_says_nothing(serve, start) -> None:
    gateway = start(service(endpoint("/e", backend(serve(echo)))), env={"NO_PROXY": "a.test"})
    assert "proxies" not in gateway.stderr


@pytest.mark.parametrize("value", ["socks5://user:word@p:1", "https://user:word@p:1",
                                   "http://user:word@:1", "http://user:word@p:word"])
@pytest.mark.parametrize("name", ["HTTP_PROXY", "HTTPS_PROXY"])
def test_a_bad_proxy_keeps_the_program_from_starting(write_config, name, value) -> None:
    path = write_config(service(endpoint("/e", backend(OUTSIDE))))
    ended = aggregator("--config", path, "--listen", "127.0.0.1:0", env={name: value})
    assert ended.returncode == 1
    assert f"error: {name}: " in ended.stderr
    assert "word" not in ended.stderr.replace("user:password@", "")


# A proxy that others made.

HOST = socket.gethostname()


def host_address() -> str | None:
    try:
        return socket.gethostbyname(HOST)
    except OSError:
        return None


pytestmark_real = pytest.mark.skipif(
    shutil.which("tinyproxy") is None or host_address() is None or HOST == "localhost",
    reason="tinyproxy is not installed, or this machine has no name that resolves")


@pytest.fixture
def tinyproxy(tmp_path: Path, start) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    config = tmp_path / "tinyproxy.conf"
    config.write_text(f"Port {port}\nListen 127.0.0.1\nAllow 127.0.0.1\nTimeout 60\n"
                      f'LogFile "{tmp_path}/tinyproxy.log"\nBasicAuth user word\n')
    process = subprocess.Popen(["tinyproxy", "-d", "-c", str(config)],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port)
        yield port
    finally:
        process.terminate()
        process.wait(wire.PATIENCE_S)


def wait_for_port(port: int) -> None:
    import time
    until = time.monotonic() + wire.PATIENCE_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            assert time.monotonic() < until
            time.sleep(0.02)


class Named(Backend):
    address = host_address() or ""


class NamedTls(TlsBackend):
    address = host_address() or ""


@pytestmark_real
def test_tinyproxy_carries_http_and_https(tinyproxy, start, authority) -> None:
    plain = Named(echo)
    secured = NamedTls(echo, authority.issue(HOST).server_context())
    points = [endpoint("/http", backend(f"http://{HOST}:{plain.port}", "/a?x=1"), method="POST"),
              endpoint("/https", backend(f"https://{HOST}:{secured.port}", "/b"))]
    proxy = f"http://user:word@127.0.0.1:{tinyproxy}"
    try:
        gateway = start(service(*points, **secure(authority)),
                        env={"HTTP_PROXY": proxy, "HTTPS_PROXY": proxy})
        seen = gateway.ask("POST", "/http", body=b"x" * 100_000).json
        assert (seen["target"], len(seen["body"])) == ("/a?x=1", 100_000)
        assert "tinyproxy" in seen["headers"]["via"]
        assert gateway.get("/https").json["target"] == "/b"
    finally:
        plain.stop()
        secured.stop()


@pytestmark_real
def test_tinyproxy_wants_to_know_who_asks(tinyproxy, start, authority) -> None:
    proxy = f"http://user:wrong@127.0.0.1:{tinyproxy}"
    points = [pass_through("/http", backend(f"http://{HOST}:1")),
              endpoint("/https", backend(f"https://{HOST}:1"))]
    gateway = start(service(*points, **secure(authority)),
                    env={"HTTP_PROXY": proxy, "HTTPS_PROXY": proxy})
    assert gateway.get("/http").status in (401, 407)
    assert gateway.get("/https").get("X-Aggregator-Error") == "connect"
    gateway.wait_for_line(lambda text: "with status 40" in text)
