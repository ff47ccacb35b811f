"""Settings of shadows: which requests are copied and what a copy is, seen by the shadow itself."""

from __future__ import annotations

import re
import threading
import time

import pytest

import wire
from backends import gated, json_reply, reply, then_close
from settings import backend, endpoint, service, shadow

GOOD = json_reply({"a": 1})
ONE = ("--workers", "1")


@pytest.fixture
def copied(serve, start):
    """Asks, and returns what the shadow got: one list entry for each copy, in order."""

    def run(rules: dict, *requests: tuple, path: str = "/e/{id}", method: str = "GET",
            own: dict | None = None, script=GOOD, workers: int = 1, keep: bool = False):
        live, other = serve(GOOD), serve(script)
        point = endpoint(path, backend(live), shadow(other, rules={"name": "s", **rules}),
                         method=method, input_headers=["*"], input_query_strings=["*"])
        config = service(point)
        if own:
            config["extra_config"] = {"proxy/shadow": own}
        gateway = start(config, "--workers", str(workers))
        for target, headers, *body in requests:
            assert gateway.ask(method, target, headers, *body).status == 200
        gateway.settle()
        return (other.received, gateway) if keep else other.received

    return run


def targets(rules: dict, copied, *requests: tuple) -> list[bool]:
    """Which of the requests were copied: each has its own value of a marking query string."""
    marked = [(f"{target}{'&' if '?' in target else '?'}n={i}", headers)
              for i, (target, headers) in enumerate(requests)]
    seen = {one.start for one in copied(rules, *marked)}
    return [any(re.search(rf"\bn={i}\b", start) for start in seen) for i in range(len(requests))]


PLAIN = ("/e/7", {})


@pytest.mark.parametrize(("condition", "fits", "misses"), [
    ({"header": "X-A", "equals": "one"}, ("/e/7", {"X-A": "one"}), ("/e/7", {"X-A": "once"})),
    ({"header": "X-A", "prefix": "on"}, ("/e/7", {"X-A": "one"}), ("/e/7", {"X-A": "son"})),
    ({"header": "X-A", "matches": "^o.e$"}, ("/e/7", {"X-A": "one"}), ("/e/7", {"X-A": "o"})),
    ({"header": "X-A", "present": True}, ("/e/7", {"X-A": ""}), PLAIN),
    ({"header": "X-A", "present": False}, PLAIN, ("/e/7", {"X-A": ""})),
    ({"query": "q", "equals": "1"}, ("/e/7?q=1", {}), ("/e/7?q=11", {})),
    ({"param": "id", "equals": "7"}, PLAIN, ("/e/77", {})),
    ({"cookie": "c", "equals": "1"}, ("/e/7", {"Cookie": "b=2; c=1"}),
     ("/e/7", {"Cookie": "c=11"})),
])
def test_when_chooses_by_a_condition(copied, condition, fits, misses) -> None:
    assert targets({"sample": {"when": [condition]}}, copied, fits, misses) == [True, False]


def test_when_wants_all_conditions(copied) -> None:
    when = [{"header": "X-A", "present": True}, {"query": "q", "equals": "1"}]
    requests = [("/e/7", {"X-A": "1"}), ("/e/7?q=1", {}), ("/e/7?q=1", {"X-A": "1"})]
    assert targets({"sample": {"when": when}}, copied, *requests) == [False, False, True]


@pytest.mark.parametrize(("methods", "method", "count"), [
    (["GET"], "GET", 1), (["POST"], "GET", 0), ("safe", "GET", 1), ("safe", "POST", 0)])
def test_methods_are_those_that_are_copied(copied, methods, method, count) -> None:
    request = ("/e/7", {}) if method == "GET" else ("/e/7", {}, b"x")
    assert len(copied({"sample": {"methods": methods}}, request, method=method)) == count


@pytest.mark.parametrize(("enabled", "count"), [(True, 1), (False, 0)])
def test_enabled_is_whether_there_are_copies_at_all(copied, enabled, count) -> None:
    assert len(copied({"enabled": enabled}, PLAIN)) == count


@pytest.mark.parametrize(("percentage", "count"), [(0, 0), (100, 20)])
def test_percentage_at_its_ends(copied, percentage, count) -> None:
    assert len(copied({"sample": {"percentage": percentage}}, *[PLAIN] * 20)) == count


