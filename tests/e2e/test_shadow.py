"""Shadow backends: they get their copy, and nothing of them is ever seen or felt by the client."""

from __future__ import annotations

import threading

import pytest

import wire
from backends import (Backend, chunked_reply, gated, hang, ignore, json_reply, reply, then_close,
                      then_hang, then_reset)
from settings import backend, endpoint, pass_through, service, shadow

LIVE = json_reply({"live": 1})
SHADOW = json_reply({"shadow": 1, "live": "not this"})


@pytest.fixture
def pair(serve, start):
    """A gateway with `/e` before a live and a shadow backend with these scripts."""

    def run(live_script, shadow_script, timeout=None, router=None, **more):
        live, copy = serve(live_script), serve(shadow_script)
        point = endpoint("/e", backend(live), shadow(copy, timeout=timeout), **more)
        return start(service(point, router=router), "--workers", "1"), live, copy

    return run


def test_a_shadow_gets_its_copy_and_its_answer_is_never_merged(pair) -> None:
    gateway, live, copy = pair(LIVE, SHADOW)
    answer = gateway.get("/e")
    assert (answer.status, answer.text) == (200, '{"live":1}')
    assert answer.get("X-Aggregator-Completed") == "true"
    assert len(live.wait_for()) == len(copy.wait_for()) == 1


