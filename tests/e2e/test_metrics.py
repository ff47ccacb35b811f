"""Metrics, read by those who are to read them."""

from __future__ import annotations

import contextlib
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
from backends import hang, json_reply, reply, then_close
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


EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "grafana"
# What is there only once something has happened, or where it is configured.
OCCASIONAL = {"aggregator_host_requests_total", "aggregator_host_healthy",
              "aggregator_host_ejections_total", "aggregator_breaker_state",
              "aggregator_certificate_expiry_seconds", "aggregator_shadow_expires_in_seconds"}


def asked_for(name: str) -> set[str]:
    asked = re.findall(r"\b(?:aggregator|process)_[a-z_]+", (EXAMPLES / name).read_text())
    return {re.sub(r"_bucket$", "", metric) for metric in asked}


@pytest.mark.parametrize("name", ["dashboard.json", "alerts.yml"])
def test_dashboard_and_alerts_ask_for_metrics_that_there_are(counted, name) -> None:
    _, management = counted
    told = {re.sub(r"_(bucket|sum|count)$", "", metric) for metric, _ in management.series()}
    assert asked_for(name) <= told | OCCASIONAL


def test_the_reference_has_each_metric_with_its_labels(counted) -> None:
    _, management = counted
    reference = Path(__file__).resolve().parents[2] / "schemas" / "README.md"
    rows = re.findall(r"^\| `((?:aggregator|process)_\w+)` \| (\w+) \| ([\w ]*) \|",
                      reference.read_text(), re.M)
    known = {name: set(labels.split()) for name, _kind, labels in rows}
    for metric, labels in management.series():
        name = re.sub(r"_(bucket|sum|count)$", "", metric)
        assert {label for label, _value in labels} - {"le"} == known[name], metric


def test_each_query_of_the_dashboard_is_about_the_chosen_instances() -> None:
    dashboard = json.loads((EXAMPLES / "dashboard.json").read_text())
    assert "instance" in [one["name"] for one in dashboard["templating"]["list"]]
    queries = [target["expr"] for panel in dashboard["panels"]
               for target in panel.get("targets", [])]
    for query in queries:
        metrics = re.findall(r"\b(?:aggregator|process)_[a-z_]+", query)
        assert query.count('instance=~"$instance"') == len(metrics)


