"""Shadows under control: which requests are copied, what a copy looks like, and what it may cost.
Each test is named after what it does better than other gateways."""

from __future__ import annotations

import re
import threading

import pytest

import wire
from backends import Backend, gated, hang, ignore, json_reply, reply
from gateway import aggregator
from settings import backend, endpoint, pass_through, service, shadow

LIVE = json_reply({"live": 1})
SHADOW = json_reply({"shadow": 1})
MANY = 300  # requests of the tests that repeat


def losses(gateway, reason: str) -> int:
    """How many copies ended that way, by the counters of all workers."""
    gateway.settle()
    before = len(gateway.reports("counters"))
    gateway.counters()
    text = "\n".join(gateway.reports("counters")[before:])
    return sum(map(int, re.findall(rf"\b{reason}=(\d+)", text)))


def balance(gateway) -> dict[str, int]:
    """The counters, every copy of which is accounted for."""
    counted = gateway.counters()
    ends = ("shadow_finished", "shadow_dropped", "shadow_in_flight")
    assert counted["shadow_eligible"] == sum(counted[name] for name in ends)
    return counted


def test_unlike_nginx_a_slow_shadow_holds_no_request_of_its_client_back(serve, start) -> None:
    gate = threading.Event()
    live, copy = serve(LIVE), serve(gated(gate, SHADOW))
    gateway = start(service(endpoint("/e", backend(live), shadow(copy))), "--workers", "1")
    with gateway.client() as client:
        for _ in range(100):  # all on one connection, while no copy has been answered
            assert client.ask("GET", "/e").json == {"live": 1}
    assert balance(gateway)["shadow_in_flight"] == 100
    gate.set()
    gateway.settle()
    assert balance(gateway)["shadow_finished"] == 100


def test_an_unreachable_shadow_costs_no_descriptor_and_every_copy_is_told(
        serve, start, nobody) -> None:
    rules = {"limits": {"breaker": {"errors": 20, "cooldown": "1h"}}}
    point = endpoint("/e", backend(serve(LIVE)), shadow(nobody, rules=rules))
    gateway = start(service(point), "--workers", "1")
    with gateway.client() as client:
        assert client.ask("GET", "/e").json == {"live": 1}
        gateway.settle()
        descriptors = gateway.descriptors()
        for _ in range(MANY):
            assert client.ask("GET", "/e").json == {"live": 1}
        gateway.settle()
        assert gateway.descriptors() == descriptors
    assert balance(gateway)["shadow_dropped"] == MANY + 1
    assert losses(gateway, "connect") >= 20
    assert losses(gateway, "connect") + losses(gateway, "breaker") == MANY + 1


def test_unlike_envoy_an_upload_never_waits_for_a_shadow_that_does_not_read(serve, start) -> None:
    live, copy = serve(LIVE), serve(ignore, early=True)
    rules = {"limits": {"max_body": "200MiB", "queue_bytes": "4MiB"}}
    deaf = shadow(copy, rules=rules, timeout="1h")
    gateway = start(service(pass_through("/e", backend(live), deaf, method="POST")),
                    "--workers", "1")
    assert gateway.ask("POST", "/e", body=bytes(100 << 20)).json == {"live": 1}
    assert len(live.received[0].body) == 100 << 20
    copy.wait_gone()
    assert losses(gateway, "lagging") == 1
    assert gateway.memory_peak_kib() < (200 << 10)


