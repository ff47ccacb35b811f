"""Backends that are called with tokens of the gateway's own, and a token server that fails."""

from __future__ import annotations

import threading
import urllib.parse
from pathlib import Path

import pytest

from backends import Exchange, json_reply, reply
from management import Management, admin
from settings import backend, endpoint, service, shadow

COMPONENT = Path(__file__).resolve().parents[2] / "src/components/client_credentials"
pytestmark = pytest.mark.skipif(not COMPONENT.is_dir(), reason="the component is not there")

SECRET = "a-secret-that-nobody-may-see"


class TokenServer:
    """A script of a backend: grants one token after the other, or does what `answer` says."""

    def __init__(self) -> None:
        self.granted = 0
        self.lifetime_s: float = 3600
        self.answer: bytes | None = None
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, exchange: Exchange) -> None:
        self.gate.wait(20)
        if self.answer is not None:
            exchange.send(self.answer)
            return
        self.granted += 1
        exchange.send(json_reply({"access_token": f"token-{self.granted}", "token_type": "Bearer",
                                  "expires_in": self.lifetime_s}))


def section(server, **more: object) -> dict:
    return {"auth/client-credentials": {"client_id": "shop", "client_secret": SECRET,
                                        "token_url": server.host + "/token", **more}}


def gateway_with(start, *parts: dict, workers: int = 2, **more: object):
    found = service(endpoint("/a", *parts, **more))
    found["extra_config"] = {"admin": admin()}
    return start(found, "--workers", str(workers), "--log-format", "json")


def tokens(origin) -> list[str | None]:
    return [one.get("Authorization") for one in origin.received]


def test_fifty_first_requests_cost_one_token(serve, start) -> None:
    origin, grants = serve(json_reply({"a": 1})), TokenServer()
    grants.gate.clear()
    server = serve(grants)
    gateway = gateway_with(start, backend(origin, extra_config=section(server)), timeout="20s")
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(gateway.get("/a").status))
               for _ in range(50)]
    for thread in threads:
        thread.start()
    server.wait_until(lambda: len(server.received) > 0, "a token is asked for")
    grants.gate.set()
    for thread in threads:
        thread.join()
    assert found == [200] * 50
    assert tokens(origin) == ["Bearer token-1"] * 50
    assert grants.granted == 1


def test_the_token_server_is_asked_as_it_wants(serve, start) -> None:
    origin, grants = serve(json_reply({"a": 1})), TokenServer()
    server = serve(grants)
    keys = section(server, auth_style="form", scopes="a,b", endpoint_params={"audience": ["x y"]})
    gateway = gateway_with(start, backend(origin, extra_config=keys))
    assert gateway.get("/a").status == 200
    asked = server.received[0]
    assert (asked.method, asked.target) == ("POST", "/token")
    assert asked.get("Content-Type") == "application/x-www-form-urlencoded"
    assert urllib.parse.parse_qs(asked.body.decode(), strict_parsing=True) == {
        "grant_type": ["client_credentials"], "scope": ["a b"], "audience": ["x y"],
        "client_id": ["shop"], "client_secret": [SECRET]}


def test_a_forwarded_authorization_is_overwritten_for_that_backend(serve, start) -> None:
    origin, other = serve(json_reply({"a": 1})), serve(json_reply({"b": 1}))
    server = serve(TokenServer())
    gateway = gateway_with(start, backend(origin, extra_config=section(server)), backend(other),
                           input_headers=["Authorization"])
    assert gateway.get("/a", {"Authorization": "Basic own"}).status == 200
    assert tokens(origin) == ["Bearer token-1"]
    assert tokens(other) == ["Basic own"]


def test_without_a_token_the_part_is_missing_and_the_backend_is_not_asked(serve, start) -> None:
    origin, other, grants = serve(json_reply({"a": 1})), serve(json_reply({"b": 1})), TokenServer()
    grants.answer = reply(b"no", 503)
    server = serve(grants)
    gateway = gateway_with(start, backend(origin, extra_config=section(server)), backend(other))
    answer = gateway.get("/a")
    assert (answer.status, answer.json) == (200, {"b": 1})
    assert answer.get("X-Aggregator-Completed") == "false"
    assert origin.received == []
    gateway.wait_for_line(lambda text: "credentials_unavailable" in text)


def test_alone_it_fails_with_its_name_until_the_server_is_back(serve, start) -> None:
    origin, grants = serve(json_reply({"a": 1})), TokenServer()
    grants.answer = reply(b"{}", 200)
    server = serve(grants)
    gateway = gateway_with(start, backend(origin, extra_config=section(server)))
    answer = gateway.get("/a")
    assert (answer.status, answer.get("X-Aggregator-Error")) == (500, "credentials_unavailable")
    grants.answer = None
    server.wait_until(lambda: grants.granted > 0, "a token is granted")
    while gateway.get("/a").status != 200:
        pass
    assert tokens(origin)[-1] == "Bearer token-1"


def test_a_token_that_lasts_serves_while_the_server_is_down(serve, start) -> None:
    origin, grants = serve(json_reply({"a": 1})), TokenServer()
    server = serve(grants)
    gateway = gateway_with(start, backend(origin, extra_config=section(server)))
    assert gateway.get("/a").status == 200
    server.stop()
    assert [gateway.get("/a").status for _ in range(10)] == [200] * 10


def test_a_refused_token_is_replaced_for_all_workers(serve, start) -> None:
    def picky(exchange: Exchange) -> None:
        good = exchange.received.get("Authorization") == "Bearer token-2"
        exchange.send(json_reply({"a": 1}, 200 if good else 401))

    origin, grants = serve(picky), TokenServer()
    server = serve(grants)
    gateway = gateway_with(start, backend(origin, extra_config=section(server)))
    assert [gateway.get("/a").status for _ in range(10)] == [200] * 10
    assert grants.granted == 2
    assert tokens(origin).count("Bearer token-1") == 1


def test_copies_have_the_token_too(serve, start) -> None:
    origin, copies = serve(json_reply({"a": 1})), serve(json_reply({"a": 1}))
    server = serve(TokenServer())
    copied = shadow(copies)
    copied["extra_config"] |= section(server)
    gateway = gateway_with(start, backend(origin), copied)
    assert gateway.get("/a").status == 200
    copies.wait_until(lambda: len(copies.received) == 1, "the copy arrives")
    assert tokens(copies) == ["Bearer token-1"]
    assert tokens(origin) == [None]


def test_figures_tell_of_the_source_and_nothing_tells_the_secret(serve, start) -> None:
    origin, server = serve(json_reply({"a": 1})), serve(TokenServer())
    gateway = gateway_with(start, backend(origin, extra_config=section(server)),
                           backend(origin, extra_config=section(server)))
    management = Management(gateway)
    assert gateway.get("/a").status == 200
    where = {"source": server.host + "/token", "client": "shop"}
    assert management.sum("aggregator_client_token_fetches_total", outcome="fetched", **where) == 1
    assert management.sum("aggregator_client_token_age_seconds", **where) >= 0
    said = [management.get(path).text for path in ("/metrics", "/api/v1/endpoints")]
    said.append(gateway.stderr)
    for text in said:
        assert SECRET not in text and "token-1" not in text