@pytest.mark.parametrize("script", [
    then_close(b""), then_reset(b""), then_close(b"noise\r\n\r\n"), reply(b"", status=500),
    then_reset(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"), reply(b"no json"),
    reply(b"", headers="X: " + "y" * 100_000 + "\r\n"),
], ids=["closes", "resets", "noise", "500", "resets in its body", "no json", "large head"])
def test_a_shadow_that_fails_changes_nothing(pair, script) -> None:
    gateway, _, copy = pair(LIVE, script)
    with gateway.client() as client:
        for n in range(1, 4):
            answer = client.ask("GET", "/e")
            assert (answer.status, answer.text) == (200, '{"live":1}')
            assert answer.get("X-Aggregator-Completed") == "true"
            copy.wait_for(n)


def test_a_shadow_that_nobody_runs_changes_nothing(serve, start, nobody) -> None:
    names = [nobody, "http://nowhere.invalid"]
    point = endpoint("/e", backend(serve(LIVE)), *map(shadow, names))
    assert start(service(point)).get("/e").text == '{"live":1}'


@pytest.mark.parametrize("script", [hang, then_hang(b"HTTP/1.1 200 OK\r\n\r\n{")],
                         ids=["says nothing", "stops in its answer"])
def test_a_shadow_that_hangs_delays_nothing(pair, script) -> None:
    gateway, _, copy = pair(LIVE, script)
    with gateway.client() as client:
        for n in range(1, 6):
            assert client.ask("GET", "/e").text == '{"live":1}'
            copy.wait_for(n)
    assert copy.gone == 0


def test_a_live_failure_is_not_mended_by_a_shadow(pair) -> None:
    gateway, _, copy = pair(reply(b"", status=500), SHADOW)
    answer = gateway.get("/e")
    assert (answer.status, answer.get("X-Aggregator-Error")) == (500, "bad_status")
    copy.wait_for()


def test_a_shadow_is_given_up_at_its_own_deadline(pair) -> None:
    gateway, _, copy = pair(LIVE, hang, timeout="200ms")
    assert gateway.get("/e").status == 200
    copy.wait_gone()


def test_without_a_deadline_of_its_own_a_shadow_has_the_endpoints(serve, start) -> None:
    copy = serve(hang)
    point = endpoint("/e", backend(serve(LIVE)), shadow(copy), timeout="500ms")
    assert start(service(point)).get("/e").status == 200
    copy.wait_gone()


def reused_after(gateway, copy: Backend, gate: threading.Event) -> None:
    """The copy's answer is let through; it was awaited if its connection serves the next copy."""
    gate.set()
    gateway.settle()
    gateway.get("/e")
    assert [received.connection for received in copy.wait_for(2)] == [1, 1]
    assert copy.gone == 0


def test_a_shadow_may_take_longer_than_the_endpoint(serve, start) -> None:
    gate = threading.Event()
    live, copy = serve(hang), serve(gated(gate, SHADOW))
    point = endpoint("/e", backend(live), shadow(copy, timeout="60s"), timeout="200ms")
    gateway = start(service(point), "--workers", "1")
    assert gateway.get("/e").get("X-Aggregator-Error") == "timeout"
    live.wait_gone()
    copy.wait_for()
    reused_after(gateway, copy, gate)


def test_a_client_that_leaves_does_not_end_the_shadow(pair) -> None:
    gate = threading.Event()
    gateway, live, copy = pair(hang, gated(gate, SHADOW))
    with gateway.client() as client:
        client.send(wire.request("GET", "/e"))
        live.wait_for()
        copy.wait_for()
    live.wait_gone()
    live.scripts = LIVE
    reused_after(gateway, copy, gate)


def test_each_shadow_has_its_own_deadline(serve, start) -> None:
    gate = threading.Event()
    brief, patient = serve(hang), serve(gated(gate, SHADOW))
    point = endpoint("/e", backend(serve(LIVE)), shadow(brief, timeout="200ms"),
                     shadow(patient, timeout="60s"))
    gateway = start(service(point), "--workers", "1")
    assert gateway.get("/e").text == '{"live":1}'
    brief.wait_gone()
    reused_after(gateway, patient, gate)


def test_connections_to_a_shadow_are_reused(pair) -> None:
    gateway, _, copy = pair(LIVE, chunked_reply(b"x" * 5000, b"y" * 70_000))
    with gateway.client() as client:
        for _ in range(10):
            assert client.ask("GET", "/e").status == 200
            gateway.settle()
    assert (len(copy.received), copy.connections) == (10, 1)


@pytest.mark.parametrize("framing", ["length", "chunks"])
@pytest.mark.parametrize("make", [endpoint, pass_through], ids=["json", "no-op"])
def test_a_shadow_gets_the_whole_body(serve, start, framing, make) -> None:
    live, copy = serve(LIVE), serve(SHADOW)
    gateway = start(service(make("/e", backend(live), shadow(copy), method="POST")))
    body = bytes(range(256)) * 500
    if framing == "length":
        answer = gateway.ask("POST", "/e", body=body)
    else:
        pieces = [body[:7], body[7:70_000], body[70_000:]]
        answer = gateway.ask("POST", "/e", {"Transfer-Encoding": "chunked"}, wire.chunked(*pieces))
    assert answer.json == {"live": 1}
    assert live.wait_for()[0].body == copy.wait_for()[0].body == body


def test_a_pass_through_endpoint_may_have_shadows(serve, start) -> None:
    live, copies = serve(reply(b"as it is", status=418)), [serve(SHADOW), serve(hang)]
    gateway = start(service(pass_through("/e", backend(live), *map(shadow, copies))))
    answer = gateway.get("/e")
    assert (answer.status, answer.body) == (418, b"as it is")
    for copy in copies:
        copy.wait_for()


def test_a_body_too_large_for_a_copy_reaches_the_live_backend_alone(serve, start) -> None:
    live, copy = serve(LIVE), serve(SHADOW)
    small = shadow(copy, rules={"limits": {"max_body": 10_000}})
    point = pass_through("/e", backend(live), small, method="POST")
    gateway = start(service(point), "--workers", "1")
    with gateway.client() as client:
        assert client.ask("POST", "/e", body=b"x" * 50_000).json == {"live": 1}
        assert client.ask("POST", "/e", body=b"small").json == {"live": 1}
    assert len(live.received[0].body) == 50_000
    copy.wait_until(lambda: any(received.body == b"small" for received in copy.received), "a copy")
    assert all(len(received.body) <= 10_000 for received in copy.received)


def test_an_upload_is_not_delayed_by_a_shadow_that_never_reads(serve, start) -> None:
    live, copy = serve(LIVE), serve(ignore, early=True)
    large = shadow(copy, rules={"limits": {"max_body": "8MiB", "queue_bytes": "1MiB"}})
    point = pass_through("/e", backend(live), large, method="POST")
    body = b"x" * (6 << 20)
    assert start(service(point)).ask("POST", "/e", body=body).json == {"live": 1}
    assert live.received[0].body == body


def test_a_copy_does_not_ask_the_client_for_its_body(serve, start, nobody) -> None:
    copy = serve(SHADOW)
    gateway = start(service(pass_through("/e", backend(nobody), shadow(copy), method="POST")),
                    "--workers", "1")
    assert gateway.ask("POST", "/e", body=b"").status == 500
    gateway.settle()  # from here on the shadow has a connection, and would be sent the body at once
    with gateway.client() as client:
        client.send(wire.request("POST", "/e", {"Expect": "100-continue", "Content-Length": "9"}))
        assert client.answer("POST").status == 500


def test_copies_beyond_the_limits_are_dropped(serve, start) -> None:
    gate = threading.Event()
    copy = serve(gated(gate, SHADOW))
    few = shadow(copy, "/{n}", rules={"limits": {"concurrency": 2, "queue": 1}})
    point = endpoint("/e/{n}", backend(serve(LIVE)), few)
    gateway = start(service(point), "--workers", "1")
    with gateway.client() as client:
        for n in range(5):
            assert client.ask("GET", f"/e/{n}").json == {"live": 1}
    copy.wait_for(2)
    gate.set()
    copy.wait_for(3)
    gateway.settle()
    assert sorted(received.target for received in copy.received) == ["/0", "/1", "/2"]
    assert gateway.counters()["shadow_dropped"] == 2


def test_a_shadow_has_its_own_method_pattern_and_headers(serve, start) -> None:
    live, copy = serve(LIVE), serve(SHADOW)
    own = shadow(copy, "/v2/{id}?dry=1", method="PUT", input_headers=["X-One"])
    point = endpoint("/e/{id}", backend(live, "/v1/{id}"), own, input_headers=["*"],
                     input_query_strings=["*"])
    gateway = start(service(point))
    assert gateway.get("/e/7?a=1", {"X-One": "1", "X-Two": "2"}).json == {"live": 1}
    received = copy.wait_for()[0]
    assert (received.method, received.target) == ("PUT", "/v2/7?dry=1&a=1")
    assert (received.get("X-One"), received.get("X-Two")) == ("1", None)
    assert (live.received[0].method, live.received[0].target) == ("GET", "/v1/7?a=1")


def test_a_refused_request_is_not_copied(pair) -> None:
    gateway, _, copy = pair(LIVE, SHADOW)
    assert gateway.ask("DELETE", "/e").status == 405
    assert gateway.get("/e").status == 200
    assert [received.method for received in copy.wait_for()] == ["GET"]


def test_many_requests_each_get_one_copy(pair) -> None:
    gateway, _, copy = pair(LIVE, SHADOW)
    with gateway.client() as client:
        for n in range(1, 101):
            client.ask("GET", "/e")
            copy.wait_for(n)
    assert len(copy.received) == 100


def test_two_workers_share_the_budget_and_the_rate(serve, start) -> None:
    live, busy, rare = serve(LIVE), serve(hang), serve(SHADOW)
    slow = endpoint("/slow", backend(live), shadow(busy))
    few = endpoint("/few", backend(live), shadow(rare, rules={
        "sample": {"max_rate": 0.0001, "burst": 4}}))
    config = service(slow, few)
    config["extra_config"] = {"proxy/shadow": {"budget": {"max_in_flight": 8}}}
    gateway = start(config, "--workers", "2")
    for _ in range(30):  # each on a connection of its own, so that both workers have some
        assert gateway.get("/few").status == 200
    gateway.settle()
    assert 2 <= len(rare.received) <= 4
    for _ in range(30):
        assert gateway.get("/slow").status == 200
    assert 4 <= gateway.counters()["shadow_in_flight"] <= 8
    assert len(busy.wait_for(4)) <= 8


def test_sigterm_lets_a_copy_that_is_under_way_come_to_its_end(pair) -> None:
    gate = threading.Event()
    gateway, _, copy = pair(LIVE, gated(gate, SHADOW), timeout="60s")
    assert gateway.get("/e").json == {"live": 1}
    copy.wait_for()
    gateway.signal()
    gateway.wait_for_line(lambda line: "ending" in line)
    assert gateway.process.poll() is None
    gate.set()
    assert gateway.wait() == 0
    left = "\n".join(gateway.reports("worker ended"))
    assert "shadow_finished=1" in left
    assert "shadow_in_flight=0" in left