@pytest.mark.parametrize("burst", [1, 3])
def test_burst_is_how_many_may_come_at_once(copied, burst) -> None:
    rules = {"sample": {"max_rate": 0.001, "burst": burst}}
    assert len(copied(rules, *[PLAIN] * 6)) == burst


def test_max_rate_lets_later_copies_through(copied) -> None:
    rules = {"sample": {"max_rate": 1000000, "burst": 1}}
    assert len(copied(rules, *[PLAIN] * 6)) == 6


def test_by_and_salt_decide_who_is_copied(copied) -> None:
    users = [("/e/7", {"X-User": str(n)}) for n in range(60)]

    def chosen(salt: str) -> list[bool]:
        rules = {"sample": {"percentage": 50, "by": "header:X-User", "salt": salt}}
        return targets(rules, copied, *users)

    first = chosen("a")
    assert first == chosen("a")
    assert first != chosen("b")
    assert 0 < sum(first) < 60


def test_headers_of_a_copy_are_set_added_and_removed(copied) -> None:
    rules = {"request": {"headers": {"set": {"X-Set": "new"}, "add": {"X-Add": "2"},
                                     "remove": ["X-Gone"]}}}
    one, = copied(rules, ("/e/7", {"X-Set": "old", "X-Add": "1", "X-Gone": "1", "X-Kept": "1"}))
    assert one.all("X-Set") == ["new"]
    assert one.all("X-Add") == ["1", "2"]
    assert (one.get("X-Gone"), one.get("X-Kept")) == (None, "1")


def test_a_list_of_headers_has_names_and_values(copied) -> None:
    one, = copied({"request": {"headers": [{"name": "X-One", "value": "1"}]}}, PLAIN)
    assert one.get("X-One") == "1"


@pytest.mark.parametrize(("host", "expected"), [
    ({"host": "keep"}, "public.test"), ({"host": "other.test"}, "other.test"),
    ({"host": "suffix", "host_suffix": "-next"}, "public.test-next")])
def test_host_of_a_copy(copied, host, expected) -> None:
    one, = copied({"request": host}, ("/e/7", {"Host": "public.test"}))
    assert one.get("Host") == expected


def test_marker_and_instance_name_where_a_copy_comes_from(copied) -> None:
    one, = copied({"request": {"marker": "X-Copy"}}, PLAIN, own={"instance": "gw-1"})
    assert one.get("X-Copy") == "gw-1;s;1"
    assert one.get("X-Shadow") is None
    one, = copied({"request": {"marker": False}}, PLAIN)
    assert one.get("X-Shadow") is None


@pytest.mark.parametrize(("body", "sent"), [("copy", b"x"), ("none", b"")])
def test_body_of_a_copy(copied, body, sent) -> None:
    one, = copied({"request": {"body": body}}, ("/e/7", {}, b"x"), method="POST")
    assert one.body == sent


@pytest.mark.parametrize(("size", "count"), [(1000, 1), (1001, 0)])
def test_max_body_of_a_copy(copied, size, count) -> None:
    assert len(copied({"limits": {"max_body": 1000}}, ("/e/7", {}, b"x" * size),
                      method="POST")) == count


@pytest.mark.parametrize(("size", "count"), [(300_000, 1), (300_001, 0)])
def test_max_body_of_a_copy_whose_length_nobody_says(copied, size, count) -> None:
    body = wire.chunked(*[b"x" * 1000] * 299, b"x" * (size - 299_000))
    request = ("/e/7", {"Transfer-Encoding": "chunked"}, body)
    assert len(copied({"limits": {"max_body": 300_000}}, request, method="POST")) == count


@pytest.mark.parametrize(("size", "connections"), [(1000, 1), (1001, 2)])
def test_an_answer_above_max_response_costs_its_connection(serve, start, size,
                                                           connections) -> None:
    other = serve(reply(b"x" * size))
    rules = {"limits": {"max_response": 1000}}
    gateway = start(service(endpoint("/e", backend(serve(GOOD)), shadow(other, rules=rules))),
                    *ONE)
    for _ in range(2):
        assert gateway.get("/e").status == 200
        gateway.settle()  # no two copies at once, which would take a connection each
    assert [one.connection for one in other.received] == [1, connections]


def test_defaults_are_for_shadows_that_do_not_say_otherwise(copied) -> None:
    own = {"defaults": {"enabled": False, "request": {"marker": "X-Default"}}}
    assert copied({}, PLAIN, own=own) == []
    one, = copied({"enabled": True}, PLAIN, own=own)
    assert one.get("X-Default") is not None


