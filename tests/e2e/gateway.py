"""The gateway under test: started on a configuration, watched, and held to a clean end."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import wire
from wire import Answer, Client

BINARY = os.environ.get("AGGREGATOR", "aggregator")
LISTENING = re.compile(r'(?: info |"event":")listening\b.*?\baddress"?[=:]"?([^\s",]+):(\d+)')
REPORTED = re.compile(r'\bworker"?[=:]\d')
NUMBER = re.compile(r'\b([a-z_]+)"?[=:](\d+)\b')
LEFT_OVER = ("connections", "upstream", "calls", "shadow_in_flight", "descriptors")
# Fields of the log that may say anything: what clients sent, names and values of the configuration.
ANY_TEXT = {"body", "detail", "from", "headers", "host", "id", "method", "name", "origin", "params",
            "path", "query", "reason", "request_id", "shadow", "target", "to", "trace", "url",
            "user_agent", "value"}
REPORT = re.compile(r"Sanitizer|runtime error:|AGG_ASSERT|Assertion")


def aggregator(*arguments: object,
               env: dict[str, str] | None = None) -> subprocess.CompletedProcess:
    """Runs the program to its end."""
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True,
                          timeout=wire.PATIENCE_S, check=False, env=environment(env))


def add_up(reports: list[str]) -> dict[str, int]:
    """The numbers of log lines, text or json, summed by their names."""
    sums: dict[str, int] = {}
    for line in reports:
        for name, number in NUMBER.findall(line):
            sums[name] = sums.get(name, 0) + int(number)
    return sums


def numbers_as_text(lines: list[str]) -> list[str]:
    """The fields of JSON log lines whose value is a number in quotes, but for those that are the
    words of somebody else."""
    found = []
    for line in lines:
        if line.startswith("{"):
            fields = json.loads(line)
            found += [f"{name} in {line}" for name, value in fields.items() if name not in ANY_TEXT
                      and isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value)]
    return found


def environment(more: dict[str, str] | None = None) -> dict[str, str]:
    """This process's own, without the proxies that the machine may have."""
    ours = {name: value for name, value in os.environ.items()
            if not name.lower().endswith("_proxy")}
    return ours | (more or {})


class Gateway:
    """One process. With `listen=None` it listens where the configuration says."""

    def __init__(self, config: Path, *options: str, listen: str | None = "127.0.0.1:0",
                 env: dict[str, str] | None = None, binary: Path | str = BINARY) -> None:
        where = ["--listen", listen] if listen else []
        self.process = subprocess.Popen(
            [str(binary), "--config", str(config), *where, *options],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            text=True, errors="surrogateescape", env=environment(env),
        )
        self.lines: list[str] = []
        self.ended = False
        self.changed = threading.Condition()
        self.ending = False
        self.killed = False
        threading.Thread(target=self._collect, daemon=True).start()
        line = self.wait_for_line(LISTENING.search)
        found = LISTENING.search(line)
        assert found
        self.workers = add_up([line])["workers"]
        self.address = (found.group(1).strip("[]"), int(found.group(2)))
        self.resting_descriptors = self.descriptors()

    def _collect(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            with self.changed:
                self.lines.append(line.rstrip("\n"))
                self.changed.notify_all()
        with self.changed:
            self.ended = True
            self.changed.notify_all()

    def wait_for_line(self, fits: Callable[[str], object]) -> str:
        """The first line of standard error that fits, as soon as it is there."""
        with self.changed:
            seen = self.changed.wait_for(
                lambda: self.ended or any(map(fits, self.lines)), wire.PATIENCE_S)
            found = next(filter(fits, self.lines), None)
        if found is None:
            why = "ended" if seen else "said nothing that fits"
            raise AssertionError(f"the gateway {why}:\n{self.stderr}")
        return found

    @property
    def stderr(self) -> str:
        return "\n".join(self.lines)

    def access(self, path: str) -> dict:
        """The access log's line of a path, read as JSON (`--log-format json`)."""
        line = self.wait_for_line(
            lambda text: '"event":"access"' in text and f'"path":"{path}"' in text)
        return json.loads(line)

    def client(self) -> Client:
        return Client(self.address)

    def ask(self, method: str, target: str, headers: dict[str, str] | None = None,
            body: bytes | None = None) -> Answer:
        """One request on a connection of its own."""
        with self.client() as client:
            return client.ask(method, target, headers, body)

    def get(self, target: str, headers: dict[str, str] | None = None) -> Answer:
        return self.ask("GET", target, headers)

    def url(self, target: str) -> str:
        return f"http://{self.address[0]}:{self.address[1]}{target}"

    def counters(self) -> dict[str, int]:
        """What all workers have counted so far, added up."""
        before = len(self.reports("counters"))
        self.signal(signal.SIGUSR1)
        with self.changed:
            self.changed.wait_for(
                lambda: len(self.reports("counters")) >= before + self.workers, wire.PATIENCE_S)
        return add_up(self.reports("counters")[before:])

    def reports(self, event: str) -> list[str]:
        return [line for line in self.lines if REPORTED.search(line) and event in line]

    def settle(self) -> None:
        """Until nothing is in flight: every answer, a shadow's too, has been read to its end."""
        until = time.monotonic() + wire.PATIENCE_S
        while any(self.counters()[name] for name in ("calls", "shadow_in_flight")):
            assert time.monotonic() < until, self.stderr

    def descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def memory_peak_kib(self) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status).group(1))  # type: ignore[union-attr]

    def signal(self, number: int = signal.SIGTERM) -> None:
        self.ending = self.ending or number != signal.SIGUSR1
        self.process.send_signal(number)

    def wait_drained(self) -> None:
        """Until no worker lets anybody in any more: each of them knows that it is to end."""
        until = time.monotonic() + wire.PATIENCE_S
        while time.monotonic() < until:
            try:
                self.client().close()
            except ConnectionRefusedError:
                return
            except ConnectionResetError:
                pass  # it was in the queue of one that ended
        raise AssertionError("somebody is still let in")

    def wait(self) -> int:
        """Until the process has ended; its exit code."""
        code = self.process.wait(wire.PATIENCE_S)
        with self.changed:
            self.changed.wait_for(lambda: self.ended, wire.PATIENCE_S)
        return code

    def kill(self) -> None:
        """Ends it as a crash does; nothing is asked of its end then."""
        self.killed = True
        self.process.kill()
        self.wait()

    def finish(self) -> None:
        """Nothing may be left over, and the end must be clean. To call once all peers are gone."""
        if self.killed:
            return
        try:
            running = self.process.poll() is None
            if running:
                self._wait_for_rest()
            if running and not self.ending:
                self.signal()
            code = self.wait()
        finally:
            self.process.kill()
        assert not numbers_as_text(self.lines)
        left = add_up(self.reports("worker ended"))
        assert not running or not any(left.get(name) for name in LEFT_OVER), self.stderr
        assert not REPORT.search(self.stderr), self.stderr
        assert code == 0, f"exit code {code}\n{self.stderr}"

    def _wait_for_rest(self) -> None:
        until = time.monotonic() + wire.PATIENCE_S
        while self.descriptors() > self.resting_descriptors:
            assert time.monotonic() < until, (
                f"{self.descriptors()} descriptors, {self.resting_descriptors} at the start: "
                f"{self._open_files()}\n{self.stderr}")
            time.sleep(0.01)

    def _open_files(self) -> list[str]:
        folder = Path(f"/proc/{self.process.pid}/fd")
        return sorted(os.readlink(entry) for entry in folder.iterdir())
