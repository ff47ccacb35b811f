"""Too little memory, too few descriptors, too many at once: what goes, and what must not."""

from __future__ import annotations

import os
import re
import signal
import socket
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

import wire
from backends import gated, hang, json_reply, reply, then_hang
from management import Management, admin
from settings import backend, endpoint, pass_through, service
from test_resources import few, given_up, is_closed, wait_given_up  # noqa: F401

GOOD = json_reply({"a": 1})
MIB = 1 << 20
SANITIZED = b"__asan_init" in Path(os.environ["AGGREGATOR"]).read_bytes()
LARGE = (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9000000\r\n\r\n"
         b'{"a":"' + b"x" * 3 * MIB)


def redirect_to(path: str) -> bytes:
    return reply(b"", status=302, headers=f"Location: {path}\r\n")


def is_alive(gateway) -> bool:
    return gateway.process.poll() is None


def test_a_redirected_stream_outlives_a_lack_of_memory(serve, start) -> None:
    first = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345"
    moved = serve({"/": redirect_to("/there"), "/there": then_hang(first)})
    large = serve(then_hang(LARGE))
    gateway = start(service(pass_through("/file", backend(moved, encoding="no-op")),
                            endpoint("/large", backend(large)),
                            router={"max_held_bytes": "4MiB"}), "--workers", "1")
    with gateway.client() as reader, ExitStack() as stack:
        reader.send(wire.request("GET", "/file"))
        assert "200" in reader.reader.head().start
        for _ in range(3):
            stack.enter_context(gateway.client()).send(wire.request("GET", "/large"))
        wait_given_up(gateway, "body")
        assert is_alive(gateway)
        assert not is_closed(reader)


def test_an_upload_that_is_kept_for_a_redirect_outlives_a_lack_of_memory(serve, start) -> None:
    slow, large = serve(hang), serve(then_hang(LARGE))
    gateway = start(service(
        pass_through("/up", backend(slow, encoding="no-op", extra_config={
            "backend/http/client": {"send_body_on_redirect": True}}), method="POST"),
        endpoint("/large", backend(large)),
        router={"max_held_bytes": "4MiB", "max_body_bytes": 3 * MIB}), "--workers", "1")
    with gateway.client() as sender, ExitStack() as stack:
        sender.send(b"POST /up HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000\r\n\r\n"
                    + b"x" * 2 * MIB)
        for _ in range(3):
            stack.enter_context(gateway.client()).send(wire.request("GET", "/large"))
        wait_given_up(gateway, "body")
        assert is_alive(gateway)


def test_an_answer_that_fills_the_memory_goes_before_those_that_hold_nothing(serve, start) -> None:
    gate = threading.Event()
    late = serve(gated(gate, GOOD))
    large = serve(then_hang(LARGE.replace(b"x" * 3 * MIB, b"x" * 8 * MIB)))
    gateway = start(service(endpoint("/late", backend(late)), endpoint("/large", backend(large)),
                            router={"max_held_bytes": "4MiB"}), "--workers", "1")
    with ExitStack() as stack:
        waiting = [stack.enter_context(gateway.client()) for _ in range(5)]
        for client in waiting:
            client.send(wire.request("GET", "/late"))
        late.wait_for(5)
        hog = stack.enter_context(gateway.client())
        hog.send(wire.request("GET", "/large"))
        assert hog.answer("GET").get("X-Aggregator-Error") == "memory_full"
        gate.set()
        assert [client.answer("GET").status for client in waiting] == [200] * 5
        assert given_up(gateway, "body") == 1


@pytest.mark.skipif(SANITIZED, reason="the address sanitizer keeps freed memory")
@pytest.mark.parametrize("head", [
    b"GET /e HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 900_000 + b"\r\n\r\n\r\n",
    b"GET http://a?" + b"x" * 900_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    b"POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n" + b"x" * 900_000
    + b"GET /e HTTP/1.1\r\n",
], ids=["head", "target", "pipelined"])
def test_idle_connections_keep_little(serve, start, head) -> None:
    gateway = start(service(endpoint("/e", backend(serve(GOOD)))), "--workers", "1")

    def resident_mib() -> float:
        with open(f"/proc/{gateway.process.pid}/status", encoding="ascii") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read())[1]) / 1024

    with ExitStack() as stack:
        before = resident_mib()
        for _ in range(100):
            client = stack.enter_context(gateway.client())
            client.send(head)
            assert client.answer("GET").status in (200, 404, 405)
        until = time.monotonic() + wire.PATIENCE_S
        while resident_mib() - before > 40:
            assert time.monotonic() < until, resident_mib() - before
            time.sleep(0.1)


def test_a_burst_of_connections_takes_no_descriptor_from_requests(serve, few) -> None:  # noqa: F811
    answering = serve(GOOD)
    gateway = few(service(endpoint("/e", backend(answering)), disable_keep_alives=True), 200,
                  "--workers", "1")
    with ExitStack() as stack:
        for _ in range(140):
            stack.enter_context(gateway.client())
        asking = [stack.enter_context(gateway.client()) for _ in range(20)]
        for client in asking:
            assert client.ask("GET", "/e").status == 200
        gateway.process.send_signal(signal.SIGSTOP)
        try:
            for _ in range(100):
                burst = stack.enter_context(socket.socket())
                burst.setblocking(False)
                burst.connect_ex(gateway.address)
            for client in asking:
                client.send(wire.request("GET", "/e"))
        finally:
            gateway.process.send_signal(signal.SIGCONT)
        assert [client.answer("GET").status for client in asking] == [200] * 20


def test_health_answers_while_refused_requests_linger(serve, start) -> None:
    config = service(endpoint("/e", backend(serve(GOOD))))
    config["extra_config"] = {"admin": admin()}
    management = Management(start(config))
    said = (b"POST /api/v1/shadows/disable-all HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer no\r\n"
            b"Content-Type: application/json\r\nContent-Length: 10\r\n\r\nab")
    with ExitStack() as stack:
        for _ in range(200):
            stack.enter_context(wire.Client(management.address)).send(said)
        for _ in range(5):
            assert management.ask("GET", "/health", token=None).status == 200
