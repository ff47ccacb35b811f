"""What peers make the program hold has limits: memory, descriptors, places at the listeners."""

from __future__ import annotations

import json
import os
import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

import wire
from backends import Backend, hang, json_reply, then_hang
from gateway import BINARY, Gateway
from management import Management, admin
from settings import backend, endpoint, service
from test_waits import slow_client, wait_for_count

GOOD = json_reply({"a": 1})
MIB = 1 << 20
GIVEN_UP = re.compile(r'\b(idle|head|reply|body)=(\d+)')


def given_up(gateway: Gateway, kind: str) -> int:
    """How often the workers have given that up for want of room."""
    gateway.counters()
    lines = gateway.reports("counters")[-gateway.workers:]
    found = [re.search(r'given_up="([^"]*)"|given_up=(\S*)', line) for line in lines]
    texts = [match[1] or match[2] or "" for match in found if match]
    return sum(int(count) for text in texts for name, count in GIVEN_UP.findall(text)
               if name == kind)


def wait_given_up(gateway: Gateway, kind: str, count: int = 1) -> None:
    until = time.monotonic() + wire.PATIENCE_S
    while given_up(gateway, kind) < count:
        assert time.monotonic() < until, gateway.stderr


def is_closed(client: wire.Client) -> bool:
    """Whether the gateway has closed a connection on which nothing is to come."""
    client.socket.settimeout(0.05)
    try:
        return client.socket.recv(1) == b""
    except TimeoutError:
        return False
    except OSError:
        return True
    finally:
        client.socket.settimeout(wire.PATIENCE_S)


def half_head(gateway: Gateway, size: int) -> wire.Client:
    client = gateway.client()
    client.send(b"GET /e HTTP/1.1\r\nHost: a\r\nX: " + b"x" * size)
    return client


def unread(gateway: Gateway, large: Backend, count: int) -> Iterator[socket.socket]:
    """Clients that read nothing of the reply to `/l`. Each one asks when the reply of the one
    before is whole, so that what is held is replies, and not the bodies of answers on their way."""
    for _ in range(count):
        before = len(large.received)
        yield slow_client(gateway, wire.request("GET", "/l"))
        large.wait_for(before + 1)
        gateway.settle()


# memory


def test_unfinished_heads_have_a_quarter_of_the_memory(serve, start) -> None:
    """Half a MiB of two is there for heads: the oldest go, the newest is served."""
    gateway = start(service(endpoint("/e", backend(serve(GOOD))),
                            router={"max_held_bytes": "2MiB"}), "--workers", "1")
    with ExitStack() as stack:
        crowd = [stack.enter_context(half_head(gateway, 100_000)) for _ in range(4)]
        gateway.counters()
        assert given_up(gateway, "head") == 0
        crowd += [stack.enter_context(half_head(gateway, 100_000)) for _ in range(6)]
        wait_given_up(gateway, "head", 4)
        assert is_closed(crowd[0]) and is_closed(crowd[1])
        crowd[-1].send("\r\n\r\n")
        assert crowd[-1].answer().json == {"a": 1}
    gateway.wait_for_line(lambda line: "max_held_bytes" in line and "kind=head" in line)
    gateway.counters()  # so many were given up, and it was said once
    assert sum("max_held_bytes is used up" in line for line in gateway.lines) == 1


def test_unread_replies_give_way_to_others_and_those_that_fit_stay(serve, start) -> None:
    """Of the 8 MiB of a reply, the sockets hold about a half."""
    large = serve({"/l": json_reply({"a": "x" * 8 * MIB}), "/e": GOOD})
    points = [endpoint(path, backend(large, path)) for path in ("/l", "/e")]
    gateway = start(service(*points, router={"max_held_bytes": "32MiB"}), "--workers", "1")
    with ExitStack() as stack:
        def crowd(count: int) -> list[socket.socket]:
            return [stack.enter_context(client) for client in unread(gateway, large, count)]

        first = crowd(3)
        wait_for_count(gateway, "upstream_idle", 1)
        assert given_up(gateway, "reply") == 0
        crowd(10)
        wait_given_up(gateway, "reply", 2)
        assert gateway.counters()["memory_full"] >= 2
        assert gateway.get("/e").json == {"a": 1}
        with pytest.raises(ConnectionResetError):
            while first[0].recv(65536):
                pass


