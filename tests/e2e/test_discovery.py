"""`sd: dns`: hosts that are looked up as SRV records, at a real name server."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

import wire
from backends import Backend, echo, gated, in_turn, json_reply
from gateway import aggregator
from name_servers import NameServer, Relay, address, srv
from settings import backend, endpoint, service

NAME = "_http._tcp.shop.test"
HERE = address("a.test", "127.0.0.1")
ONE = ("--workers", "1")


@pytest.fixture
def names(start: object) -> Iterator[Callable[..., NameServer]]:
    """Starts name servers: `names(record, …)`."""
    with ExitStack() as stack:

        def run(*records: str) -> NameServer:
            server = NameServer(*records)
            stack.callback(server.stop)
            return server

        yield run


@pytest.fixture
def found(start, names):
    """A gateway before the hosts of NAME, with these records, and their name server."""

    def run(*records: str, ttl: str = "1s", point: dict | None = None, **more: object):
        server = names(HERE, *records)
        part = backend(NAME, sd="dns", **(point or {}))
        gateway = start(service(endpoint("/e", part, **more), dns_cache_ttl=ttl,
                                router={"dns_servers": [server.address]}), *ONE)
        return gateway, server

    return run


def who(name: str) -> bytes:
    return json_reply({"who": name})


def record(server: Backend | str, target: str = "a.test", priority: int = 0,
           weight: int = 1) -> str:
    port = int(server.rsplit(":", 1)[1]) if isinstance(server, str) else server.port
    return srv(NAME, target, port, priority, weight)


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + wire.PATIENCE_S
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_request_goes_to_the_target_and_names_it(found, serve) -> None:
    server = serve(echo)
    seen = found(record(server))[0].get("/e").json
    assert seen["headers"]["host"] == f"a.test:{server.port}"


def test_a_name_may_be_written_with_a_scheme_and_without_sanitising(serve, start, names) -> None:
    server = serve(who("a"))
    resolver = names(HERE, record(server))
    parts = [backend(f"http://{NAME}", sd="dns"),
             backend(NAME, sd="dns", disable_host_sanitize=True)]
    points = [endpoint(f"/{n}", part) for n, part in enumerate(parts)]
    gateway = start(service(*points, router={"dns_servers": [resolver.address]}))
    assert [gateway.get(f"/{n}").json for n in range(2)] == [{"who": "a"}] * 2


def test_targets_are_asked_by_their_weights(found, serve) -> None:
    light, heavy = serve(who("light")), serve(who("heavy"))
    gateway, _ = found(record(light, weight=10), record(heavy, weight=30))
    with gateway.client() as client:
        for _ in range(8):
            assert client.ask("GET", "/e").status == 200
    assert (len(light.received), len(heavy.received)) == (2, 6)


def test_a_target_of_weight_zero_has_no_turn_beside_others(found, serve) -> None:
    spare, used = serve(who("spare")), serve(who("used"))
    gateway, _ = found(record(spare, weight=0), record(used, weight=5))
    assert [gateway.get("/e").json["who"] for _ in range(4)] == ["used"] * 4


def test_targets_that_all_have_weight_zero_are_asked_in_turn(found, serve) -> None:
    servers = [serve(who(name)) for name in "abc"]
    gateway, _ = found(*(record(server, weight=0) for server in servers))
    assert sorted(gateway.get("/e").json["who"] for _ in range(6)) == list("aabbcc")


def test_only_the_lowest_priority_is_used(found, serve) -> None:
    first, second = serve(who("first")), serve(who("second"))
    gateway, _ = found(record(second, priority=20, weight=90), record(first, priority=10))
    assert [gateway.get("/e").json["who"] for _ in range(4)] == ["first"] * 4


def test_a_target_that_refuses_is_passed_over(found, serve, nobody) -> None:
    alive = serve(who("alive"))
    gateway, _ = found(record(nobody, weight=3), record(alive))
    assert [gateway.get("/e").json["who"] for _ in range(8)] == ["alive"] * 8


def test_a_target_without_an_address_is_left_out(found, serve) -> None:
    server = serve(who("here"))
    gateway, _ = found(record(server), record(server, "nowhere.test"))
    assert [gateway.get("/e").json for _ in range(3)] == [{"who": "here"}] * 3


def test_more_records_than_a_datagram_holds_are_all_found(found, serve) -> None:
    server = serve(who("here"))
    targets = [f"{'long-' * 8}{n}.test" for n in range(40)]
    gateway, _ = found(*(address(name, "127.0.0.1") for name in targets),
                       *(record(server, name) for name in targets))
    for _ in targets:
        assert gateway.get("/e").json == {"who": "here"}
    assert {seen.get("Host") for seen in server.received} == {f"{name}:{server.port}"
                                                              for name in targets}


def test_a_changed_list_is_taken_over_and_old_connections_are_closed(found, serve) -> None:
    old, new = serve(who("old")), serve(who("new"))
    gateway, resolver = found(record(old))
    assert gateway.get("/e").json == {"who": "old"}
    resolver.change(HERE, record(new))
    until(lambda: gateway.get("/e").json == {"who": "new"})
    until(lambda: not old.open)
    assert len(new.open) == 1


def test_a_changed_list_does_not_disturb_a_call_in_flight(found, serve) -> None:
    gate = threading.Event()
    old = serve(in_turn(gated(gate, who("old")), who("old")))
    new = serve(who("new"))
    gateway, resolver = found(record(old))
    with gateway.client() as client:
        client.send(wire.request("GET", "/e"))
        old.wait_for()
        resolver.change(HERE, record(new))
        until(lambda: gateway.get("/e").json == {"who": "new"})
        gate.set()
        assert client.answer().json == {"who": "old"}
    until(lambda: not old.open)


def test_a_target_whose_address_changes_is_followed(found, serve) -> None:
    server = serve(who("here"))
    gateway, resolver = found(record(server, "b.test"), address("b.test", "127.0.0.99"))
    assert gateway.get("/e").get("X-Aggregator-Error") == "connect"
    resolver.change(record(server, "b.test"), address("b.test", "127.0.0.1"))
    until(lambda: gateway.get("/e").status == 200)


def test_the_list_stays_while_the_name_server_is_away(found, serve) -> None:
    gateway, resolver = found(record(serve(who("here"))))
    assert gateway.get("/e").json == {"who": "here"}
    resolver.stop()
    line = gateway.wait_for_line(lambda text: "cannot be looked up" in text)
    assert "kept=true" in line and NAME in line
    assert gateway.get("/e").json == {"who": "here"}


def test_the_list_stays_when_the_records_are_gone(found, serve) -> None:
    gateway, resolver = found(record(serve(who("here"))))
    assert gateway.get("/e").json == {"who": "here"}
    resolver.change(HERE)
    gateway.wait_for_line(lambda text: "cannot be looked up" in text)
    assert gateway.get("/e").json == {"who": "here"}


def test_a_list_that_comes_back_unchanged_is_no_news(found, serve) -> None:
    old, new = serve(who("old")), serve(who("new"))
    gateway, resolver = found(record(old))
    assert gateway.get("/e").json == {"who": "old"}
    resolver.change(HERE)
    gateway.wait_for_line(lambda text: "cannot be looked up" in text)
    resolver.change(HERE, record(old))
    time.sleep(2.5)  # it is looked up each second
    resolver.change(HERE, record(new))
    until(lambda: gateway.get("/e").json == {"who": "new"})

    def told() -> int:
        return len([line for line in gateway.lines if "targets of a name are known" in line])

    until(lambda: told() >= 2)  # the line may come behind the reply
    assert told() == 2


def test_a_name_without_records_has_no_hosts_until_it_gets_some(found, serve) -> None:
    gateway, resolver = found(ttl="30s")
    answer = gateway.get("/e")
    assert (answer.status, answer.get("X-Aggregator-Error")) == (500, "no_hosts")
    resolver.change(HERE, record(serve(who("late"))))
    until(lambda: gateway.get("/e").status == 200)


def test_the_reason_for_having_no_hosts_is_told(start, names) -> None:
    part = backend(NAME, sd="dns")
    router = {"dns_servers": [names(HERE).address], "return_error_msg": True}
    answer = start(service(endpoint("/e", part), router=router)).get("/e")
    assert f"cannot look up SRV records of {NAME}" in answer.text


@pytest.fixture
def relayed(start, names):
    """A gateway whose questions for NAME go through a relay."""
    with ExitStack() as stack:

        def run(*records: str, options: tuple[str, ...] = ONE, **more: object):
            relay = Relay(names(HERE, *records))
            stack.callback(relay.stop)
            point = endpoint("/e", backend(NAME, sd="dns"), method="POST", **more)
            router = {"dns_servers": [relay.address]}
            return start(service(point, router=router), *options), relay

        yield run


def test_a_request_waits_for_the_first_look_up(relayed, serve) -> None:
    gateway, relay = relayed(record(serve(echo)))
    with gateway.client() as client:
        client.send(wire.request("POST", "/e?q=1", {"Content-Type": "text/x"}, b"body"))
        until(lambda: gateway.counters()["requests"] == 1)
        relay.gate.set()
        seen = client.answer().json
    assert (seen["method"], seen["body"]) == ("POST", "body")
    assert seen["headers"]["content-type"] == "text/x"


def test_a_request_waits_no_longer_than_its_deadline(relayed) -> None:
    gateway, relay = relayed(timeout="500ms")
    assert gateway.ask("POST", "/e").get("X-Aggregator-Error") == "timeout"
    assert relay.asked.is_set()


def test_a_client_may_leave_while_its_request_waits_for_the_look_up(relayed, serve) -> None:
    server = serve(echo)
    gateway, relay = relayed(record(server))
    with gateway.client() as client:
        client.send(wire.request("POST", "/e", body=b"left"))
        until(lambda: gateway.counters()["requests"] == 1)
    until(lambda: gateway.counters()["connections"] == 0)
    relay.gate.set()
    assert gateway.ask("POST", "/e", body=b"stayed").json["body"] == "stayed"
    assert [received.body for received in server.received] == [b"stayed"]


def test_one_look_up_serves_all_workers(relayed, serve) -> None:
    gateway, relay = relayed(record(serve(echo)), options=("--workers", "4"))
    relay.gate.set()
    for _ in range(32):
        assert gateway.ask("POST", "/e").status == 200
    assert relay.srv_questions() == 1


def test_targets_may_speak_https(serve_tls, start, names, authority) -> None:
    server = serve_tls(echo, authority.issue("a.test"))
    resolver = names(HERE, record(server))
    trust = {"ca_certs": [str(authority.certificate)], "disable_system_ca_pool": True}
    part = backend(NAME, sd="dns", sd_scheme="https")
    gateway = start(service(endpoint("/e", part), client_tls=trust,
                            router={"dns_servers": [resolver.address]}))
    assert gateway.get("/e").json["headers"]["host"] == f"a.test:{server.port}"


def test_a_shadow_may_be_discovered(serve, start, names) -> None:
    server = serve(who("shadow"))
    resolver = names(HERE, record(server))
    part = backend(NAME, sd="dns", extra_config={"proxy": {"shadow": True}})
    gateway = start(service(endpoint("/e", backend(serve(who("live"))), part),
                            router={"dns_servers": [resolver.address]}))
    assert gateway.get("/e").json == {"who": "live"}
    server.wait_for()


def test_a_redirect_of_a_target_to_itself_needs_no_other_name_server(found, serve) -> None:
    server = serve({"/there": who("there")})
    server.scripts["/"] = (f"HTTP/1.1 302 X\r\nLocation: http://a.test:{server.port}/there\r\n"
                           "Content-Length: 0\r\n\r\n").encode()
    assert found(record(server))[0].get("/e").json == {"who": "there"}


REFUSED = {
    "has no host": ({"host": [], "sd": "dns"}, "has no hosts"),
    "names a port": ({"host": ["shop.test:8080"], "sd": "dns"}, "is not a name"),
    "names a path": ({"host": ["http://shop.test/x"], "sd": "dns",
                      "disable_host_sanitize": True}, "is not a name"),
    "speaks no http": ({"host": [NAME], "sd": "dns", "sd_scheme": "ftp"}, "`sd_scheme`"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_configuration_is_refused_whose_discovery(write_config, name) -> None:
    part, message = REFUSED[name]
    done = aggregator("--config", write_config(service(endpoint("/e", part))))
    assert done.returncode != 0
    assert message in done.stderr
