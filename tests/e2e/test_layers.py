"""In which order components see a request and its reply."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from backends import echo, json_reply, reply
from identity import bearer, jwk
from settings import backend, endpoint, service

FOLDERS = ("auth_validator", "bot_detector", "circuit_breaker", "cors", "http_cache",
           "http_security", "ip_filter", "rate_limit", "response_cache", "response_headers")
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


@pytest.fixture
def validator(tmp_path) -> dict:
    """One whose tokens say in `X-User` to backends who their bearer is."""
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"keys": [jwk("a")]}))
    return {"auth/validator": {"alg": "HS256", "jwk_local_path": str(keys),
                               "propagate_claims": [["sub", "X-User"]]}}


def test_who_has_no_token_uses_none_of_the_endpoints_limit(serve, start, validator) -> None:
    limit = {"qos/ratelimit/router": {"client_max_rate": 1, "every": "1h", "strategy": "claim",
                                      "key": "sub"}}
    gateway = start(service(endpoint("/e", backend(serve(json_reply({"a": 1}))),
                                     extra_config=validator | limit)), "--workers", "1")
    assert failures(gateway, 3) == ["token_missing"] * 3
    assert failures(gateway, 2, bearer(sub="anna")) == [None, "rate_limited"]
    assert failures(gateway, 2, bearer(sub="ben")) == [None, "rate_limited"]


@pytest.mark.parametrize(("control", "asked"), [("max-age=60", 4), ("public, max-age=60", 1)])
def test_what_a_backend_says_to_one_user_is_not_said_to_another(serve, start, validator, control,
                                                                asked) -> None:
    # The backend is told who asks in a header of its own, and never sees the token.
    origin = serve(reply(b'{"a":1}', headers=f"Content-Type: application/json\r\n"
                                             f"Cache-Control: {control}\r\n"))
    gateway = start(service(endpoint(
        "/e", backend(origin, extra_config={"qos/http-cache": {}}), input_headers=["X-User"],
        extra_config=validator)), "--workers", "1")
    for user in ("anna", "ben", "anna", "ben"):
        assert gateway.get("/e", bearer(sub=user)).status == 200
    assert len(origin.received) == asked


def test_a_stored_reply_is_only_for_who_it_was_made(serve, start, validator) -> None:
    origin = serve(echo)
    gateway = start(service(endpoint(
        "/e", backend(origin), input_headers=["X-User"],
        extra_config=validator | {"qos/response-cache": {"ttl": "1h"}})), "--workers", "1")
    for _ in range(2):
        for user in ("anna", "ben"):
            answer = gateway.get("/e", bearer(sub=user))
            assert json.loads(answer.body)["headers"]["x-user"] == user
    assert len(origin.received) == 2
    assert failures(gateway, 1) == ["token_missing"]  # a stored reply opens nothing


def test_a_stored_reply_of_a_users_own_path_is_only_for_that_user(serve, start, validator) -> None:
    origin = serve({"/of/anna": json_reply({"of": "anna"}), "/of/ben": json_reply({"of": "ben"})})
    gateway = start(service(endpoint(
        "/e", backend(origin, "/of/{JWT.sub}"),
        extra_config=validator | {"qos/response-cache": {"ttl": "1h"}})), "--workers", "1")
    for user in ("anna", "ben", "anna"):
        assert json.loads(gateway.get("/e", bearer(sub=user)).body) == {"of": user}
    assert len(origin.received) == 2
