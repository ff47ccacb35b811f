"""The access log: a line for each request says what happened to it and to each backend."""

from __future__ import annotations

import json
import re
import threading
import time

import pytest

import wire
from backends import gated, hang, json_reply, reply, then_close
from settings import backend, endpoint, service, shadow

GOOD = json_reply({"a": 1})
JSON = ("--log-format", "json")


@pytest.fixture
def gateway(serve, start):
    """Endpoints `/good/{id}`, `/part`, `/bad` and `/late`, logging as asked for."""

    def run(*options, router=None):
        good, bad, late = serve(GOOD), serve(then_close(b"")), serve(hang)
        points = [
            endpoint("/good/{id}", backend(good), shadow(good)),
            endpoint("/part", backend(good), backend(serve(reply(b"", status=503)))),
            endpoint("/bad", backend(bad)),
            endpoint("/late", backend(good), backend(late), timeout="500ms"),
        ]
        return start(service(*points, router=router), *options)

    return run


def test_a_line_of_json_tells_all_of_a_request(gateway) -> None:
    running = gateway(*JSON)
    answer = running.get("/good/7?secret=1", {"Host": "public.test"})
    line = running.access("/good/7")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", line["time"])
    assert (line["client"], line["method"]) == ("127.0.0.1", "GET")
    assert (line["status"], line["bytes"]) == (200, len(answer.body))
    assert (line["endpoint"], line["completed"]) == ("/good/{id}", True)
    assert line["duration_ms"] > 0
    assert [part["status"] for part in line["backends"]] == [200]
    assert "secret" not in running.stderr


def test_a_line_of_text_tells_the_same(gateway) -> None:
    running = gateway()
    running.get("/part")
    line = running.wait_for_line(lambda text: "path=/part" in text)
    for word in ("info access", "client=127.0.0.1", "method=GET", "status=200", "endpoint=/part",
                 "completed=false"):
        assert word in line
    assert re.search(r" backends=200/\d+\.\d+/[\d.:]+,bad_status:503/\d+\.\d+/[\d.:]+$", line)


def test_each_backend_is_told_by_its_status_or_failure(gateway) -> None:
    running = gateway(*JSON)
    running.get("/part")
    good, bad = running.access("/part")["backends"]
    assert (good["status"], good.get("failure")) == (200, None)
    assert (bad["status"], bad["failure"]) == (503, "bad_status")


def test_a_failed_request_is_told_by_name(gateway) -> None:
    running = gateway(*JSON)
    running.get("/bad")
    line = running.access("/bad")
    assert (line["status"], line["failure"], line["completed"]) == (500, "closed", False)
    assert [part["failure"] for part in line["backends"]] == ["closed"]


def test_a_backend_that_was_too_late_is_told_with_its_time(gateway) -> None:
    running = gateway(*JSON)
    running.get("/late")
    line = running.access("/late")
    late = line["backends"][1]
    assert (line["status"], line["completed"], late["failure"]) == (200, False, "timeout")
    assert late["duration_ms"] >= 500


def test_a_miss_is_logged_without_an_endpoint(gateway) -> None:
    running = gateway(*JSON)
    running.get("/nowhere")
    line = running.access("/nowhere")
    assert (line["status"], line["endpoint"], line["backends"]) == (404, "", [])


def test_a_client_that_left_is_logged_as_499(serve, start) -> None:
    server = serve(hang)
    running = start(service(endpoint("/e", backend(server))), *JSON)
    with running.client() as client:
        client.send(wire.request("GET", "/e"))
        server.wait_for()
    assert running.access("/e")["status"] == 499


def test_the_status_of_the_last_request_is_not_that_of_one_that_was_left(serve, start) -> None:
    server = serve({"/good": GOOD, "/never": hang})
    running = start(service(endpoint("/good", backend(server, "/good")),
                            endpoint("/never", backend(server, "/never"))), *JSON)
    with running.client() as client:
        assert client.ask("GET", "/good").status == 200
        client.send(wire.request("GET", "/never"))
        server.wait_for(2)
    left = running.access("/never")
    assert (left["status"], left["bytes"]) == (499, 0)


def test_a_refused_request_is_logged(gateway) -> None:
    running = gateway(*JSON)
    began = time.monotonic()
    with running.client() as client:
        client.send("GET /good/1 HTTP/1.1\r\nno colon\r\n\r\n")
        assert client.answer().status == 400
    line = json.loads(running.wait_for_line(lambda text: '"status":400' in text))
    assert line["failure"] == "bad_request"
    assert 0 <= line["duration_ms"] <= (time.monotonic() - began) * 1000


def test_every_request_of_a_busy_connection_has_its_line(gateway) -> None:
    running = gateway(*JSON)
    with running.client() as client:
        for n in range(200):
            assert client.ask("GET", f"/good/{n}").status == 200
    for n in range(200):
        assert running.access(f"/good/{n}")["endpoint"] == "/good/{id}"


def test_the_last_request_before_the_end_has_its_line(serve, start) -> None:
    gate = threading.Event()
    server = serve(gated(gate, GOOD))
    running = start(service(endpoint("/last", backend(server))), *JSON, "--workers", "1")
    with running.client() as client:
        client.send(wire.request("GET", "/last"))
        server.wait_for()
        running.signal()
        running.wait_drained()
        gate.set()
        assert client.answer().status == 200
        assert client.is_ended()
    assert running.wait() == 0
    assert running.access("/last")["status"] == 200


def test_skipped_paths_are_not_logged(gateway) -> None:
    running = gateway(*JSON, router={"logger_skip_paths": ["/part", "/__health"]})
    running.get("/__health")
    running.get("/part")
    running.get("/part?with=query")
    running.get("/good/1")
    running.access("/good/1")
    assert "/part" not in running.stderr
    assert "/__health" not in running.stderr


def test_the_access_log_can_be_switched_off(gateway) -> None:
    running = gateway(*JSON, router={"disable_access_log": True})
    running.get("/good/1")
    running.signal()
    assert running.wait() == 0
    assert '"access"' not in running.stderr


def test_a_shadow_has_no_place_in_the_line(gateway) -> None:
    running = gateway(*JSON)
    running.get("/good/1")
    assert len(running.access("/good/1")["backends"]) == 1


def test_what_a_client_sends_cannot_forge_a_line(gateway) -> None:
    running = gateway()
    running.get('/good/x"%0Apath=forged%20')
    line = running.wait_for_line(lambda text: "endpoint=/good/{id}" in text)
    assert line.count(" path=") == 1
    assert not any(text.startswith("path=") for text in running.lines)
