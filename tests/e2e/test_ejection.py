"""Hosts that fail are left out for some time, and which host was asked is told."""

from __future__ import annotations

import json
import re

import pytest

import wire
from backends import hang, json_reply, reply, then_close, then_hang
from management import Management, admin
from settings import backend, endpoint, pass_through, service, shadow

GOOD = json_reply({"ok": 1})
JSON = ("--log-format", "json")
ONE = ("--workers", "1")


def several(*servers, health: object = None, **more: object) -> dict:
    hosts = [server if isinstance(server, str) else server.host for server in servers]
    extra = {} if health is None else {"extra_config": {"backend/health": health}}
    return {"host": hosts, "url_pattern": "/", **extra, **more}


def managed(*points, **more) -> dict:
    found = service(*points, **more)
    found["extra_config"] = found.get("extra_config", {}) | {"admin": admin()}
    return found


def statuses(gateway, count: int, path: str = "/e") -> list[int]:
    return [gateway.get(path).status for _ in range(count)]


def label(server) -> str:
    return f"127.0.0.1:{server.port}"


def test_a_host_that_hangs_loses_its_turn(serve, start) -> None:
    slow, good = serve(hang), serve(GOOD)
    gateway = start(service(endpoint("/e", several(slow, good), timeout="100ms")), *ONE)
    assert sorted(statuses(gateway, 10)) == [200] * 5 + [500] * 5
    assert statuses(gateway, 10) == [200] * 10
    assert len(slow.received) == 5
    gateway.wait_for_line(lambda text: "left out" in text and f"host={label(slow)}" in text
                          and "reason=timeout" in text)


