"""Metrics, read by those who are to read them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

import wire
from backends import hang, json_reply, reply
from management import TOKEN, Management, admin
from settings import backend, endpoint, service

ELIGIBLE = "aggregator_shadow_eligible_total"
FINISHED = "aggregator_shadow_finished_total"
DROPPED = "aggregator_shadow_dropped_total"
IN_FLIGHT = "aggregator_shadow_in_flight"
NEEDS_PROMETHEUS = pytest.mark.skipif(
    shutil.which("prometheus") is None or shutil.which("promtool") is None,
    reason="Prometheus is not installed")


@pytest.fixture
def counted(serve, start):
    """A gateway whose `/e` has a shadow that answers and one that fails, after some requests."""
    live, good, bad = serve(json_reply({"a": 1})), serve(reply(b"")), serve(reply(b"", status=500))

    def shadow(server, name: str) -> dict:
        return backend(server, extra_config={
            "proxy": {"shadow": True},
            "proxy/shadow": {"name": name, "sample": {"percentage": 50}}})

    point = endpoint("/e", backend(live), shadow(good, "good"), shadow(bad, "bad"))
    found = service(point)
    found.setdefault("extra_config", {})
    found["extra_config"] |= {"admin": admin()}
    gateway = start(found, "--workers", "2")
    for _ in range(100):
        assert gateway.get("/e").status == 200
    gateway.settle()
    return gateway, Management(gateway)


def test_every_copy_is_accounted_for_at_every_scrape(counted) -> None:
    gateway, management = counted
    with gateway.client() as client:
        for _ in range(20):
            client.ask("GET", "/e")
            series = management.series()
            sums = dict.fromkeys((ELIGIBLE, FINISHED, DROPPED, IN_FLIGHT), 0.0)
            for (name, _labels), value in series.items():
                if name in sums:
                    sums[name] += value
            assert sums[ELIGIBLE] == sums[FINISHED] + sums[DROPPED] + sums[IN_FLIGHT]
    assert sums[ELIGIBLE] == 240


def test_requests_and_copies_are_counted_by_their_labels(counted) -> None:
    _, management = counted
    assert management.sum("aggregator_requests_total", endpoint="GET /e", status="2xx") == 100
    assert management.sum("aggregator_exchanges_total", endpoint="GET /e", outcome="ok") == 100
    assert management.sum(ELIGIBLE, shadow="good") == 100
    assert management.sum(FINISHED, shadow="bad", **{"class": "5xx"}) == management.sum(
        FINISHED, shadow="bad")
    assert management.sum("aggregator_request_duration_seconds_count") == 100


def test_exchanges_that_a_leaving_client_cut_off_are_counted(serve, start) -> None:
    slow = serve(hang)
    found = service(endpoint("/e", backend(slow)))
    found["extra_config"] = found.get("extra_config", {}) | {"admin": admin()}
    gateway = start(found, "--workers", "1")
    with gateway.client() as client:
        client.send(wire.request("GET", "/e"))
        slow.wait_for()
    slow.wait_gone()
    management = Management(gateway)
    assert management.sum("aggregator_exchanges_total", outcome="client_closed") == 1


def test_failures_are_counted_by_their_names_at_every_worker(serve, start) -> None:
    found = service(endpoint("/e", backend(serve(json_reply({"a": 1})))))
    found["extra_config"] = found.get("extra_config", {}) | {"admin": admin()}
    gateway = start(found, "--workers", "2")
    for _ in range(20):
        assert gateway.get("/nowhere").status == 404
    assert Management(gateway).sum("aggregator_errors_total", error="not_found") == 20


@NEEDS_PROMETHEUS
def test_promtool_finds_nothing_to_say(counted) -> None:
    _, management = counted
    checked = subprocess.run(["promtool", "check", "metrics"], capture_output=True, text=True,
                             input=management.get("/metrics").text, timeout=60, check=False)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def ask_prometheus(port: int, query: str) -> list[dict]:
    where = f"http://127.0.0.1:{port}/api/v1/query?" + urllib.parse.urlencode({"query": query})
    with urllib.request.urlopen(where, timeout=10) as answer:
        return json.load(answer)["data"]["result"]


def free_port() -> int:
    import socket
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.fixture
def prometheus(tmp_path: Path):
    """Starts a Prometheus that scrapes an address; its port."""
    processes = []

    def run(address: tuple[str, int]) -> int:
        config = tmp_path / "prometheus.json"  # JSON is YAML
        config.write_text(json.dumps({
            "global": {"scrape_interval": "200ms", "scrape_timeout": "200ms"},
            "scrape_configs": [{
                "job_name": "aggregator", "authorization": {"credentials": TOKEN},
                "static_configs": [{"targets": [f"{address[0]}:{address[1]}"]}]}]}))
        port = free_port()
        with (tmp_path / "prometheus.log").open("w") as log:
            processes.append(subprocess.Popen(
                ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={tmp_path / 'db'}",
                 f"--web.listen-address=127.0.0.1:{port}"], stdout=log, stderr=log))
        return port

    yield run
    for process in processes:
        process.terminate()
        process.wait(60)


@NEEDS_PROMETHEUS
def test_prometheus_scrapes_a_running_gateway(counted, prometheus, tmp_path: Path) -> None:
    _, management = counted
    port = prometheus(management.address)
    found: list[dict] = []
    until = time.monotonic() + wire.PATIENCE_S
    while not found:
        assert time.monotonic() < until, (tmp_path / "prometheus.log").read_text()
        time.sleep(0.1)
        try:
            found = ask_prometheus(port, f"sum({ELIGIBLE})")
        except OSError:
            continue
    assert found[0]["value"][1] == "200"
    assert ask_prometheus(port, "up")[0]["value"][1] == "1"
    balance = f"sum({ELIGIBLE}) - sum({FINISHED}) - sum({DROPPED}) - sum({IN_FLIGHT})"
    assert ask_prometheus(port, balance)[0]["value"][1] == "0"
    median = "histogram_quantile(0.5, sum by (le) (aggregator_request_duration_seconds_bucket))"
    assert 0 < float(ask_prometheus(port, median)[0]["value"][1]) < 10


def test_the_dashboard_asks_for_metrics_that_there_are(counted) -> None:
    _, management = counted
    management.patch("good", expires="1h")
    dashboard = Path(__file__).resolve().parents[2] / "examples" / "grafana" / "dashboard.json"
    asked = set(re.findall(r"aggregator_[a-z_]+", dashboard.read_text()))
    assert asked == {name for name, _ in management.series() if not name.endswith(
        ("_sum", "_count"))}