@pytest.mark.parametrize(("default", "own"), [
    ({"expires": "2020-01-01T00:00:00Z"}, {"expires": "none"}),
    ({"sample": {"percentage": 0}}, {"sample": {"percentage": 100}}),
    ({"limits": {"max_body": 1}}, {"limits": {"max_body": 2}}),
], ids=["expires", "sample", "limits"])
def test_defaults_decide_whether_there_is_a_copy_unless_the_shadow_says_otherwise(
        copied, default, own) -> None:
    request = ("/e/7", {}, b"xx")
    assert copied({}, request, method="POST", own={"defaults": default}) == []
    assert len(copied(own, request, method="POST", own={"defaults": default})) == 1


@pytest.mark.parametrize(("rules", "lines"), [({}, 1), ({"log": "off"}, 0)])
def test_defaults_decide_what_is_logged_unless_the_shadow_says_otherwise(copied, rules,
                                                                         lines) -> None:
    _, gateway = copied(rules, PLAIN, own={"defaults": {"log": "all"}}, keep=True)
    assert sum("a shadow answered" in line for line in gateway.lines) == lines


@pytest.mark.parametrize(("rules", "waits"), [({}, True), ({"wait": False}, False)])
def test_defaults_decide_whether_an_answer_waits_unless_the_shadow_says_otherwise(
        serve, start, rules, waits) -> None:
    gate = threading.Event()
    other = serve(gated(gate, GOOD))
    config = service(endpoint("/e", backend(serve(GOOD)), shadow(other, rules=rules)))
    config["extra_config"] = {"proxy/shadow": {"defaults": {"wait": True}}}
    gateway = start(config, *ONE)
    with gateway.client() as client:
        client.send(wire.request("GET", "/e"))
        other.wait_for()
        if waits:
            gateway.counters()  # a turn of the loop, and still no answer
            assert client.is_silent()
            gate.set()
        assert client.answer().status == 200
        gate.set()


SECRETS = ("/e/7", {"Authorization": "a", "X-Session": "s"})


@pytest.mark.parametrize(("allowed", "passed"), [([], None), (["127.0.0.1"], "a"),
                                                 (["127.0.0.2"], None)])
def test_allowed_hosts_are_given_credentials(copied, allowed, passed) -> None:
    one, = copied({}, SECRETS, own={"allowed_hosts": allowed})
    assert one.get("Authorization") == passed


@pytest.mark.parametrize(("names", "passed"), [([], "s"), (["X-Session"], None)])
def test_credential_headers_are_kept_back_like_the_usual_ones(copied, names, passed) -> None:
    one, = copied({}, SECRETS, own={"credential_headers": names})
    assert (one.get("Authorization"), one.get("X-Session")) == (None, passed)


@pytest.fixture
def held(serve, start):
    """How many copies reach a shadow that answers none of them, and how many are dropped."""

    def run(rules: dict, own: dict, count: int, body: bytes | None = None) -> tuple[int, int]:
        gate = threading.Event()
        other = serve(gated(gate, GOOD))
        point = endpoint("/e", backend(serve(GOOD)), shadow(other, rules=rules), method="POST")
        config = service(point)
        config["extra_config"] = {"proxy/shadow": own}
        gateway = start(config, *ONE)
        for _ in range(count):
            assert gateway.ask("POST", "/e", body=body or b"").status == 200
        dropped = gateway.counters()["shadow_dropped"]
        other.wait_for(min(count - dropped, rules.get("limits", {}).get("concurrency", count)))
        reached = len(other.received)
        gate.set()
        gateway.settle()
        return reached, dropped

    return run


def test_budget_max_in_flight_is_for_all_copies(held) -> None:
    assert held({}, {"budget": {"max_in_flight": 3}}, 5) == (3, 2)


def test_concurrency_and_queue(held) -> None:
    assert held({"limits": {"concurrency": 2, "queue": 1}}, {}, 5) == (2, 2)


HEAD_MAX = 4096  # more than a copy's head takes while it waits with its body
WAITING = [
    (1000, 1000, 2, 0),  # the first copy is under way, the second waits: its body just fits
    (1001, 1000, 2, 1),
    (1000, 1999, 3, 1),  # two bodies are larger than the limit, whatever else is counted
    (1000, 2000 + 2 * HEAD_MAX, 3, 0),
]


