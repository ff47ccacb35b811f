"""Limits of rates over real connections and several workers."""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path

import pytest

from backends import Backend, json_reply
from gateway import Gateway
from management import Management, admin
from settings import backend, endpoint, service

COMPONENT = Path(__file__).resolve().parents[2] / "src/components/rate_limit"
pytestmark = pytest.mark.skipif(not COMPONENT.is_dir(), reason="the component is not there")

CONNECTIONS = 64
SHADOW = {"proxy": {"shadow": True}, "proxy/shadow": {"name": "copy"}}


def storm(gateway: Gateway, requests: int, headers: dict[str, str] | None = None) -> Counter:
    """The statuses of so many requests over each of the connections, all at once."""
    statuses: Counter = Counter()
    lock = threading.Lock()
    ready = threading.Barrier(CONNECTIONS)

    def run() -> None:
        with gateway.client() as client:
            ready.wait()
            found = [client.ask("GET", "/a", headers).status for _ in range(requests)]
        with lock:
            statuses.update(found)

    threads = [threading.Thread(target=run) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


def limited(start, origin: Backend, limit: dict, *more: dict) -> Gateway:
    config = service(endpoint("/a", backend(origin), *more,
                              extra_config={"qos/ratelimit/router": limit}))
    config["extra_config"] = {"admin": admin()}
    return start(config, "--workers", "4")


def test_four_workers_let_exactly_as_many_pass_as_are_written(serve, start) -> None:
    origin = serve(json_reply({"a": 1}))
    copies = serve(json_reply({}))
    gateway = limited(start, origin, {"max_rate": 100, "every": "1h"},
                      backend(copies, extra_config=SHADOW))
    management = Management(gateway)
    assert storm(gateway, 7) == {200: 100, 503: 7 * CONNECTIONS - 100}
    assert len(origin.received) == 100
    copies.wait_for(100)
    gateway.settle()
    assert len(copies.received) == 100  # of what was refused no copy was sent
    assert management.sum("aggregator_ratelimit_decisions_total", limiter="endpoint GET /a",
                          decision="admitted") == 100
    assert management.sum("aggregator_rejections_total", component="qos/ratelimit/router",
                          endpoint="GET /a", code="endpoint_limited") == 7 * CONNECTIONS - 100


def test_a_client_has_one_bucket_whatever_worker_its_connections_are_at(serve, start) -> None:
    origin = serve(json_reply({"a": 1}))
    gateway = limited(start, origin, {"client_max_rate": 50, "every": "1h",
                                      "strategy": "header", "key": "X-User"})
    management = Management(gateway)
    assert storm(gateway, 3, {"X-User": "ada"}) == {200: 50, 429: 3 * CONNECTIONS - 50}
    assert storm(gateway, 3, {"X-User": "grace"}) == {200: 50, 429: 3 * CONNECTIONS - 50}
    assert len(origin.received) == 100
    assert management.sum("aggregator_ratelimit_clients", limiter="endpoint GET /a") == 2


def test_calls_to_a_backend_are_limited_over_all_workers(serve, start) -> None:
    origin = serve(json_reply({"a": 1}))
    limit = {"qos/ratelimit/proxy": {"max_rate": 20, "every": "1h"}}
    gateway = start(service(endpoint("/a", backend(origin, extra_config=limit))),
                    "--workers", "4")
    assert storm(gateway, 2) == {200: 20, 500: 2 * CONNECTIONS - 20}
    assert len(origin.received) == 20


def test_behind_a_trusted_proxy_clients_are_told_apart_by_its_header(serve, start) -> None:
    origin = serve(json_reply({"a": 1}))
    config = service(endpoint("/a", backend(origin), extra_config={"qos/ratelimit/router": {
        "client_max_rate": 1, "every": "1h", "strategy": "ip", "key": "X-Real-Client"}}))
    config["extra_config"] = {"router": {"trusted_proxies": ["127.0.0.0/8"]}}
    gateway = start(config, "--workers", "1")
    asked = ["192.0.2.1", "192.0.2.2", "6.6.6.6, 192.0.2.1", "2001:db8::1", "2001:db8::2",
             "2001:db8:0:1::1"]
    statuses = [gateway.get("/a", {"X-Real-Client": one}).status for one in asked]
    assert statuses == [200, 200, 429, 200, 429, 200]
