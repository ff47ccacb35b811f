"""TLS and plain HTTP: where clients are sent, and which headers protect their browsers."""

from __future__ import annotations

from pathlib import Path

import pytest

import wire
from backends import json_reply
from management import Management, admin
from settings import backend, pass_through, service
from tls_peers import TlsClient

COMPONENT = Path(__file__).resolve().parents[2] / "src/components/http_security"
pytestmark = pytest.mark.skipif(not COMPONENT.is_dir(), reason="the component is not there")

SECTION = {"ssl_redirect": True, "sts_seconds": 600, "sts_include_subdomains": True,
           "frame_deny": True, "content_security_policy": "script-src $NONCE"}


def secured(origin, **more: object) -> dict[str, object]:
    points = [pass_through("/e", backend(origin), method=method) for method in ("GET", "POST")]
    found = service(*points, **more)
    found["extra_config"] = {"admin": admin(), "security/http": SECTION}
    return found


def test_over_tls_nothing_is_redirected_and_browsers_are_told_to_stay(
        serve, start, authority) -> None:
    origin = serve(json_reply({"a": "x" * 200_000}))
    local = authority.issue("127.0.0.1", "localhost")
    gateway = start(secured(origin, tls={"keys": [local.listener_pair]}), "--workers", "1")
    client = TlsClient(gateway.address, authority.client_context(), "localhost")
    policies = set()
    for _ in range(3):
        answer = client.ask("GET", "/e")
        assert (answer.status, len(answer.body)) == (200, 200_008)
        assert answer.all("Strict-Transport-Security") == ["max-age=600; includeSubDomains"]
        assert answer.all("X-Frame-Options") == ["DENY"]
        policies |= set(answer.all("Content-Security-Policy"))
    assert len(policies) == 3
    assert all(policy.startswith("script-src 'nonce-") for policy in policies)
    client.close()


def test_over_plain_http_an_upload_is_sent_where_it_is_safe(serve, start) -> None:
    origin = serve(json_reply({"a": 1}))
    gateway = start(secured(origin), "--workers", "1")
    management = Management(gateway)
    for method, status in (("GET", 301), ("POST", 308)):
        body = b"x" * (1 << 20) if method == "POST" else None
        sent = gateway.ask(method, "/e?q=1", {"Host": "shop.example.com"}, body)
        assert (sent.status, sent.body) == (status, b"")
        assert sent.get("Location") == "https://shop.example.com/e?q=1"
        assert sent.get("Strict-Transport-Security") is None
    with gateway.client() as client:
        client.send("GET /e HTTP/1.0\r\n\r\n")
        refused = client.answer()
        assert (refused.status, refused.get("X-Aggregator-Error")) == (421, "bad_host")
    assert origin.received == []
    assert management.sum("aggregator_rejections_total", component="security/http",
                          code="bad_host") == 1


def test_a_host_that_is_not_served_is_told_so_and_the_connection_stays(serve, start) -> None:
    origin = serve(json_reply({"a": 1}))
    config = secured(origin)
    config["extra_config"]["security/http"] = {"allowed_hosts": ["shop.example.com"]}
    gateway = start(config, "--workers", "1")
    with gateway.client() as client:
        for host, status in (("evil.org", 421), ("shop.example.com:8080", 200), ("127.0.0.1", 421)):
            client.send(wire.request("GET", "/e", {"Host": host}))
            assert client.answer().status == status, host
