"""In which order components see a request and its reply."""

from __future__ import annotations

from pathlib import Path

import pytest

from backends import json_reply
from settings import backend, endpoint, service

FOLDERS = ("bot_detector", "circuit_breaker", "cors", "http_security", "ip_filter", "rate_limit",
           "response_headers")
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


ONE = {"max_rate": 1, "every": "1h"}


def failures(gateway, count: int, headers: dict | None = None) -> list[str | None]:
    return [failure(gateway.get("/e", headers)) for _ in range(count)]


@pytest.mark.parametrize("place", ["service", "endpoint"])
def test_who_is_refused_for_what_he_is_uses_no_token(serve, start, place) -> None:
    origin = serve(json_reply({"a": 1}))
    limit = {"qos/ratelimit/service" if place == "service" else "qos/ratelimit/router": ONE}
    sections = BOTS | limit
    found = service(endpoint("/e", backend(origin),
                             extra_config=sections if place == "endpoint" else {}))
    gateway = start(found | {"extra_config": sections if place == "service" else {}},
                    "--workers", "1")
    assert failures(gateway, 3, ASKS) == ["bot"] * 3
    limited = "service_limited" if place == "service" else "endpoint_limited"
    assert failures(gateway, 2) == [None, limited]


def test_the_tiers_limit_comes_before_the_endpoints(serve, start) -> None:
    origin = serve(json_reply({"a": 1}))
    tiers = {"tier_key": "X-Plan", "tiers": [{"tier_value": "a", "ratelimit": ONE}]}
    gateway = start(service(endpoint("/e", backend(origin), extra_config={
        "qos/ratelimit/router": {"max_rate": 2, "every": "1h"},
        "qos/ratelimit/tiered": tiers})), "--workers", "1")
    # The two that the tier refuses use no token of the endpoint's.
    assert failures(gateway, 3, {"X-Plan": "a"}) == [None, "endpoint_limited", "endpoint_limited"]
    assert failures(gateway, 2) == [None, "endpoint_limited"]


def test_a_limit_of_calls_is_outside_the_breaker(serve, start) -> None:
    # Row 8 of the differences: what the limit refuses is no failure for the breaker. And a call
    # that the breaker refuses has used a token.
    origin = serve({"/ok": json_reply({"a": 1}), "/bad": json_reply({}, status=500)})
    limit = {"qos/ratelimit/proxy": {"max_rate": 3, "every": "1h"}}
    breaker = {"qos/circuit-breaker": {"max_errors": 1, "timeout": 600}}
    gateway = start(service(
        endpoint("/e", backend(origin, "/ok", extra_config=limit | breaker)),
        endpoint("/bad", backend(origin, "/bad", extra_config=limit | breaker))),
        "--workers", "1")
    assert failures(gateway, 7) == [None] * 3 + ["backend_limited"] * 4
    found = [failure(gateway.get("/bad")) for _ in range(5)]
    assert found == ["bad_status"] * 2 + ["breaker_open"] + ["backend_limited"] * 2