@pytest.mark.parametrize(("size", "limit", "count", "dropped"), WAITING)
def test_queue_bytes_is_what_waiting_bodies_may_have(held, size, limit, count, dropped) -> None:
    limits = {"concurrency": 1, "queue": 100, "queue_bytes": limit}
    assert held({"limits": limits}, {}, count, b"x" * size) == (1, dropped)


@pytest.mark.parametrize(("size", "limit", "count", "dropped"), WAITING)
def test_budget_max_bytes_is_what_all_waiting_bodies_may_have(held, size, limit, count,
                                                              dropped) -> None:
    limits = {"concurrency": 1, "queue": 100}
    own = {"budget": {"max_bytes": limit}}
    assert held({"limits": limits}, own, count, b"x" * size) == (1, dropped)


@pytest.mark.parametrize(("breaker", "dropped"), [
    ({"errors": 2, "window": "60s", "cooldown": "60s"}, 3), ({"errors": 9}, 0), (False, 0)])
def test_breaker_ends_copies_after_so_many_errors(serve, start, nobody, breaker, dropped) -> None:
    rules = {"limits": {"breaker": breaker}}
    gateway = start(service(endpoint("/e", backend(serve(GOOD)), shadow(nobody, rules=rules))),
                    *ONE)
    for _ in range(5):
        assert gateway.get("/e").status == 200
        gateway.settle()
    found = gateway.reports("counters")[-1]
    assert f"breaker={dropped}" in found if dropped else "breaker=" not in found


@pytest.mark.parametrize(("breaker", "count"), [
    ({"errors": 2, "window": "60s", "cooldown": "60s"}, 2),
    ({"errors": 2, "window": "100ms", "cooldown": "60s"}, 3),  # never two failures within it
    ({"errors": 1, "window": "60s", "cooldown": "60s"}, 1),
    ({"errors": 1, "window": "60s", "cooldown": "100ms"}, 3),  # each is a trial
])
def test_window_and_cooldown_of_the_breaker(serve, start, breaker, count) -> None:
    other = serve(then_close(b""))
    rules = {"limits": {"breaker": breaker}}
    gateway = start(service(endpoint("/e", backend(serve(GOOD)), shadow(other, rules=rules),
                                     method="POST")), *ONE)
    for _ in range(3):
        assert gateway.ask("POST", "/e").status == 200
        gateway.settle()
        time.sleep(0.2)
    assert len(other.received) == count


def test_a_trial_of_the_breaker_that_is_not_sent_leaves_the_next_copy_one(serve, start) -> None:
    other = serve(then_close(b""))
    limits = {"max_body": 10, "breaker": {"errors": 1, "window": "60s", "cooldown": "100ms"}}
    gateway = start(service(endpoint("/e", backend(serve(GOOD)),
                                     shadow(other, rules={"limits": limits}), method="POST")),
                    *ONE)
    for body, count in ((b"", 1), (b"x" * 11, 1), (b"x" * 10, 2)):
        assert gateway.ask("POST", "/e", body=body).status == 200
        gateway.settle()
        assert len(other.received) == count
        time.sleep(0.2)


@pytest.mark.parametrize(("expires", "says"), [
    ("2020-01-01T00:00:00Z", "a shadow has expired"), (None, "a shadow stops soon")])
def test_expires_is_told_without_a_management_interface(serve, start, expires, says) -> None:
    soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 1800))
    copies = shadow(serve(GOOD), rules={"name": "v2", "expires": expires or soon})
    gateway = start(service(endpoint("/e", backend(serve(GOOD)), copies)))
    assert "shadow=v2" in gateway.wait_for_line(lambda line: says in line)


def test_expires_ends_copies(copied) -> None:
    assert copied({"expires": "2020-01-01T00:00:00Z"}, PLAIN) == []
    assert len(copied({"expires": "2048-01-01T00:00:00Z"}, PLAIN)) == 1


@pytest.mark.parametrize(("log", "script", "lines"), [
    ("off", GOOD, 0), ("errors", GOOD, 0), ("all", GOOD, 1)])
def test_log_says_which_copies_have_a_line(copied, log, script, lines) -> None:
    _, gateway = copied({"log": log}, PLAIN, script=script, keep=True)
    assert sum("a shadow answered" in line for line in gateway.lines) == lines
