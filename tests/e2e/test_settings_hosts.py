"""Settings of hosts that fail, of redirects and of names: seen by which host is asked."""

from __future__ import annotations

import time

import pytest

from backends import json_reply, then_close
from gateway import aggregator
from settings import endpoint, service
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


@pytest.mark.parametrize(("switched", "excess"), [("slow", {"passive": {"slow": True}}),
                                                  ("active", {"active": True})])
def test_checks_that_are_not_supported_are_refused(write_config, switched, excess) -> None:
    part = several("http://a.test", "http://b.test", health=excess)
    done = aggregator("run", "--config", write_config(service(endpoint("/e", part))))
    assert done.returncode == 1
    assert f"`{switched}`" in done.stderr and "not supported" in done.stderr
