"""In which order components see a request and its reply."""

from __future__ import annotations

from pathlib import Path

import pytest

from backends import json_reply
from settings import backend, endpoint, service

FOLDERS = ("bot_detector", "cors", "http_security", "ip_filter", "response_headers")
COMPONENTS = Path(__file__).resolve().parents[2] / "src/components"
pytestmark = pytest.mark.skipif(not all((COMPONENTS / one).is_dir() for one in FOLDERS),
                                reason="a component is not there")

HOSTS = {"security/http": {"allowed_hosts": ["gateway.test"], "frame_deny": True}}
PLUGIN = {"name": ["ip-filter"], "ip-filter": {"CIDR": ["127.0.0.1"]}}
ADDRESSES = {"security/ip-filter": {"deny": ["127.0.0.1"]}}
BOTS = {"security/bot-detector": {"deny": ["bot"]}}
PAGES = {"security/cors": {"allow_origins": ["https://a.test"]}}
ASKS = {"User-Agent": "bot", "Origin": "https://a.test"}


@pytest.fixture
def ask(serve, start):
    """What a gateway with these sections says to a bot on a page of another origin."""
    origin = serve(json_reply({"a": 1}))

    def run(at_service: dict, at_endpoint: dict, host: str = "gateway.test", target: str = "/e"):
        found = service(endpoint("/e", backend(origin), extra_config=at_endpoint))
        gateway = start(found | {"extra_config": at_service}, "--workers", "1")
        return gateway.get(target, ASKS | {"Host": host})

    yield run
    assert origin.received == []


def failure(answer) -> str | None:
    return answer.get("X-Aggregator-Error")


@pytest.mark.parametrize("place", ["service", "endpoint"])
def test_hosts_come_before_addresses_and_those_before_bots(ask, place) -> None:
    def at(*sections: dict):
        merged = {name: keys for section in sections for name, keys in section.items()}
        return (merged, {}) if place == "service" else ({}, merged)

    assert failure(ask(*at(BOTS, ADDRESSES, HOSTS), host="evil.test")) == "bad_host"
    assert failure(ask(*at(BOTS, ADDRESSES, HOSTS))) == "address_denied"
    assert failure(ask(*at(BOTS, HOSTS))) == "bot"


def test_the_service_comes_before_the_endpoint(ask) -> None:
    assert failure(ask(BOTS, ADDRESSES)) == "bot"
    assert failure(ask({"plugin/http-server": PLUGIN}, BOTS)) == "address_denied"
    assert failure(ask(BOTS, {"plugin/req-resp-modifier": PLUGIN})) == "bot"


def test_refusals_have_the_headers_of_what_stands_around(ask) -> None:
    refused = ask(BOTS | HOSTS | PAGES, {})
    assert failure(refused) == "bot"
    assert refused.get("X-Frame-Options") == "DENY"
    assert refused.get("Access-Control-Allow-Origin") == "https://a.test"
    lost = ask(BOTS | HOSTS | PAGES, {}, host="evil.test")
    assert failure(lost) == "bad_host"
    assert lost.get("X-Frame-Options") is None
    assert lost.get("Access-Control-Allow-Origin") == "https://a.test"


def test_headers_of_replies_are_changed_around_an_endpoints_checks(ask) -> None:
    changes = {"modifier/response-headers": {"add": {"X-Added": ["1"]},
                                             "delete": ["X-Frame-Options"]}}
    refused = ask({}, changes | BOTS | {"security/http": {"frame_deny": True}})
    assert failure(refused) == "bot"
    assert refused.get("X-Added") == "1"
    assert refused.get("X-Frame-Options") is None
    of_service = ask(BOTS | changes, {})
    assert failure(of_service) == "bot"
    assert of_service.get("X-Added") is None  # it never got to an endpoint
