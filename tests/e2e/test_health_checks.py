"""Hosts that are checked beside live requests, over real connections."""

from __future__ import annotations

import time

import pytest

from backends import Exchange, in_turn, json_reply, reply
from settings import endpoint, service
from test_ejection import label, several

GOOD = json_reply({"ok": 1})
BAD = reply(b"", 500)
CHECKS = {"passive": False,
          "active": {"path": "/up", "interval": "50ms", "unhealthy": 3, "healthy": 2}}


def live(server) -> int:
    return sum(request.target != "/up" for request in list(server.received))


def test_a_host_that_fails_its_checks_gets_no_requests_until_they_are_good(serve, start) -> None:
    first, second = serve({"/": GOOD, "/up": BAD}), serve({"/": GOOD, "/up": GOOD})
    gateway = start(service(endpoint("/e", several(first, second, health=CHECKS))),
                    "--workers", "2")
    gateway.wait_for_line(lambda text: "left out" in text and f"host={label(first)}" in text
                          and "reason=check" in text)
    before = live(first)
    assert [gateway.get("/e").status for _ in range(20)] == [200] * 20
    assert live(first) == before
    first.scripts = GOOD
    gateway.wait_for_line(lambda text: "asked again" in text and f"host={label(first)}" in text)
    while live(first) == before:
        assert gateway.get("/e").status == 200


def test_when_all_fail_their_checks_all_are_asked(serve, start) -> None:
    first, second = serve({"/": GOOD, "/up": BAD}), serve({"/": GOOD, "/up": BAD})
    gateway = start(service(endpoint("/e", several(first, second, health=CHECKS))),
                    "--workers", "1")
    for server in (first, second):
        gateway.wait_for_line(lambda text, name=label(server): "left out" in text and name in text)
    before = live(first), live(second)
    assert [gateway.get("/e").status for _ in range(10)] == [200] * 10
    assert (live(first) - before[0], live(second) - before[1]) == (5, 5)


def checked(*servers, **active: object) -> dict:
    """An endpoint whose hosts are asked for `/up` often, unless the test says otherwise."""
    rules = {"path": "/up", "interval": "20ms"} | active
    return service(endpoint("/e", several(*servers, health={"passive": False, "active": rules})))


def wait_left_out(gateway, server) -> None:
    gateway.wait_for_line(lambda text: "left out" in text and f"host={label(server)}" in text
                          and "reason=check" in text)


def test_what_a_check_asks_is_written(serve, start) -> None:
    server = serve(GOOD)
    start(checked(server, server, path="/deep/up?all=1", method="HEAD", host="check.test",
                  headers={"X-Check": "1"}))
    asked = server.wait_for()[0]
    assert (asked.method, asked.target) == ("HEAD", "/deep/up?all=1")
    assert (asked.get("Host"), asked.get("X-Check")) == ("check.test", "1")


def test_checks_may_go_to_another_port(serve, start) -> None:
    first, second, checks = serve(GOOD), serve(GOOD), serve(BAD)
    gateway = start(checked(first, second, port=checks.port))
    wait_left_out(gateway, checks)
    assert not first.received and not second.received


def test_checks_are_made_as_often_as_is_written(serve, start) -> None:
    often, once = serve(GOOD), serve(GOOD)
    start(checked(once, once, interval="1h"))
    start(checked(often, often))
    often.wait_for(5)
    once.wait_for()
    assert len(once.received) == 1


def test_a_good_status_is_what_is_listed(serve, start) -> None:
    first, second = serve(GOOD), serve(reply(b"", 404))
    gateway = start(checked(first, second, statuses=["404"]))
    wait_left_out(gateway, first)
    assert f"host={label(second)}" not in gateway.stderr


def test_a_check_has_its_own_time(serve, start) -> None:
    def slow(exchange: Exchange) -> None:
        time.sleep(0.3)
        exchange.send(GOOD)

    first, second = serve(slow), serve(GOOD)
    wait_left_out(start(checked(first, second, timeout="50ms")), first)


def test_how_many_checks_decide_is_written(serve, start) -> None:
    first, second = serve(in_turn(BAD, GOOD, BAD, BAD, GOOD)), serve(GOOD)
    gateway = start(checked(first, second, unhealthy=1, healthy=1))
    wait_left_out(gateway, first)
    gateway.wait_for_line(lambda text: "asked again" in text and f"host={label(first)}" in text)
    first.wait_for(8)
    assert gateway.stderr.count("left out") == 2


def test_two_checks_in_a_row_decide_if_that_is_written(serve, start) -> None:
    first, second = serve(in_turn(BAD, GOOD, BAD, BAD, GOOD, BAD, GOOD, GOOD)), serve(GOOD)
    gateway = start(checked(first, second, unhealthy=2, healthy=2))
    wait_left_out(gateway, first)
    assert len(first.received) >= 4
    gateway.wait_for_line(lambda text: "asked again" in text)
    assert len(first.received) >= 8


@pytest.mark.parametrize(("factor", "left_out"), [(2, True), (1000, False)])
def test_a_host_that_is_much_slower_is_left_out(serve, start, factor, left_out) -> None:
    def slow(exchange: Exchange) -> None:
        time.sleep(0.2)
        exchange.send(GOOD)

    first, second = serve(slow), serve(GOOD)
    rules = {"passive": {"slow": {"factor": factor, "calls": 3}}}
    gateway = start(service(endpoint("/e", several(first, second, health=rules))), "--workers", "1")
    assert [gateway.get("/e").status for _ in range(16)] == [200] * 16
    if left_out:
        gateway.wait_for_line(lambda text: "left out" in text and f"host={label(first)}" in text
                              and "reason=slow" in text)
        assert len(first.received) == 6  # its second average, the first with one to compare
    else:
        assert len(first.received) == 8 and "left out" not in gateway.stderr
