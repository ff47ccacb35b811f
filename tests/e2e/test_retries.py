"""Calls that are made again, and a second time, over real connections."""

from __future__ import annotations

from backends import hang, json_reply, reply, then_close
from management import Management
from settings import backend, endpoint, pass_through, service
from test_ejection import JSON, ONE, label, managed, several

GOOD = json_reply({"ok": 1})


def again(*servers, **keys: object) -> dict:
    part = several(*servers)
    part["extra_config"] = {"backend/health": False, "backend/retry": keys}
    return part


def test_the_next_try_goes_to_another_host(serve, start, nobody) -> None:
    for bad in (serve(then_close(b"")), serve(reply(b"", 503)), serve(hang)):
        good = serve(GOOD)
        gateway = start(service(endpoint("/e", again(bad, good, try_timeout="300ms"))),
                        *JSON, *ONE)
        assert [gateway.get("/e").status for _ in range(4)] == [200] * 4
        assert len(good.received) == 4
        told = gateway.access("/e")["backends"][0]
        assert (told["host"], told["tries"]) == (label(good), 2)


def test_metrics_count_retries_by_their_reason(serve, start) -> None:
    bad, good = serve(reply(b"", 503)), serve(GOOD)
    gateway = start(managed(endpoint("/e", again(bad, good))), *ONE)
    for _ in range(6):
        gateway.get("/e")
    metrics = Management(gateway)
    assert metrics.sum("aggregator_retries_total", reason="status") == 3
    assert metrics.sum("aggregator_retries_total") == 3


def test_a_body_is_sent_again_from_its_beginning(serve, start) -> None:
    large = b"0123456789" * 30_000
    origin = serve(lambda exchange: exchange.send(
        GOOD if len(origin.received) > 1 else reply(b"", 503)))
    part = backend(origin, extra_config={"backend/retry": {"methods": ["PUT"]}})
    gateway = start(service(pass_through("/e", part, method="PUT")), *ONE)
    assert gateway.ask("PUT", "/e", body=large).status == 200
    assert [request.body for request in origin.received] == [large, large]


def test_a_slow_host_is_overtaken_by_another(serve, start) -> None:
    slow, good = serve(hang), serve(GOOD)
    part = several(slow, good)
    part["extra_config"] = {"backend/health": {"passive": {"failures": 1}},
                            "backend/hedge": {"after": "30ms"}}
    gateway = start(managed(endpoint("/e", part)), *ONE)
    assert [gateway.get("/e").status for _ in range(8)] == [200] * 8
    assert len(slow.received) == 4 and len(good.received) == 8
    slow.wait_gone(4)
    metrics = Management(gateway)
    assert metrics.sum("aggregator_hedges_total", outcome="taken") == 4
    assert metrics.sum("aggregator_host_ejections_total") == 0