def test_the_memory_is_that_of_all_workers_together(serve, start) -> None:
    large = serve(json_reply({"a": "x" * 8 * MIB}))
    gateway = start(service(endpoint("/l", backend(large)), router={"max_held_bytes": "32MiB"}),
                    "--workers", "3")
    with ExitStack() as stack:
        for client in unread(gateway, large, 14):
            stack.enter_context(client)
        wait_given_up(gateway, "reply", 2)
        assert gateway.counters()["connections"] >= 3


@pytest.mark.skipif(
    b"__asan_init" in Path(os.environ["AGGREGATOR"]).read_bytes(),
    reason="the address sanitizer keeps freed memory",
)
def test_memory_goes_back_to_the_system(serve, start) -> None:
    large = serve(json_reply({"a": "x" * 4 * MIB}))
    gateway = start(service(endpoint("/l", backend(large)), router={"stall_timeout": "500ms"}),
                    "--workers", "1")

    def resident_kib() -> int:
        with open(f"/proc/{gateway.process.pid}/status", encoding="ascii") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read())[1])

    before = resident_kib()
    with ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(slow_client(gateway, wire.request("GET", "/l")))
        wait_for_count(gateway, "client_stalled", 20)
        until = time.monotonic() + wire.PATIENCE_S
        while resident_kib() - before > 20_000:
            assert time.monotonic() < until, resident_kib()
            time.sleep(0.1)


def test_collected_answers_have_a_limit_together(serve, start) -> None:
    part = b'HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n{"a":"' + b"x" * 3 * MIB
    parts = [backend(serve(then_hang(part))) for _ in range(4)]
    gateway = start(service(endpoint("/e", backend(serve(GOOD)), *parts), timeout="3s",
                            router={"max_held_bytes": "8MiB"}),
                    "--workers", "1", "--log-format", "json")
    answer = gateway.get("/e")
    assert (answer.json, answer.get("X-Aggregator-Completed")) == ({"a": 1}, "false")
    assert "memory_full" in str(gateway.access("/e"))


def test_answers_that_wait_for_others_have_a_limit_together(serve, start) -> None:
    large = serve(json_reply({"a": "x" * MIB}))
    never = serve(then_hang(b""))
    gateway = start(service(endpoint("/e", backend(large), backend(never)), timeout="60s",
                            router={"max_held_bytes": "8MiB"}), "--workers", "1")
    with ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(slow_client(gateway, wire.request("GET", "/e")))
        wait_given_up(gateway, "body", 10)
        assert gateway.counters()["memory_full"] >= 10
        assert gateway.get("/__health").status == 200


# descriptors


@pytest.fixture
def few(start, tmp_path):
    """Starts a gateway that may have so many descriptors."""

    def run(config: object, limit: int, *options: str) -> Gateway:
        script = tmp_path / "few"
        script.write_text(f'#!/bin/sh\nulimit -n {limit}\nexec "{BINARY}" "$@"\n')
        script.chmod(0o755)
        return start(config, *options, binary=script)

    return run


@pytest.mark.parametrize("workers", [1, 2])
def test_idle_clients_leave_descriptors_for_everything_else(serve, few, workers) -> None:
    config = service(endpoint("/e", backend(serve(GOOD))))
    config["extra_config"] = {"admin": admin()}
    gateway = few(config, 128, "--workers", str(workers))
    with ExitStack() as stack:
        for _ in range(300):
            stack.enter_context(gateway.client())
        for _ in range(20):
            assert gateway.get("/e").json == {"a": 1}
        assert Management(gateway).ask("GET", "/health", token=None).status == 200
        assert given_up(gateway, "idle") >= 300 - 96
        assert gateway.descriptors() <= 128 - 16


