"""The program itself: options, exit codes, start, signals and the end."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import threading
import time

import pytest

import wire
from backends import echo, gated, hang, json_reply, then_reset
from gateway import BINARY, add_up, aggregator
from settings import backend, endpoint, service, shadow

GOOD = json_reply({"a": 1})
BAD = json_reply({"a": 1}, status=502)


def test_help_shows_how_to_begin() -> None:
    for spelling in ("--help", "-h", "help"):
        run = aggregator(spelling)
        assert run.returncode == 0
        for word in ("--config", "lint", "--listen", "--workers", "url_pattern"):
            assert word in run.stdout


def test_version_is_one_line() -> None:
    run = aggregator("version")
    assert (run.returncode, run.stderr) == (0, "")
    name, number = run.stdout.split()
    assert name == "aggregator" and number[0].isdigit()


@pytest.mark.parametrize("arguments", [
    ["--nonsense"], ["walk"], ["run"], ["--config"], ["--config", "a", "--workers", "0"],
    ["--config", "a", "--workers", "many"], ["--config", "a", "--listen", "nowhere"],
    ["--config", "a", "--listen", "127.0.0.1:99999"], ["--config", "a", "--log-level", "loud"],
    ["--config", "a", "--log-format", "xml"], ["lint"], ["lint", "a", "--workers", "2"],
    ["--config", "a", "--config", "b"], ["run", "extra", "--config", "a"], ["--conf", "a"],
], ids=" ".join)
def test_wrong_usage_ends_with_2_and_a_message(arguments) -> None:
    run = aggregator(*arguments)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("aggregator: ")
    assert "--help" in run.stderr


def test_run_is_the_same_as_no_command(write_config) -> None:
    path = write_config('{"version": 2}')
    runs = [aggregator("--config", path), aggregator("run", "--config", path)]
    assert [run.returncode for run in runs] == [1, 1]
    texts = [re.sub(r"^\S+Z ", "", run.stderr, flags=re.M) for run in runs]
    assert texts[0] == texts[1] != ""


def test_a_bad_configuration_never_starts(write_config) -> None:
    run = aggregator("--config", write_config('{"version": 3, "port": "x"}'))
    assert run.returncode == 1
    assert "error:" in run.stderr and "listening" not in run.stderr


def test_a_port_in_use_ends_with_1_and_says_who_holds_it(write_config) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        run = aggregator("--config", write_config(service()), "--listen", f"127.0.0.1:{port}")
    assert run.returncode == 1
    assert str(port) in run.stderr
    assert str(os.getpid()) in run.stderr


def test_a_second_instance_does_not_share_the_port_of_the_first(start, write_config) -> None:
    first = start(service())
    where = f"127.0.0.1:{first.address[1]}"
    run = aggregator("--config", write_config(service()), "--listen", where)
    assert run.returncode == 1
    assert str(first.process.pid) in run.stderr


def test_address_and_port_come_from_the_configuration(start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    gateway = start(service(port=port, listen_ip="127.0.0.1"), listen=None)
    assert gateway.address == ("127.0.0.1", port)
    assert gateway.get("/__health").status == 200


def test_it_listens_on_ipv6_too(start) -> None:
    gateway = start(service(), listen="[::1]:0")
    assert gateway.address[0] == "::1"
    assert gateway.get("/__health").status == 200


@pytest.mark.parametrize("workers", ["1", "2", "7"])
def test_any_number_of_workers_serves(serve, start, workers) -> None:
    gateway = start(service(endpoint("/e", backend(serve(GOOD)))), "--workers", workers)
    assert [gateway.get("/e").status for _ in range(20)] == [200] * 20


def test_curl_gets_its_answer(serve, start) -> None:
    gateway = start(service(endpoint("/e", backend(serve(echo)), method="POST")))
    command = ["curl", "-sS", "--fail", "--data-binary", "@-", gateway.url("/e"), gateway.url("/e")]
    run = subprocess.run(command, input=b"x" * 5000, capture_output=True, check=True)
    assert run.stdout.count(b'"body":"' + b"x" * 5000) >= 1


def test_no_timer_is_left_once_nobody_is_connected(serve, start) -> None:
    servers = [serve(GOOD), serve(hang), serve(then_reset(b"")), serve(hang)]
    live, late, broken, copy = servers
    point = endpoint("/e", *map(backend, (live, late, broken)), shadow(copy), timeout="100ms")
    gateway = start(service(point, router={"disable_access_log": True}))
    for _ in range(5):
        assert gateway.get("/e").json == {"a": 1}
    gateway.settle()
    for server in servers:
        server.stop()
    until = time.monotonic() + wire.PATIENCE_S
    while any((left := gateway.counters())[name] for name in ("timers", "upstream", "connections")):
        assert time.monotonic() < until, left


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_0(start, number) -> None:
    gateway = start(service())
    gateway.signal(number)
    assert gateway.wait() == 0


def refused(gateway) -> bool:
    try:
        gateway.client().close()
    except ConnectionRefusedError:
        return True
    except ConnectionResetError:  # the listener closed in the middle of the handshake: ask again
        return False
    return False


def test_what_is_in_flight_is_finished_and_nothing_new_is_taken(serve, start) -> None:
    gate = threading.Event()
    slow = serve(gated(gate, GOOD))
    gateway = start(service(endpoint("/slow", backend(slow))))
    with gateway.client() as client, gateway.client() as idle:
        assert idle.ask("GET", "/__health").status == 200
        client.send(wire.request("GET", "/slow"))
        slow.wait_for()
        gateway.signal()
        assert idle.is_ended()
        while not refused(gateway):
            pass
        gate.set()
        answer = client.answer()
        assert (answer.status, answer.json, answer.get("Connection")) == (200, {"a": 1}, "close")
        assert client.is_ended()
    assert gateway.wait() == 0


def test_a_second_signal_ends_it_at_once(serve, write_config) -> None:
    slow = serve(hang)
    config = write_config(service(endpoint("/e", backend(slow), timeout="60s")))
    command = [BINARY, "--config", config, "--listen", "127.0.0.1:0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    port = int(re.search(r"address=\S+:(\d+)", process.stderr.readline())[1])
    with wire.Client(("127.0.0.1", port)) as client:
        client.send(wire.request("GET", "/e"))
        slow.wait_for()
        process.send_signal(signal.SIGTERM)
        while " ending " not in process.stderr.readline():
            pass
        process.send_signal(signal.SIGTERM)
        assert process.wait(wire.PATIENCE_S) == -signal.SIGTERM
    process.stderr.close()


@pytest.mark.parametrize("kind", [backend, shadow])
def test_the_wait_for_what_is_in_flight_has_a_limit(serve, start, kind) -> None:
    never, good = serve(hang), serve(GOOD)
    parts = [backend(good), kind(never)]
    gateway = start(service(endpoint("/e", *parts), max_shutdown_wait_time="200ms"))
    with gateway.client() as client:
        client.send(wire.request("GET", "/e"))
        never.wait_for()
        gateway.signal()
        assert gateway.wait() == 0
    never.wait_gone()
    assert add_up(gateway.reports("worker ended"))["connections"] == 0


def test_sigusr1_writes_the_counters(serve, start) -> None:
    point = endpoint("/e", backend(serve(GOOD)))
    gateway = start(service(point), "--log-format", "json")
    with gateway.client() as client:
        for _ in range(3):
            client.ask("GET", "/e")
        counted = gateway.counters()
    assert (counted["requests"], counted["connections"]) == (3, 1)
    assert (counted["upstream_idle"], counted["calls"]) == (1, 0)
    assert counted["log_lines_dropped"] == 0


def test_sigusr1_names_the_errors_that_occurred(serve, start) -> None:
    gateway = start(service(endpoint("/e", backend(serve(BAD)))))
    with gateway.client() as client:
        client.ask("GET", "/e")
        client.ask("GET", "/nowhere")
    counted = gateway.counters()
    assert (counted["bad_status"], counted["not_found"]) == (1, 1)


def test_the_log_level_hides_what_is_less_urgent(write_config) -> None:
    command = [BINARY, "--config", write_config(service(unheard_of=1)), "--listen", "127.0.0.1:0"]
    command += ["--log-level", "warning"]
    quiet = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert quiet.stderr
    assert " warning " in quiet.stderr.readline()
    quiet.send_signal(signal.SIGTERM)
    assert " info " not in quiet.communicate(timeout=wire.PATIENCE_S)[1]
    assert quiet.returncode == 0


def test_running_out_of_descriptors_is_survived(serve, start, tmp_path) -> None:
    script = tmp_path / "few"
    script.write_text(f'#!/bin/sh\nulimit -n 40\nexec "{BINARY}" "$@"\n')
    script.chmod(0o755)
    gateway = start(service(endpoint("/e", backend(serve(GOOD))), router={"max_connections": 1000}),
                    "--workers", "1", binary=script)
    crowd = [gateway.client() for _ in range(60)]
    gateway.wait_for_line(lambda text: "a connection was not accepted" in text)
    assert gateway.process.poll() is None
    for client in crowd:
        client.close()
    assert gateway.get("/e").status == 200


def test_clients_without_a_request_do_not_take_the_last_descriptor(start, tmp_path) -> None:
    script = tmp_path / "few"
    script.write_text(f'#!/bin/sh\nulimit -n 40\nexec "{BINARY}" "$@"\n')
    script.chmod(0o755)
    gateway = start(service(router={"max_connections": 1000}), "--workers", "1", binary=script)
    crowd = [gateway.client() for _ in range(60)]
    assert gateway.get("/__health").status == 200  # nobody of the crowd has left
    for client in crowd:
        client.close()