@NEEDS_PROMETHEUS
def test_promtool_accepts_the_alert_rules() -> None:
    checked = subprocess.run(["promtool", "check", "rules", str(EXAMPLES / "alerts.yml")],
                             capture_output=True, text=True, timeout=60, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_refusals_are_counted_by_their_names(serve, start) -> None:
    found = service(endpoint("/e", backend(serve(json_reply({"a": 1}))), method="POST",
                             input_headers=["*"]),
                    router={"max_body_bytes": 10, "max_connections": 1}, max_header_bytes=4096)
    found["extra_config"] |= {"admin": admin()}
    gateway = start(found, "--workers", "1")
    management = Management(gateway)
    big = b"x" * 5000
    for said in (b"GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n",
                 b"PUT /e HTTP/1.1\r\nHost: a\r\n\r\n",
                 b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nX: " + big + b"\r\n\r\n",
                 b"GET / HTTP/9.9\r\nHost: a\r\n\r\n",
                 b"POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\nExpect: magic\r\n\r\n"):
        with gateway.client() as client:
            client.send(said)
            client.answer()
    with gateway.client() as busy:
        busy.send(b"POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n1")
        gateway.counters()
        with gateway.client() as second:
            assert second.answer().status == 503
    counts = {name: management.sum("aggregator_errors_total", error=name) for name in (
        "not_found", "method_not_allowed", "bad_request", "head_too_large", "unsupported_version",
        "expectation_failed", "too_many_connections")}
    assert counts == dict.fromkeys(counts, 1)


def test_replies_that_lack_a_part_or_break_off_are_counted(serve, start) -> None:
    good, bad = serve(json_reply({"a": 1})), serve(reply(b"", status=503))
    broken = serve(then_close(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1"))
    found = service(endpoint("/part", backend(good), backend(bad)),
                    endpoint("/whole", backend(good)),
                    endpoint("/noop", backend(good, encoding="no-op"), output_encoding="no-op"),
                    endpoint("/broken", backend(broken, encoding="no-op"), output_encoding="no-op"))
    found["extra_config"] = {"admin": admin()}
    gateway = start(found, "--log-format", "json")
    for path in ("/part", "/whole", "/noop", "/__health"):
        assert gateway.get(path).status == 200
    with gateway.client() as client:
        client.send(wire.request("GET", "/broken"))
        with contextlib.suppress(ConnectionResetError):
            client.rest()
    management = Management(gateway)
    lacking = {path: management.sum("aggregator_incomplete_replies_total", endpoint=f"GET {path}")
               for path in ("/part", "/whole", "/noop", "/broken")}
    assert lacking == {"/part": 1, "/whole": 0, "/noop": 0, "/broken": 1}
    told = {path: gateway.access(path)["completed"]
            for path in ("/part", "/whole", "/noop", "/broken", "/__health")}
    assert told == {"/part": False, "/whole": True, "/noop": True, "/broken": False,
                    "/__health": True}


def test_the_process_its_build_and_its_limits_are_told(counted) -> None:
    _, management = counted
    assert management.sum("aggregator_build_info") == 1
    assert management.sum("aggregator_workers") == 2
    assert management.sum("aggregator_limit", limit="max_body_bytes") == 8 << 20
    assert 0 < management.sum("process_open_fds") < management.sum("process_max_fds")
    assert abs(management.sum("process_start_time_seconds") - time.time()) < 3600
    assert management.sum("process_cpu_seconds_total") > 0
    assert management.sum("process_resident_memory_bytes") > 1e6
    assert management.sum("process_threads") >= 4


def test_requests_and_calls_in_flight_come_and_go(serve, start) -> None:
    slow = serve(hang)
    found = service(endpoint("/e", backend(slow)))
    found["extra_config"] = {"admin": admin()}
    gateway = start(found)
    management = Management(gateway)
    with gateway.client() as client:
        client.send(wire.request("GET", "/e"))
        slow.wait_for()
        assert management.sum("aggregator_requests_in_flight") == 1
        assert management.sum("aggregator_calls_in_flight") == 1
    slow.wait_gone()
    assert management.sum("aggregator_requests_in_flight") == 0
    assert management.sum("aggregator_calls_in_flight") == 0


def test_components_count_what_they_do(serve, start, nobody) -> None:
    point = endpoint("/e", backend(nobody, extra_config={
        "qos/circuit-breaker": {"interval": 60, "timeout": 60, "max_errors": 1}}))
    found = service(point)
    found["extra_config"] = {"admin": admin(),
                             "security/cors": {"allow_origins": ["http://a.test"]}}
    gateway = start(found, "--workers", "1")
    management = Management(gateway)
    assert management.sum("aggregator_breaker_state", endpoint="GET /e") == 0
    for _ in range(4):
        assert gateway.get("/e").status == 500
    asks = {"Access-Control-Request-Method": "GET"}
    for origin in ("http://a.test", "http://b.test", "http://b.test"):
        gateway.ask("OPTIONS", "/e", asks | {"Origin": origin})
    assert management.sum("aggregator_breaker_state", endpoint="GET /e") == 1
    assert management.sum("aggregator_breaker_transitions_total", to="open") == 1
    assert management.sum("aggregator_rejections_total", component="qos/circuit-breaker",
                          endpoint="GET /e", code="breaker_open") == 2
    assert management.sum("aggregator_cors_preflights_total", result="allowed") == 1
    assert management.sum("aggregator_cors_preflights_total", result="refused") == 2


def test_bytes_and_connections_are_counted_on_both_sides(serve, start) -> None:
    live = serve(json_reply({"a": "x" * 5000}))
    found = service(endpoint("/e", backend(live)))
    found["extra_config"] = {"admin": admin()}
    gateway = start(found, "--workers", "1")
    management = Management(gateway)
    answer = gateway.get("/e")
    gateway.settle()
    sent = management.sum("aggregator_sent_bytes_total", to="clients")
    assert len(answer.body) < sent < len(answer.body) + 500
    assert 5000 < management.sum("aggregator_received_bytes_total", **{"from": "backends"}) < 5500
    assert 10 < management.sum("aggregator_received_bytes_total", **{"from": "clients"}) < 500
    assert 10 < management.sum("aggregator_sent_bytes_total", to="backends") < 500
    host = live.host.removeprefix("http://")
    connections = "aggregator_host_connections"
    assert management.sum(connections, host=host, purpose="live", state="idle") == 1
    assert management.sum(connections, host=host, purpose="live", state="busy") == 0