def test_the_longest_idle_connection_makes_room(serve, start) -> None:
    gateway = start(service(endpoint("/e", backend(serve(GOOD))),
                            router={"max_connections": 2}), "--workers", "1")
    with gateway.client() as first, gateway.client() as second:
        assert first.ask("GET", "/e").status == second.ask("GET", "/e").status == 200
        assert first.ask("GET", "/e").status == 200
        with gateway.client() as third:
            assert third.ask("GET", "/e").status == 200
            assert second.is_ended()
            assert first.ask("GET", "/e").status == 200
            assert given_up(gateway, "idle") == 1


def test_a_client_above_the_limit_gets_503_if_all_others_are_busy(serve, start) -> None:
    never = serve(hang)
    gateway = start(service(endpoint("/e", backend(never)), router={"max_connections": 2}),
                    "--workers", "1")
    with gateway.client() as first, gateway.client() as second:
        for number, client in enumerate((first, second), 1):
            client.send(wire.request("GET", "/e"))
            never.wait_for(number)
        for _ in range(12):
            with gateway.client() as third:
                answer = third.answer()
                assert (answer.status, answer.get("Connection")) == (503, "close")
                assert answer.get("X-Aggregator-Error") == "too_many_connections"
        assert gateway.counters()["too_many_connections"] == 12
        first.close()
        never.wait_gone()
        with gateway.client() as third:
            assert third.ask("GET", "/__health").status == 200


def test_a_crowd_that_is_turned_away_at_once_does_not_grow(serve, start) -> None:
    never = serve(hang)
    gateway = start(service(endpoint("/e", backend(never)), router={"max_connections": 1}),
                    "--workers", "1")
    with ExitStack() as stack:
        busy = stack.enter_context(gateway.client())
        busy.send(wire.request("GET", "/e"))
        never.wait_for()
        for _ in range(50):
            stack.enter_context(gateway.client())
        wait_for_count(gateway, "too_many_connections", 50)
        assert gateway.counters()["connections"] <= 5


def turned_away(gateway: Gateway) -> list[dict]:
    """The lines of the log about clients that were turned away."""
    return [json.loads(line) for line in gateway.lines
            if '"reason":"too many open connections"' in line]


@pytest.mark.parametrize("access", [True, False], ids=["access-log", "no-access-log"])
def test_each_client_that_is_turned_away_has_a_line_with_its_address(serve, start, access) -> None:
    never = serve(hang)
    router = {"max_connections": 1, "disable_access_log": not access}
    gateway = start(service(endpoint("/e", backend(never)), router=router), "--workers", "1",
                    "--log-format", "json")
    with ExitStack() as stack:
        busy = stack.enter_context(gateway.client())
        busy.send(wire.request("GET", "/e"))
        never.wait_for()
        others = [stack.enter_context(gateway.client()) for _ in range(12)]
        assert [other.answer().status for other in others] == [503] * 12
    gateway.signal()
    assert gateway.wait() == 0
    told = turned_away(gateway)
    assert [one["client"] for one in told] == ["127.0.0.1"] * 12
    assert {one["event"] for one in told} == {"access" if access else "a request was refused"}
    assert not access or {one["status"] for one in told} == {503}


def test_a_tls_client_that_is_turned_away_has_a_line_with_its_address(serve, start,
                                                                      authority) -> None:
    tls = {"keys": [authority.issue("gateway.test").listener_pair]}
    never = serve(hang)
    config = service(endpoint("/e", backend(never)), router={"max_connections": 1}, tls=tls)
    gateway = start(config, "--workers", "1", "--log-format", "json")
    with gateway.client() as plain, authority.client_context().wrap_socket(
            plain.socket, server_hostname="gateway.test") as busy:
        busy.sendall(wire.request("GET", "/e"))
        never.wait_for()
        with gateway.client() as other:
            assert other.is_ended()
    gateway.signal()
    assert gateway.wait() == 0
    assert [one["client"] for one in turned_away(gateway)] == ["127.0.0.1"]


