"""Hosts that are checked beside live requests, over real connections."""

from __future__ import annotations

from backends import json_reply, reply
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
