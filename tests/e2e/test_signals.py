"""What ends the program, what does not, and what may not keep it from ending."""

from __future__ import annotations

import fcntl
import os
import re
import signal
import socket
import subprocess
import threading
import time

import pytest

import wire
from backends import gated, hang, json_reply
from gateway import BINARY
from settings import backend, endpoint, service, shadow

GOOD = json_reply({"a": 1})
SET_PIPE_SIZE = 1031  # fcntl.F_SETPIPE_SZ, which Python knows from 3.10 on


def test_sighup_ends_nothing_and_is_warned_of(serve, start) -> None:
    gate = threading.Event()
    slow = serve(gated(gate, GOOD))
    gateway = start(service(endpoint("/e", backend(slow))))
    with gateway.client() as client:
        client.send(wire.request("GET", "/e"))
        slow.wait_for()
        gateway.process.send_signal(signal.SIGHUP)
        gateway.wait_for_line(lambda line: " warning " in line and "SIGHUP" in line)
        gate.set()
        assert client.answer().json == {"a": 1}
        gateway.process.send_signal(signal.SIGHUP)
        assert client.ask("GET", "/e").json == {"a": 1}


def test_sighup_while_it_ends_does_not_cut_what_is_in_flight(serve, start) -> None:
    gate = threading.Event()
    slow = serve(gated(gate, GOOD))
    gateway = start(service(endpoint("/e", backend(slow))))
    with gateway.client() as client:
        client.send(wire.request("GET", "/e"))
        slow.wait_for()
        gateway.signal()
        gateway.wait_for_line(lambda line: " ending " in line)
        gateway.process.send_signal(signal.SIGHUP)
        gate.set()
        assert client.answer().json == {"a": 1}
    assert gateway.wait() == 0


def test_a_second_sigterm_ends_at_once(serve, start) -> None:
    slow = serve(hang)
    gateway = start(service(endpoint("/e", backend(slow)), max_shutdown_wait_time="1h"))
    with gateway.client() as client:
        client.send(wire.request("GET", "/e"))
        slow.wait_for()
        gateway.signal()
        gateway.wait_for_line(lambda line: " ending " in line)
        gateway.killed = True  # nothing is asked of such an end
        until = time.monotonic() + wire.PATIENCE_S
        while gateway.process.poll() is None:
            assert time.monotonic() < until
            gateway.process.send_signal(signal.SIGTERM)  # the first may come too early
            time.sleep(0.05)
    assert gateway.process.returncode == -signal.SIGTERM


@pytest.mark.parametrize("said", ["", "GET /e HTTP/1.1\r\nHost: a\r\n"], ids=["nothing", "half"])
def test_an_unfinished_head_does_not_keep_it_from_ending(serve, start, said) -> None:
    gateway = start(service(endpoint("/e", backend(serve(GOOD))), max_shutdown_wait_time="300ms"))
    with gateway.client() as client:
        client.send("GET /e HTTP/1.1\r\nHost: a\r\n\r\n")
        assert client.answer().status == 200
        client.send(said)
        gateway.signal()
        assert gateway.wait() == 0


def test_a_client_that_does_not_read_does_not_keep_it_from_ending(serve, start) -> None:
    large = serve(json_reply({"a": "x" * 8_000_000}))
    gateway = start(service(endpoint("/e", backend(large)), max_shutdown_wait_time="300ms"))
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(gateway.address)
        client.sendall(wire.request("GET", "/e"))
        while gateway.counters()["upstream_idle"] == 0:
            pass  # the backend's answer is not whole yet
        gateway.signal()
        assert gateway.wait() == 0


def test_a_copy_under_way_does_not_keep_it_from_ending(serve, start) -> None:
    never = serve(hang)
    parts = [backend(serve(GOOD)), shadow(never, timeout="60s")]
    gateway = start(service(endpoint("/e", *parts), max_shutdown_wait_time="300ms"))
    assert gateway.get("/e").json == {"a": 1}
    never.wait_for()
    gateway.signal()
    assert gateway.wait() == 0
    never.wait_gone()


@pytest.fixture
def mute(serve, write_config):
    """A gateway whose standard error is a small pipe that nobody reads."""
    read, write = os.pipe()
    fcntl.fcntl(write, SET_PIPE_SIZE, 4096)
    config = write_config(service(endpoint("/e", backend(serve(GOOD))),
                                  max_shutdown_wait_time="500ms"))
    command = [BINARY, "--config", config, "--listen", "127.0.0.1:0", "--workers", "1"]
    process = subprocess.Popen(command, stderr=write)
    os.close(write)
    said = b""
    while b"listening" not in said:
        said += os.read(read, 4096)
    port = int(re.search(rb"address=\S+:(\d+)", said)[1])
    yield process, ("127.0.0.1", port), read
    process.kill()
    process.wait()
    os.close(read)


def test_a_log_that_nobody_reads_delays_neither_traffic_nor_the_end(mute) -> None:
    process, address, _ = mute
    with wire.Client(address) as client:
        for _ in range(300):
            assert client.ask("GET", "/e").json == {"a": 1}
    process.send_signal(signal.SIGTERM)
    assert process.wait(wire.PATIENCE_S) == 0


def test_a_log_whose_reader_has_gone_harms_nobody(mute) -> None:
    process, address, read = mute
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), read)  # now the pipe has no reader
    with wire.Client(address) as client:
        for _ in range(300):
            assert client.ask("GET", "/e").json == {"a": 1}
    process.send_signal(signal.SIGTERM)
    assert process.wait(wire.PATIENCE_S) == 0


def test_lines_that_a_slow_reader_makes_it_lose_are_counted_and_told(mute) -> None:
    process, address, read = mute
    target = "/nowhere/" + "x" * 4000
    with wire.Client(address) as client:
        for _ in range(2000):  # more than the pipe and the queue hold together
            assert client.ask("GET", target).status == 404
    said = b""
    until = time.monotonic() + wire.PATIENCE_S
    while b"log lines were dropped" not in said and time.monotonic() < until:
        said = said[-200:] + os.read(read, 65536)
    assert re.search(rb"log lines were dropped dropped=[1-9]", said)