BAD = {
    "closes": then_close(b""),
    "cuts its answer": then_close(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"),
    "speaks no HTTP": then_close(b"SSH-2.0-OpenSSH\r\n\r\n"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_host_that_answers_badly_loses_its_turn(serve, start, name) -> None:
    bad, good = serve(BAD[name]), serve(GOOD)
    gateway = start(service(endpoint("/e", several(bad, good), method="POST")), *ONE)
    answered = [gateway.ask("POST", "/e").status for _ in range(20)]
    assert answered.count(500) == 5
    assert answered[10:] == [200] * 10


def test_a_no_op_answer_that_breaks_off_counts_too(serve, start) -> None:
    bad = serve(then_close(b"HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n" + b"x" * 9))
    good = serve(GOOD)
    gateway = start(service(pass_through("/e", several(bad, good))), *ONE)
    for _ in range(10):
        with gateway.client() as client:
            client.send(wire.request("GET", "/e"))
            with wire.may_be_cut():
                client.answer()
    assert statuses(gateway, 4) == [200] * 4
    assert len(bad.received) == 5


def test_workers_share_what_they_know(serve, start) -> None:
    slow, good = serve(hang), serve(GOOD)
    gateway = start(service(endpoint("/e", several(slow, good), timeout="100ms")),
                    "--workers", "2")
    statuses(gateway, 40)
    assert len(slow.received) <= 6


def test_a_host_is_tried_again_by_one_request_and_comes_back(serve, start) -> None:
    slow, good = serve(hang), serve(GOOD)
    health = {"passive": {"failures": 2, "eject": "300ms"}}
    gateway = start(service(endpoint("/e", several(slow, good, health=health), timeout="100ms")),
                    *ONE)
    statuses(gateway, 6)
    assert len(slow.received) == 2
    slow.scripts = GOOD
    while len(slow.received) < 4:
        assert gateway.get("/e").status == 200
    gateway.wait_for_line(lambda text: "asked again" in text)


def test_when_all_fail_they_are_asked_in_turn(serve, start) -> None:
    first, second = serve(then_close(b"")), serve(then_close(b""))
    gateway = start(service(endpoint("/e", several(first, second), method="POST")), *ONE)
    for _ in range(30):
        assert gateway.ask("POST", "/e").status == 500
    assert len(first.received) >= 10 and len(second.received) >= 10
    first.scripts = second.scripts = GOOD
    assert [gateway.ask("POST", "/e").status for _ in range(4)] == [200] * 4


def test_hosts_that_refuse_are_asked_again_as_soon_as_they_listen(serve, start) -> None:
    first, second = serve(GOOD), serve(GOOD)
    gateway = start(service(endpoint("/e", several(first, second))), *ONE)
    first.stop()
    second.stop()
    assert statuses(gateway, 12) == [500] * 12
    first.listen()
    assert statuses(gateway, 4) == [200] * 4


def test_a_host_that_is_left_out_is_better_than_one_that_refuses(serve, start) -> None:
    first, second = serve(GOOD), serve(GOOD)
    gateway = start(service(endpoint("/e", several(first, second))), *ONE)
    first.stop()
    assert statuses(gateway, 12) == [200] * 12
    first.listen()
    second.stop()
    assert statuses(gateway, 4) == [200] * 4


@pytest.mark.parametrize("health", [False, {"passive": False}])
def test_it_can_be_switched_off(serve, start, health) -> None:
    bad, good = serve(then_close(b"")), serve(GOOD)
    part = several(bad, good, health=health)
    gateway = start(service(endpoint("/e", part, method="POST")), *ONE)
    answered = [gateway.ask("POST", "/e").status for _ in range(20)]
    assert answered.count(500) == 10


def test_the_service_switches_it_off_for_all_that_do_not_write_it(serve, start) -> None:
    bad, good = serve(then_close(b"")), serve(GOOD)
    points = [endpoint("/off", several(bad, good), method="POST"),
              endpoint("/on", several(bad, good, health={"passive": {"failures": 1}}),
                       method="POST")]
    gateway = start(service(*points, extra_config={"backend/health": False}), *ONE)
    off = [gateway.ask("POST", "/off").status for _ in range(20)]
    on = [gateway.ask("POST", "/on").status for _ in range(20)]
    assert (off.count(500), on.count(500)) == (10, 1)


def test_one_host_is_never_left_out(serve, start) -> None:
    bad = serve(then_close(b""))
    gateway = start(service(endpoint("/e", several(bad), method="POST")), *ONE)
    for _ in range(10):
        gateway.ask("POST", "/e")
    assert len(bad.received) == 10


@pytest.mark.parametrize("listed", [True, False])
def test_statuses_count_only_if_they_are_listed(serve, start, listed) -> None:
    bad, good = serve(reply(b"", 503)), serve(GOOD)
    health = {"passive": {"statuses": [502, 503]}} if listed else None
    gateway = start(service(endpoint("/e", several(bad, good, health=health))), *ONE)
    assert statuses(gateway, 20).count(500) == (5 if listed else 10)


def test_a_client_that_leaves_says_nothing_about_the_host(serve, start) -> None:
    slow, good = serve(hang), serve(GOOD)
    gateway = start(service(endpoint("/e", several(slow, good))), *ONE)
    for turn in range(6):
        with gateway.client() as client:
            client.send(wire.request("GET", "/e"))
            slow.wait_for(turn + 1)
        slow.wait_gone(turn + 1)
        assert gateway.get("/e").status == 200
    assert len(slow.received) == 6


def test_a_slow_client_is_no_fault_of_the_host(serve, start) -> None:
    first, second = serve(GOOD, early=True), serve(GOOD, early=True)
    health = {"passive": {"failures": 1}}
    first.scripts = second.scripts = lambda exchange: exchange.wait_gone()
    gateway = start(managed(endpoint("/e", several(first, second, health=health), method="POST",
                                     timeout="150ms")), *ONE)
    for _ in range(4):
        with gateway.client() as client:
            client.send("POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
            assert client.answer().status == 500
    assert Management(gateway).sum("aggregator_host_ejections_total") == 0


# Which host was asked.

def test_the_access_log_names_the_host_that_was_asked(serve, start) -> None:
    first, second = serve(GOOD), serve(reply(b"", 503))
    gateway = start(service(endpoint("/e/{id}", several(first, second))), *JSON, *ONE)
    for n in range(2):
        gateway.get(f"/e/{n}")
    told = [gateway.access(f"/e/{n}")["backends"][0] for n in range(2)]
    assert [(one["host"], one["status"]) for one in told] == [
        (label(first), 200), (label(second), 503)]


def test_a_line_of_text_names_the_host_too(serve, start) -> None:
    first, second = serve(GOOD), serve(reply(b"", 503))
    gateway = start(service(endpoint("/e/{id}", several(first, second))), *ONE)
    for n in range(2):
        gateway.get(f"/e/{n}")
    good = gateway.wait_for_line(lambda text: "path=/e/0" in text)
    bad = gateway.wait_for_line(lambda text: "path=/e/1" in text)
    assert re.search(rf" backends=200/[\d.]+/{label(first)}$", good)
    assert re.search(rf" backends=bad_status:503/[\d.]+/{label(second)}$", bad)


def test_the_host_that_was_asked_last_is_named_where_another_refused(
        serve, start, nobody) -> None:
    good = serve(GOOD)
    gateway = start(service(endpoint("/e", several(nobody, good))), *JSON, *ONE)
    gateway.get("/e")
    assert gateway.access("/e")["backends"][0]["host"] == label(good)


def test_a_host_that_hung_or_cut_its_answer_is_named_with_its_status(serve, start) -> None:
    slow = serve(hang)
    cut = serve(then_close(b"HTTP/1.1 201 OK\r\nContent-Length: 9\r\n\r\n{"))
    late = serve(then_hang(b"HTTP/1.1 202 OK\r\nContent-Length: 9\r\n\r\n{"))
    points = [endpoint("/slow", backend(slow), timeout="100ms"), endpoint("/cut", backend(cut)),
              endpoint("/late", backend(late), timeout="100ms")]
    gateway = start(service(*points), *JSON, *ONE)
    for path, server, status in (("/slow", slow, 0), ("/cut", cut, 201), ("/late", late, 202)):
        gateway.get(path)
        told = gateway.access(path)["backends"][0]
        assert (told["host"], told["status"]) == (label(server), status)


def test_of_several_attempts_the_one_that_counted_is_named(serve, start) -> None:
    good, slow = serve(GOOD), serve(hang)
    gateway = start(service(endpoint("/e", several(slow, good), concurrent_calls=2)), *JSON, *ONE)
    assert gateway.get("/e").status == 200
    assert gateway.access("/e")["backends"][0]["host"] == label(good)


def test_metrics_tell_the_hosts_apart(serve, start) -> None:
    bad, good = serve(then_close(b"")), serve(GOOD)
    gateway = start(managed(endpoint("/e", several(bad, good), method="POST")), "--workers", "2")
    answered = [gateway.ask("POST", "/e").status for _ in range(40)]
    metrics = Management(gateway)
    total = "aggregator_host_requests_total"
    assert metrics.sum(total, host=label(good), outcome="ok") == answered.count(200)
    assert metrics.sum(total, host=label(bad), outcome="closed") == answered.count(500)
    assert metrics.sum(total) == 40
    assert metrics.sum("aggregator_host_healthy", host=label(good)) == 1
    assert metrics.sum("aggregator_host_healthy", host=label(bad)) == 0
    assert metrics.sum("aggregator_host_ejections_total", host=label(bad), reason="reset") == 1


def test_a_lone_host_has_requests_and_no_health(serve, start) -> None:
    gateway = start(managed(endpoint("/e", backend(serve(GOOD)))), *ONE)
    gateway.get("/e")
    metrics = Management(gateway)
    assert metrics.sum("aggregator_host_requests_total", outcome="ok") == 1
    assert not any("healthy" in name for name, _ in metrics.series())


def test_a_host_of_a_shadow_that_hangs_is_left_out_too(serve, start) -> None:
    silent, good = serve(hang), serve(GOOD)
    copies = shadow(silent, timeout="150ms", host=[silent.host, good.host])
    gateway = start(service(endpoint("/e", backend(serve(GOOD)), copies)), "--workers", "1")
    for _ in range(10):
        assert gateway.get("/e").status == 200
        gateway.settle()
    line = gateway.wait_for_line(lambda line: "a host is left out" in line)
    assert f"host=127.0.0.1:{silent.port}" in line and "reason=timeout" in line


def test_hosts_are_shown_and_restored_by_hand(serve, start) -> None:
    mends = {"broken": True}

    def mended(exchange) -> None:
        if mends["broken"]:
            exchange.close()
        else:
            exchange.send(GOOD)

    bad = serve(mended)
    good = serve(GOOD)
    health = {"passive": {"eject": "1h", "eject_max": "1h"}}
    gateway = start(managed(endpoint("/e", several(bad, good, health=health))), *ONE)
    management = Management(gateway)
    statuses(gateway, 20)
    hosts = {one["host"]: one for one in json.loads(management.get("/api/v1/hosts").text)["hosts"]}
    assert hosts[label(good)]["state"] == "in" and hosts[label(good)]["ejections"] == {}
    assert hosts[label(bad)]["state"] == "out" and sum(hosts[label(bad)]["ejections"].values()) == 1
    assert hosts[label(bad)]["left"]
    asked = len(bad.received)
    statuses(gateway, 6)
    assert len(bad.received) == asked
    mends["broken"] = False
    found = management.ask("POST", f"/api/v1/hosts/restore?host={label(bad)}")
    assert found.status == 200 and json.loads(found.text) == {"restored": 1}
    assert statuses(gateway, 6) == [200] * 6
    assert len(bad.received) == asked + 3
    assert management.ask("POST", "/api/v1/hosts/restore?host=nobody").status == 404
    gateway.wait_for_line(lambda text: "hosts restored" in text and f"host={label(bad)}" in text)
