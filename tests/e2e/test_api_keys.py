"""Endpoints that ask for a key."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from backends import json_reply
from management import Management, admin
from settings import backend, endpoint, service, shadow

COMPONENT = Path(__file__).resolve().parents[2] / "src/components/api_keys"
pytestmark = pytest.mark.skipif(not COMPONENT.is_dir(), reason="the component is not there")

KEYS = [{"key": "key-of-ada", "roles": ["admin"]}, {"key": "key-of-bob", "roles": ["user"]}]


def gateway_with(start, *points: dict, workers: int = 2, **declared: object):
    found = service(*points, name="shop")
    found["extra_config"] = {"auth/api-keys": {"keys": KEYS, **declared}, "admin": admin()}
    return start(found, "--workers", str(workers), "--log-format", "json")


def asking(path: str, *parts: dict, roles: tuple[str, ...] = ("ANY",), **more: object) -> dict:
    extra = {"auth/api-keys": {"roles": list(roles), **more}}
    return endpoint(path, *parts, extra_config=extra, input_query_strings=["*"])


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_a_limit_of_a_key_holds_over_all_workers(serve, start) -> None:
    origin = serve(json_reply({"a": 1}))
    point = asking("/a", backend(origin), client_max_rate=0.01)
    gateway = gateway_with(start, point, workers=4)
    found = [gateway.get("/a", bearer("key-of-ada")).status for _ in range(10)]
    assert found == [200] + [429] * 9
    assert gateway.get("/a", bearer("key-of-bob")).status == 200


def test_keys_come_from_files_and_the_environment(serve, start, tmp_path) -> None:
    origin = serve(json_reply({"a": 1}))
    (tmp_path / "one").write_text("key-of-carl\n")
    file = tmp_path / "keys.json"
    file.write_text(json.dumps([{"key": {"file": "one"}, "roles": ["carl"]}]))
    gateway = gateway_with(start, asking("/a", backend(origin), roles=("carl",)),
                           keys_file=str(file))
    assert gateway.get("/a", bearer("key-of-carl")).status == 200
    assert gateway.get("/a", bearer("key-of-ada")).status == 403


def test_a_key_of_the_query_string_is_nowhere_behind_the_gateway(serve, start) -> None:
    origin, copies = serve(json_reply({"a": 1})), serve(json_reply({"a": 1}))
    gateway = gateway_with(start, asking("/a", backend(origin), shadow(copies)),
                           strategy="query_string")
    assert gateway.get("/a?x=1&key=key-of-ada").status == 200
    assert gateway.get("/a?x=1&key=key-of-nobody").status == 401
    copies.wait_for(1)
    assert [one.target for one in origin.received + copies.received] == ["/?x=1", "/?x=1"]
    gateway.access("/a")
    management = Management(gateway)
    said = gateway.stderr + management.get("/metrics").text
    said += management.get("/api/v1/endpoints").text
    assert "key-of" not in said


def test_who_is_refused_is_counted_and_reaches_nobody(serve, start) -> None:
    origin, copies = serve(json_reply({"a": 1})), serve(json_reply({"a": 1}))
    gateway = gateway_with(start, asking("/a", backend(origin), shadow(copies), roles=("admin",)))
    for headers, status in (({}, 401), (bearer("x"), 401), (bearer("key-of-bob"), 403)):
        assert gateway.get("/a", headers).status == status
    management = Management(gateway)
    for code in ("key_missing", "key_invalid", "key_forbidden"):
        assert management.sum("aggregator_rejections_total", component="auth/api-keys",
                              code=code) == 1
    assert management.sum("aggregator_logins_total", kind="api_key", outcome="refused") == 3
    assert origin.received == copies.received == []


def test_a_limit_of_clients_can_be_by_key(serve, start) -> None:
    origin = serve(json_reply({"a": 1}))
    point = asking("/a", backend(origin))
    point["extra_config"]["qos/ratelimit/router"] = {
        "client_max_rate": 1, "every": "1h", "strategy": "api_key"}
    gateway = gateway_with(start, point)
    found = [gateway.get("/a", bearer(f"key-of-{who}")).status for who in ("ada", "ada", "bob")]
    assert found == [200, 429, 200]