def test_max_connections_above_what_the_system_allows_is_warned_of(few) -> None:
    gateway = few(service(router={"max_connections": 1000}), 256, "--workers", "1")
    gateway.wait_for_line(lambda line: " warning " in line and "max_connections" in line)


# the management interface


@pytest.fixture
def managed(serve, start):
    config = service(endpoint("/e", backend(serve(GOOD))))
    config["extra_config"] = {"admin": admin()}
    gateway = start(config)
    return gateway, Management(gateway)


@pytest.mark.parametrize("said", ["", "GET /health HTTP/1.1\r\nHost: a"], ids=["idle", "half"])
def test_health_and_the_emergency_stop_answer_in_any_crowd(managed, said) -> None:
    _, management = managed
    with ExitStack() as stack:
        for _ in range(300):
            stack.enter_context(wire.Client(management.address)).send(said)
        assert management.ask("GET", "/health", token=None).status == 200
        assert management.ask("POST", "/api/v1/shadows/disable-all").status == 200


@pytest.mark.parametrize("said", ["", "GET /health HTTP/1.1\r\nHost: a"], ids=["idle", "half"])
def test_a_connection_to_the_management_interface_waits_ten_seconds(managed, said) -> None:
    _, management = managed
    with wire.Client(management.address) as client:
        client.send(said)
        assert client.rest()[:12] in (b"", b"HTTP/1.1 408")


def test_ten_wrong_tokens_are_401_and_the_next_is_429(managed) -> None:
    gateway, management = managed
    for _ in range(10):
        assert management.ask("GET", "/api/v1/shadows", token="wrong").status == 401
    answer = management.ask("GET", "/api/v1/shadows", token="wrong")
    assert answer.status == 429
    assert 0 < int(answer.get("Retry-After")) <= 60
    assert json.loads(answer.text)["type"].endswith("too-many-requests")
    assert management.get("/api/v1/shadows").status == 200
    assert management.ask("GET", "/health", token=None).status == 200
    assert management.ask("GET", "/api/v1/shadows", token=None).status == 401


def test_what_is_given_up_is_a_metric(serve, start) -> None:
    config = service(endpoint("/e", backend(serve(GOOD))), router={"max_connections": 1})
    config["extra_config"]["admin"] = admin()
    gateway = start(config, "--workers", "1")
    with gateway.client(), gateway.client() as second:
        assert second.ask("GET", "/nowhere").status == 404
        management = Management(gateway)
        assert management.sum("aggregator_given_up_total", kind="idle") == 1
        assert management.sum("aggregator_errors_total", error="not_found") == 1
        assert management.sum("aggregator_held_bytes") == 0


def test_slow_readers_get_large_merged_replies_whole_and_then_the_next(serve, start) -> None:
    parts = [json_reply({name: [name * 90] * 3000}) for name in "ab"]
    gateway = start(service(endpoint("/both", *(backend(serve(part)) for part in parts)),
                            endpoint("/e", backend(serve(GOOD)))), "--workers", "1")
    wanted = {name: [name * 90] * 3000 for name in "ab"}
    request = b"GET /both HTTP/1.1\r\nHost: a\r\n\r\n"
    with ExitStack() as stack:
        slow = [stack.enter_context(slow_client(gateway, request)) for _ in range(8)]
        # Others use the same memory while those wait.
        for _ in range(20):
            assert gateway.get("/both").json == wanted
            assert gateway.get("/e").json == {"a": 1}
        for client in slow:
            with client.makefile("rb") as stream:
                assert stream.readline().split()[1] == b"200"
                length = 0
                while (line := stream.readline().strip()):
                    name, value = line.split(b": ", 1)
                    length = int(value) if name.lower() == b"content-length" else length
                assert json.loads(stream.read(length)) == wanted
                client.sendall(b"GET /e HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                assert stream.read().endswith(b'{"a":1}')
