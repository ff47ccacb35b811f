"""Every example's page is true: its commands are run, and must print what it says."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import select
import shutil
import socket
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

import wire
from gateway import BINARY, Gateway, aggregator
from name_servers import NameServer

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SAMPLES = os.environ.get("SAMPLE_BACKENDS", "sample_backends")
NUMBERED = sorted(path.parent for path in EXAMPLES.glob("[0-9]*/aggregator*"))


@pytest.fixture
def samples() -> Iterator[dict[str, str]]:
    """The sample backends on free ports: what the pages call them, and where they are."""
    process = subprocess.Popen([SAMPLES, "0", "0"], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    ports = [process.stdout.readline().rsplit(":", 1)[1].strip() for _ in range(2)]
    yield {"9001": ports[0], "9002": ports[1]}
    process.terminate()
    assert process.wait() == 0


def commands(page: str) -> Iterator[tuple[str, str]]:
    """The page's commands, each with the output that follows it; what is fenced only shows."""
    page = re.sub(r"^ *```.*?^ *```$", "", page, flags=re.MULTILINE | re.DOTALL)
    shown = [line[4:] for line in page.splitlines() if line.startswith("    ")]
    for block in "\n".join(shown).split("$ ")[1:]:
        command, _, output = block.partition("\n")
        yield command, without_empty_lines(output)


def without_empty_lines(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if line.strip())


def shell(command: str, folder: Path) -> str:
    done = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True,
                          check=True, timeout=60)
    return without_empty_lines(done.stdout)


@pytest.fixture
def names(start: object) -> Iterator[Callable[[Path, dict[str, str]], NameServer]]:
    """Starts an example's name server: the records of its file, on a free port."""
    with ExitStack() as stack:

        def run(file: Path, ports: dict[str, str]) -> NameServer:
            lines = moved(file.read_text(), ports).splitlines()
            server = NameServer(*(f"--{line}" for line in lines
                                  if line.startswith(("host-record", "srv-host"))))
            stack.callback(server.stop)
            return server

        yield run


IDENTITY = EXAMPLES / "25-identity-provider/identity.py"


@pytest.fixture
def identity(start: object) -> Iterator[Callable[[], str]]:
    """Starts the identity server of the guide on a free port, which it returns."""
    with ExitStack() as stack:

        def run() -> str:
            process = subprocess.Popen([sys.executable, "-B", str(IDENTITY), "0"],
                                       stdout=subprocess.PIPE, text=True)
            stack.callback(process.wait)
            stack.callback(process.terminate)
            assert process.stdout
            return process.stdout.readline().rsplit(":", 1)[1].strip()

        yield run


def as_in_the_project(folder: Path) -> None:
    """The program and the examples where the pages say that they are."""
    (folder / "build/release").mkdir(parents=True)
    (folder / "build/release/aggregator").symlink_to(Path(BINARY).resolve())
    (folder / "examples").symlink_to(EXAMPLES)


def moved(text: str, ports: dict[str, str]) -> str:
    for written, real in ports.items():
        text = re.sub(rf"(?<=[:,]){written}\b", real, text)
    return text


def configuration(example: Path, folder: Path, ports: dict[str, str]) -> Path:
    """A copy of the example whose ports are free ones."""
    copy = Path(shutil.copytree(example, folder / "example"))
    for path in copy.rglob("*"):
        if path.suffix in (".json", ".yaml"):
            path.write_text(moved(path.read_text(), ports))
    return next(copy.glob("aggregator*"))


class Page:
    """A page whose commands are run on free ports, in the order in which they stand there."""

    def __init__(self, text: str, ports: dict[str, str], folder: Path) -> None:
        self.text = text
        self.ports = ports
        self.folder = folder
        as_in_the_project(folder)
        with socket.create_server(("127.0.0.1", 0)) as free:
            ports["8090"] = str(free.getsockname()[1])

    def play(self, start_gateway: Callable[[str], Gateway],
             start_names: Callable[[], NameServer] | None = None,
             start_identity: Callable[[], str] | None = None) -> int:
        """How many commands printed what the page says; the first that did not fails."""
        played = 0
        for command, output in commands(self.text):
            if "aggregator --config" in command:
                self.ports["8080"] = str(start_gateway(command).address[1])
            elif "dnsmasq" in command and start_names:
                self.ports["9053"] = str(start_names().port)
            elif "identity.py &" in command and start_identity:
                self.ports["9010"] = start_identity()
            elif not command.endswith("sample_backends &"):
                assert shell(moved(command, self.ports), self.folder) == output, command
                played += 1
        return played