def test_unlike_krakend_a_large_failing_answer_leaks_no_connection(serve, start) -> None:
    copy = serve(reply(b"x" * (10 << 20), status=500))
    point = endpoint("/e", backend(serve(LIVE)), shadow(copy))
    gateway = start(service(point), "--workers", "1")
    with gateway.client() as client:
        assert client.ask("GET", "/e").json == {"live": 1}
        gateway.settle()
        descriptors = gateway.descriptors()
        for _ in range(MANY // 4):
            assert client.ask("GET", "/e").json == {"live": 1}
        gateway.settle()
        assert gateway.descriptors() <= descriptors
    assert balance(gateway)["shadow_finished"] == MANY // 4 + 1


def test_a_body_one_byte_over_the_limit_is_counted_and_the_client_sees_nothing(
        serve, start) -> None:
    live, copy = serve(LIVE), serve(SHADOW)
    rules = {"limits": {"max_body": 1000}}
    point = endpoint("/e", backend(live), shadow(copy, rules=rules), method="POST")
    gateway = start(service(point), "--workers", "1")
    for size in (1000, 1001):
        assert gateway.ask("POST", "/e", body=b"x" * size).json == {"live": 1}
    assert losses(gateway, "body_too_large") == 1
    assert [len(received.body) for received in copy.received] == [1000]


def test_unlike_krakend_each_shadow_has_its_own_deadline(serve, start) -> None:
    hasty, patient = serve(hang), serve(hang)
    point = endpoint("/e", backend(serve(LIVE)), shadow(hasty, timeout="300ms"),
                     shadow(patient, timeout="3s"), timeout="100ms")
    gateway = start(service(point), "--workers", "1")
    assert gateway.get("/e").json == {"live": 1}
    hasty.wait_gone()
    assert patient.gone == 0
    patient.wait_gone()
    assert losses(gateway, "timeout") == 2


def test_unlike_krakend_concurrent_calls_make_one_copy(serve, start) -> None:
    live, copy = serve(LIVE), serve(SHADOW)
    point = endpoint("/e", backend(live), shadow(copy), concurrent_calls=3)
    gateway = start(service(point), "--workers", "1")
    assert gateway.get("/e").json == {"live": 1}
    gateway.settle()
    assert len(copy.received) == 1


def test_unlike_krakend_a_shadow_that_is_no_boolean_does_not_start(write_config) -> None:
    wrong = backend("http://localhost", extra_config={"proxy": {"shadow": "true"}})
    path = write_config(service(endpoint("/e", backend("http://localhost"), wrong)))
    ended = aggregator("--config", path)
    assert ended.returncode == 1
    assert "expected true or false" in ended.stderr


def copied_users(gateway, copy: Backend, users: int) -> set[str]:
    before = len(copy.received)
    with gateway.client() as client:
        for user in range(users):
            assert client.ask("GET", "/e", {"X-User": f"u{user}"}).status == 200
    gateway.settle()
    return {received.get("X-User") for received in copy.received[before:]}


def test_the_same_users_are_copied_after_a_restart_and_smaller_sets_lie_inside(
        serve, start) -> None:
    def run(percentage: float) -> set[str]:
        copy = serve(SHADOW)
        rules = {"sample": {"percentage": percentage, "by": "header:X-User"}}
        point = endpoint("/e", backend(serve(LIVE)), shadow(copy, rules=rules),
                         input_headers=["X-User"])
        return copied_users(start(service(point), "--workers", "2"), copy, 400)

    five, ten, again = run(5), run(10), run(10)
    assert five < ten == again
    assert 15 < len(ten) < 80


@pytest.mark.parametrize("credentials", [None, "pass"])
def test_credentials_stay_at_the_live_hosts_unless_they_are_passed(
        serve, start, credentials) -> None:
    live, copy = serve(LIVE), serve(SHADOW)
    request = {"credentials": credentials} if credentials else {}
    point = endpoint("/e", backend(live), shadow(copy, rules={"request": request, "log": "all"}),
                     input_headers=["*"])
    gateway = start(service(point), "--log-level", "debug")
    secrets = {"Authorization": "Bearer s3cr3t", "Cookie": "session=s3cr3t",
               "X-Api-Key": "s3cr3t", "Accept": "a/b"}
    assert gateway.get("/e", secrets).json == {"live": 1}
    received = copy.wait_for()[0]
    assert received.get("Accept") == "a/b"
    for name in ("Authorization", "Cookie", "X-Api-Key"):
        assert live.received[0].get(name) == secrets[name]
        assert received.get(name) == (secrets[name] if credentials else None)
    gateway.wait_for_line(lambda line: "a shadow answered" in line)
    assert "s3cr3t" not in gateway.stderr


@pytest.mark.parametrize("credentials", [None, "pass"])
def test_no_redirect_of_a_shadow_takes_a_copy_elsewhere_whatever_is_passed(
        serve, start, credentials) -> None:
    there = serve(SHADOW)
    copy = serve(reply(b"", 302, f"Location: {there.host}/there\r\n"))
    rules = {"request": {"credentials": credentials} if credentials else {}}
    allowed = {"proxy/shadow": {"allowed_hosts": [copy.host.removeprefix("http://")],
                                "credential_headers": ["X-Session"]}}
    point = endpoint("/e", backend(serve(LIVE)), shadow(copy, rules=rules), input_headers=["*"])
    gateway = start(service(point, extra_config=allowed))
    secrets = {"Authorization": "Bearer s", "Cookie": "s=1", "X-Api-Key": "k", "X-Session": "s"}
    assert gateway.get("/e", secrets | {"Accept": "a/b"}).json == {"live": 1}
    gateway.settle()
    for name, value in secrets.items():
        assert copy.received[0].get(name) == value
    assert there.received == []


def test_a_copy_that_comes_back_is_not_copied_again(serve, start) -> None:
    copy = serve(SHADOW)
    point = endpoint("/e", backend(serve(LIVE)), shadow(copy, rules={"name": "v2"}))
    gateway = start(service(point), "--workers", "1")
    assert gateway.get("/e").json == {"live": 1}
    marker = copy.wait_for()[0].get("X-Shadow")
    assert gateway.get("/e", {"X-Shadow": marker}).json == {"live": 1}
    assert losses(gateway, "loop") == 1
    assert len(copy.received) == 1


def test_a_copy_has_the_headers_and_the_host_that_its_rules_say(serve, start) -> None:
    copy = serve(SHADOW)
    rules = {"name": "v2", "request": {
        "host": "suffix",
        "headers": [{"name": "X-Trace", "value": "{#request.id} {request.method} {param.id}"}]}}
    point = endpoint("/e/{id}", backend(serve(LIVE), "/{id}"), shadow(copy, "/{id}", rules=rules))
    gateway = start(service(point))
    gateway.get("/e/7", {"X-Request-Id": "r1"})
    received = copy.wait_for()[0]
    assert received.get("X-Trace") == "r1 GET 7"
    assert received.get("Host") == "gateway.test-shadow"
    assert re.fullmatch(r"[^;]+;v2;1", received.get("X-Shadow"))


def test_a_trace_goes_on_to_the_live_backend_and_its_child_to_the_shadow(serve, start) -> None:
    live, copy = serve(LIVE), serve(SHADOW)
    gateway = start(service(endpoint("/e", backend(live), shadow(copy))))
    trace, span = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    headers = {"traceparent": f"00-{trace}-{span}-01", "tracestate": "a=b"}
    assert gateway.get("/e", headers).json == {"live": 1}
    assert live.wait_for()[0].get("traceparent") == headers["traceparent"]
    received = copy.wait_for()[0]
    assert received.get("tracestate") == "a=b"
    child = re.fullmatch(rf"00-{trace}-([0-9a-f]{{16}})-01", received.get("traceparent"))
    assert child and child[1] != span


def test_a_sequential_shadow_gets_the_values_of_the_place_where_it_stands(serve, start) -> None:
    first = serve(json_reply({"id": "42", "name": "n"}))
    second, copy = serve(LIVE), serve(SHADOW)
    point = endpoint("/e", backend(first), shadow(copy, "/copy/{resp0_id}/{resp0_name}"),
                     backend(second, "/live/{resp0_id}"),
                     extra_config={"proxy": {"sequential": True}})
    gateway = start(service(point))
    assert gateway.get("/e").status == 200
    assert copy.wait_for()[0].target == "/copy/42/n"
    assert second.received[0].target == "/live/42"


def test_a_sequential_shadow_of_a_step_that_is_not_reached_is_not_asked(serve, start) -> None:
    first, second, copy = serve(reply(status=500)), serve(LIVE), serve(SHADOW)
    point = endpoint("/e", backend(first), shadow(copy, "/copy/{resp0_id}"),
                     backend(second, "/live/{resp0_id}"),
                     extra_config={"proxy": {"sequential": True}})
    gateway = start(service(point), "--workers", "1")
    assert gateway.get("/e").status == 500
    gateway.settle()
    assert copy.received == []
    assert balance(gateway)["shadow_eligible"] == 0


def test_a_sequential_shadow_gets_a_streamed_body_too(serve, start) -> None:
    first, second, copy = serve(json_reply({"id": "42"})), serve(LIVE), serve(SHADOW)
    point = endpoint("/e", backend(first), shadow(copy, "/copy/{resp0_id}"),
                     backend(second, "/live/{resp0_id}"), method="POST",
                     extra_config={"proxy": {"sequential": True}})
    gateway = start(service(point))
    body = bytes(range(256)) * 2000
    assert gateway.ask("POST", "/e", body=body).status == 200
    received = copy.wait_for()[0]
    assert (received.target, received.body) == ("/copy/42", body)


def test_an_answer_can_wait_for_its_copy(serve, start) -> None:
    gate = threading.Event()
    live, copy = serve(LIVE), serve(gated(gate, SHADOW))
    point = endpoint("/e", backend(live), shadow(copy, rules={"wait": True}))
    gateway = start(service(point), "--workers", "1")
    with gateway.client() as client:
        client.send(wire.request("GET", "/e"))
        copy.wait_for()
        gateway.counters()  # a turn of the loop, and still no answer
        assert client.is_silent()
        gate.set()
        assert client.answer("GET").json == {"live": 1}


def test_each_copy_is_one_record_of_the_log(serve, start) -> None:
    copy = serve(SHADOW)
    point = endpoint("/e", backend(serve(LIVE)),
                     shadow(copy, rules={"name": "v2", "log": "all"}))
    gateway = start(service(point), "--log-format", "json")
    gateway.get("/e", {"X-Request-Id": "r1"})
    line = gateway.wait_for_line(lambda text: "a shadow answered" in text)
    for part in ('"endpoint":"GET /e"', '"shadow":"v2"', '"request_id":"r1"', '"status":200',
                 '"received_bytes":12', '"took_ms":'):
        assert part in line


def test_copies_that_cannot_be_made_do_not_flood_the_log(serve, start) -> None:
    copy = serve(hang)
    rules = {"limits": {"concurrency": 1, "queue": 1}}
    point = endpoint("/e", backend(serve(LIVE)), shadow(copy, rules=rules))
    gateway = start(service(point), "--workers", "1")
    with gateway.client() as client:
        for _ in range(50):
            assert client.ask("GET", "/e").json == {"live": 1}
    assert balance(gateway)["shadow_dropped"] == 48
    told = [line for line in gateway.lines if "a shadow copy was lost" in line]
    assert len(told) == 1
    assert "reason=queue_full" in told[0]
    copy.stop()
    gateway.settle()
    gateway.signal()
    gateway.wait()
    assert any("reason=queue_full" in line and "copies=47" in line for line in gateway.lines)
