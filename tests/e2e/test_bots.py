"""Clients that say who they are, and those that are refused for it, over real connections."""

from __future__ import annotations

from pathlib import Path

import pytest

from backends import json_reply
from management import Management, admin
from settings import backend, endpoint, service

COMPONENT = Path(__file__).resolve().parents[2] / "src/components/bot_detector"
pytestmark = pytest.mark.skipif(not COMPONENT.is_dir(), reason="the component is not there")

SECTION = {"patterns": ["(?i)bot"], "deny": ["curl/8.0"], "cache_size": 3}


def gateway_with(start, origin, at_endpoint: dict | None = None):
    points = [endpoint("/open", backend(origin)),
              endpoint("/own", backend(origin), method="POST",
                       extra_config={"security/bot-detector": at_endpoint or SECTION})]
    found = service(*points)
    found["extra_config"] = {"admin": admin(), "security/bot-detector": SECTION}
    return start(found, "--workers", "1", "--log-format", "json")


def test_refusals_are_counted_and_logged_and_the_connection_stays(serve, start) -> None:
    origin = serve(json_reply({"a": 1}))
    gateway = gateway_with(start, origin)
    management = Management(gateway)
    with gateway.client() as client:
        for number in range(20):  # more names than are remembered, again and again
            refused = client.ask("GET", "/open", {"User-Agent": f"Bot/{number % 5}"})
            assert (refused.status, refused.body) == (403, b"")
            assert refused.get("X-Aggregator-Error") == "bot"
            assert client.ask("GET", "/open", {"User-Agent": f"person {number}"}).status == 200
    assert len(origin.received) == 20
    assert management.sum("aggregator_rejections_total", component="security/bot-detector",
                          endpoint="", code="bot") == 20
    line = gateway.access("/open")
    assert line["status"] == 403
    assert (line["failure"], line["denied_by"]) == ("bot", "security/bot-detector")


def test_an_endpoint_refuses_an_upload_before_any_of_it_is_sent_on(serve, start) -> None:
    origin = serve(json_reply({"a": 1}))
    gateway = gateway_with(start, origin, {"deny": ["uploader"]})
    management = Management(gateway)
    refused = gateway.ask("POST", "/own", {"User-Agent": "uploader"}, b"x" * (1 << 20))
    assert refused.status == 403
    assert origin.received == []
    assert gateway.ask("POST", "/own", {"User-Agent": "other"}, b"x" * (1 << 20)).status == 200
    assert management.sum("aggregator_rejections_total", component="security/bot-detector",
                          endpoint="POST /own", code="bot") == 1
    assert gateway.access("/own")["endpoint"] == "/own"
    assert management.sum("aggregator_requests_total", endpoint="POST /own", status="4xx") == 1