@pytest.mark.parametrize("example", NUMBERED, ids=lambda path: path.name)
def test_the_page_prints_what_it_says(
        start, samples, names, identity, tmp_path, monkeypatch, example) -> None:
    monkeypatch.chdir(tmp_path)
    page = Page((example / "README.md").read_text(), samples, tmp_path)

    def run(command: str) -> Gateway:
        assert str(example.relative_to(EXAMPLES.parent)) in command
        return start(configuration(example, tmp_path, samples), listen="127.0.0.1:0")

    assert page.play(run, lambda: names(example / "names.conf", samples), identity)


def test_the_identity_provider_of_the_guide_exchanges_its_keys(
        start, samples, identity, tmp_path) -> None:
    samples["9010"] = identity()
    gateway = start(configuration(IDENTITY.parent, tmp_path, samples))

    def ask_identity(path: str, *options: str) -> str:
        return shell(f"curl -s {' '.join(options)} localhost:{samples['9010']}{path}", tmp_path)

    def status(path: str, text: str) -> int:
        return gateway.get(path, {"Authorization": f"Bearer {text}"}).status

    old = {"/me": ask_identity("/keycloak/ada"), "/users/7": ask_identity("/auth0/ada")}
    for path, text in old.items():
        assert status(path, text) == 200
    for _ in range(2):  # the key of Auth0's tokens was in its set before
        ask_identity("/rotate", "-X POST")
    new = {"/me": ask_identity("/keycloak/ada"), "/users/7": ask_identity("/auth0/ada")}
    for path in old:
        assert status(path, new[path]) == 200
        until = time.monotonic() + wire.PATIENCE_S
        while status(path, old[path]) != 401:  # each worker is told of it
            assert time.monotonic() < until


def test_the_first_configuration_answers_what_the_first_page_says(
        start, samples, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = Page((EXAMPLES.parent / "README.md").read_text(), samples, tmp_path)
    config, = re.findall(r"^```json\n(.*?)^```$", page.text, re.MULTILINE | re.DOTALL)
    assert aggregator("lint", "--severity", "warning", write(tmp_path, config)).returncode == 0
    path = write(tmp_path, moved(config, samples))
    assert page.play(lambda command: start(path, listen="127.0.0.1:0")) == 2


def write(folder: Path, config: str) -> Path:
    path = folder / "aggregator.json"
    path.write_text(config)
    return path


QUICKSTART = EXAMPLES / "quickstart" / "run"


def test_the_quickstart_ends_by_itself_without_a_terminal() -> None:
    done = subprocess.run([str(QUICKSTART)], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, check=True, timeout=60)
    assert '"name":"Ada Lovelace"' in done.stdout
    assert "the shadow backend received its copy" in done.stdout
    assert "Ctrl-C" not in done.stdout


def test_the_quickstart_stays_up_at_a_terminal(tmp_path) -> None:
    control, terminal = pty.openpty()
    process = subprocess.Popen([str(QUICKSTART)], stdin=terminal, stdout=terminal, stderr=terminal,
                               preexec_fn=lambda: terminal_of(terminal), start_new_session=True)
    os.close(terminal)
    seen = read_until(control, r"Ctrl-C.*\r\n  \S+ init [^\r]*\r\n")
    shown = re.findall(r"^  (\S.*?)\r$", seen, re.MULTILINE)
    assert len(shown) == 3
    assert '"id":8' in shell(f"{shown[0]} -s", tmp_path)
    assert '"users":2' in shell(f"for i in $(seq 100); do {shown[1]} -s | grep users.:2 && break;"
                                " sleep 0.05; done", tmp_path)
    assert "wrote my-gateway/aggregator.json" in shell(shown[2], tmp_path)
    os.write(control, b"\x03")
    read_until(control, "stopped")
    assert process.wait(60) == 0
    os.close(control)


def terminal_of(terminal: int) -> None:
    """Makes the terminal the one that a Ctrl-C of comes to this process."""
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)


def read_until(control: int, pattern: str) -> str:
    seen = ""
    while not re.search(pattern, seen, re.DOTALL):
        assert select.select([control], [], [], 60)[0], seen
        seen += os.read(control, 65536).decode()
    return seen


def test_the_quickstarts_configuration_is_sound() -> None:
    config = json.loads((EXAMPLES / "quickstart" / "aggregator.json").read_text())
    assert [point["endpoint"] for point in config["endpoints"]] == ["/profile/{id}"]
