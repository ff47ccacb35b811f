"""Settings of a backend's hosts: which of them is asked, how often, and for how long."""

from __future__ import annotations

import time

import pytest

from backends import Exchange, json_reply, then_close
from gateway import aggregator
from settings import backend, endpoint, service
from test_ejection import several

GOOD = json_reply({"ok": 1})
BAD = then_close(b"")
ONE = ("--workers", "1")


def failures(gateway, count: int) -> int:
    """Of so many requests that are not sent twice."""
    return [gateway.ask("POST", "/e").status for _ in range(count)].count(500)


@pytest.fixture
def bad_and_good(serve, start):
    def run(**passive: object):
        bad = serve(BAD)
        part = several(bad, serve(GOOD), health={"passive": passive})
        return bad, start(service(endpoint("/e", part, method="POST")), *ONE)

    return run


@pytest.mark.parametrize("count", [1, 2, 7])
def test_failures_is_how_many_cost_a_host_its_turn(bad_and_good, count) -> None:
    _, gateway = bad_and_good(failures=count)
    assert failures(gateway, 20) == count


@pytest.mark.parametrize(("percent", "failed"), [(0, 10), (49, 10), (50, 1), (100, 1)])
def test_max_ejected_is_how_many_may_be_left_out(bad_and_good, percent, failed) -> None:
    _, gateway = bad_and_good(failures=1, max_ejected=percent)
    assert failures(gateway, 20) == failed


@pytest.mark.parametrize(("passive", "again"), [
    ({"eject": "100ms"}, True), ({"eject": "60s"}, False),
    ({"eject": "60s", "eject_max": "100ms"}, True)], ids=["short", "long", "at most"])
def test_eject_and_eject_max_are_how_long_a_host_is_left_out(bad_and_good, passive,
                                                             again) -> None:
    bad, gateway = bad_and_good(failures=1, **passive)
    assert failures(gateway, 2) == 1
    bad.scripts = GOOD
    time.sleep(0.3)
    assert failures(gateway, 4) == 0
    assert (len(bad.received) > 1) == again


@pytest.mark.parametrize(("as_written", "status"), [(False, 0), (True, 1)])
def test_a_host_that_is_taken_as_it_is_written_needs_a_scheme(write_config, as_written,
                                                              status) -> None:
    part = backend("backend.test:8000", disable_host_sanitize=as_written)
    done = aggregator("lint", write_config(service(endpoint("/e", part))))
    assert done.returncode == status
    assert ("must begin with http://" in done.stdout) == as_written


def test_the_timeout_of_a_backend_has_no_effect(serve, start) -> None:
    def late(exchange: Exchange) -> None:
        time.sleep(0.2)
        exchange.send(GOOD)

    gateway = start(service(endpoint("/e", backend(serve(late), timeout="1ms"))))
    assert gateway.get("/e").json == {"ok": 1}


def test_concurrent_calls_of_a_backend_has_no_effect(serve, start) -> None:
    server = serve(GOOD)
    gateway = start(service(endpoint("/e", backend(server, concurrent_calls=3))))
    assert gateway.get("/e").json == {"ok": 1}
    gateway.settle()
    assert len(server.received) == 1


def test_hosts_of_the_service_are_for_backends_without_their_own(serve, start) -> None:
    shared, own = serve(json_reply({"at": "shared"})), serve(json_reply({"at": "own"}))
    gateway = start(service(endpoint("/shared", {"url_pattern": "/"}),
                            endpoint("/own", backend(own)), host=[shared.host]))
    assert gateway.get("/shared").json == {"at": "shared"}
    assert gateway.get("/own").json == {"at": "own"}
