"""Every example's page is true: its commands are run, and must print what it says."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

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
    """The page's commands, each with the output that follows it."""
    shown = [line[4:] for line in page.splitlines() if line.startswith("    ")]
    for block in "\n".join(shown).split("$ ")[1:]:
        command, _, output = block.partition("\n")
        yield command, output.strip()


def shell(command: str, folder: Path) -> str:
    done = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True,
                          check=True, timeout=60)
    return done.stdout.strip()


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


@pytest.mark.parametrize("example", NUMBERED, ids=lambda path: path.name)
def test_the_page_prints_what_it_says(
        start, samples, names, tmp_path, monkeypatch, example) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as free:
        samples["8090"] = str(free.getsockname()[1])
    asked = 0
    for command, output in commands((example / "README.md").read_text()):
        if "aggregator --config" in command:
            assert str(example.relative_to(EXAMPLES.parent)) in command
            gateway = start(configuration(example, tmp_path, samples), listen="127.0.0.1:0")
            samples["8080"] = str(gateway.address[1])
        elif "dnsmasq" in command:
            samples["9053"] = str(names(example / "names.conf", samples).port)
        elif "sample_backends" not in command:
            assert shell(moved(command, samples), tmp_path) == output, command
            asked += "curl" in command
    assert asked


def test_the_quickstarts_configuration_is_sound() -> None:
    config = json.loads((EXAMPLES / "quickstart" / "aggregator.json").read_text())
    assert [point["endpoint"] for point in config["endpoints"]] == ["/profile/{id}"]
