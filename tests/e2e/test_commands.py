"""The command line: help of each command, the manual page, completions, `init` and `check`."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shutil
import subprocess
from pathlib import Path

import pytest

import wire
from backends import json_reply
from gateway import BINARY, aggregator
from settings import backend, endpoint, service

USAGE = re.compile(r"^  aggregator (\w+)", re.MULTILINE)
COMMANDS = USAGE.findall(aggregator("help").stdout)
GOOD = service(endpoint("/a", backend("http://127.0.0.1:1")))


def options_of(command: str) -> list[str]:
    return re.findall(r"^  (?:-\w, |    )(--[\w-]+)", aggregator(command, "--help").stdout,
                      re.MULTILINE)


# Help and the manual page.

def test_the_program_lists_its_commands() -> None:
    assert {"run", "check", "lint", "init", "explain", "reference", "completion"} <= set(COMMANDS)
    assert aggregator().stdout == aggregator("--help").stdout == aggregator("help").stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_its_own_help(command: str) -> None:
    result = aggregator(command, "--help")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith(f"aggregator {command}: ")
    assert result.stdout == aggregator("help", command).stdout
    assert "--help" in options_of(command)
    assert max(map(len, result.stdout.splitlines())) <= 100


def test_the_manual_page_has_every_command_and_option() -> None:
    page = subprocess.run(["groff", "-man", "-Tascii", "-P-cbou"], check=True, text=True,
                          input=aggregator("man").stdout, capture_output=True).stdout
    for command in COMMANDS:
        assert f"aggregator {command}" in page
        for option in options_of(command):
            assert option in page or option == "--help"


@pytest.mark.parametrize("formatter", [
    ["mandoc", "-T", "lint", "-W", "warning"], ["groff", "-man", "-ww", "-Tutf8", "-z"],
    ["man", "--warnings=w", "-l"]])
def test_the_manual_page_is_formatted_without_warnings(formatter: list[str], tmp_path) -> None:
    path = tmp_path / "aggregator.1"
    path.write_text(aggregator("man").stdout)
    done = subprocess.run([*formatter, str(path)], capture_output=True, text=True, check=True,
                          env=os.environ | {"MANPAGER": "cat", "LC_ALL": "C.UTF-8"})
    said = done.stderr + ("" if formatter[0] == "man" else done.stdout)
    assert said == ""


# Completions, as a person at a terminal gets them.

SHELLS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], "bind 'set bell-style none'; PS1='> '; "),
    "zsh": (["zsh", "-f", "-i"], "autoload -U compinit; compinit -u -D; PS1='> '; unsetopt beep; "),
}


class Terminal:
    """A shell at a terminal, in which `aggregator` only shows what it was called with."""

    def __init__(self, shell: str, folder: Path) -> None:
        command, settings = SHELLS[shell]
        (folder / "completions").write_text(aggregator("completion", shell).stdout)
        self.control, terminal = pty.openpty()
        self.process = subprocess.Popen(
            command, stdin=terminal, stdout=terminal, stderr=terminal, cwd=folder,
            start_new_session=True, env={"PATH": os.environ["PATH"], "TERM": "dumb",
                                         "HOME": str(folder)})
        os.close(terminal)
        self.type(f"{settings}. ./completions; aggregator() {{ printf 'got<%s>\\n' \"$*\"; }}; "
                  "echo rea''dy\r")
        self.read(r"ready\r\n.*> ")

    def type(self, keys: str) -> None:
        os.write(self.control, keys.encode())

    def read(self, pattern: str) -> str:
        seen = ""
        while not re.search(pattern, seen, re.DOTALL):
            assert select.select([self.control], [], [], wire.PATIENCE_S)[0], seen
            seen += os.read(self.control, 65536).decode(errors="replace")
        return seen

    def completed(self, keys: str) -> str:
        """What the command is called with once the keys are typed; a bar is the tabulator."""
        self.type(keys.replace("|", "\t") + "\r")
        return re.findall(r"got<([^>]*)>", self.read(r"got<[^>]*>.*> "))[-1].strip()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.control)


@pytest.fixture(params=sorted(SHELLS))
def terminal(request, tmp_path):
    (tmp_path / "shop.json").write_text("{}")
    opened = Terminal(request.param, tmp_path)
    yield opened
    opened.close()


@pytest.mark.parametrize(("keys", "expected"), [
    ("aggregator li|", "lint"),
    ("aggregator vali|", "validate"),
    ("aggregator lint --form|sar|", "lint --format sarif"),
    ("aggregator lint --rule no-hosts|of|", "lint --rule no-hosts=off"),
    ("aggregator lint --explain unknown-k|", "lint --explain unknown-key"),
    ("aggregator check sho|", "check shop.json"),
    ("aggregator -c sho|", "-c shop.json"),
    ("aggregator --config sho|--log-l|deb|", "--config shop.json --log-level debug"),
    ("aggregator explain wrong_s|", "explain wrong_shape"),
    ("aggregator schema endpoints|", "schema endpoints"),
    ("aggregator completion zs|", "completion zsh"),
    ("aggregator help comp|", "help completion"),
])
def test_a_shell_completes(terminal, keys: str, expected: str) -> None:
    assert terminal.completed(keys) == expected


def test_a_shell_without_completions_is_wrong_usage() -> None:
    result = aggregator("completion", "fish")
    assert (result.returncode, result.stdout) == (2, "")
    assert "bash or zsh" in result.stderr


# init

def test_init_writes_a_configuration_that_works(tmp_path, start, serve) -> None:
    result = aggregator("init", tmp_path / "new")
    assert (result.returncode, result.stderr) == (0, "")
    path = tmp_path / "new" / "aggregator.json"
    linted = aggregator("lint", "--severity", "advice", path)
    assert (linted.returncode, linted.stdout) == (0, "")
    assert aggregator("fmt", "--check", path).returncode == 0
    origin = serve({"/users/7": json_reply({"id": 7, "name": "Ada", "secret": 1}),
                    "/orders": json_reply({"orders": []})})
    config = json.loads(path.read_text())
    config["host"] = [origin.host]
    gateway = start(config)
    assert json.loads(gateway.get("/profile/7").body) == {"id": 7, "name": "Ada", "orders": []}
    shown = re.findall(r"^  (\S.*)$", result.stdout, re.MULTILINE)
    assert shown == [f"{BINARY} lint {path}", f"{BINARY} --config {path}",
                     "curl localhost:8080/profile/7"]


def test_init_sets_an_editor_up(tmp_path) -> None:
    assert aggregator("init", tmp_path).returncode == 0
    settings = json.loads((tmp_path / ".vscode/settings.json").read_text())
    config = json.loads((tmp_path / "aggregator.json").read_text())
    assert settings["json.schemas"][0]["url"] == config["$schema"]
    schema = (tmp_path / config["$schema"]).read_text()
    assert schema == aggregator("schema").stdout


def test_init_never_changes_a_file_that_exists(tmp_path) -> None:
    (tmp_path / "aggregator.json").write_text("mine")
    result = aggregator("init", tmp_path)
    assert result.returncode == 1
    assert "aggregator.json exists, it was not changed" in result.stderr
    assert (tmp_path / "aggregator.json").read_text() == "mine"
    (tmp_path / "aggregator.schema.json").write_text("old")
    (tmp_path / "aggregator.json").unlink()
    assert aggregator("init", tmp_path).returncode == 0
    assert (tmp_path / "aggregator.schema.json").read_text() == "old"


def test_init_says_why_it_cannot_write(tmp_path) -> None:
    (tmp_path / "file").write_text("")
    result = aggregator("init", tmp_path / "file")
    assert result.returncode == 1
    assert "aggregator.json cannot be written: Not a directory" in result.stderr


# check, as those who come from KrakenD call it

@pytest.mark.parametrize("words", [
    ["check", "{}"], ["check", "-c", "{}"], ["validate", "--config", "{}"], ["check", "-tlc", "{}"],
    ["check", "-t", "-n", "-d", "-c", "{}"], ["--config", "{}", "--check"],
    ["run", "-c", "{}", "--log-level", "debug", "--check"]])
def test_a_good_configuration_is_ok(write_config, words: list[str]) -> None:
    path = str(write_config(GOOD))
    result = aggregator(*[word.replace("{}", path) for word in words])
    assert (result.returncode, result.stdout) == (0, "")
    said = result.stderr.splitlines()
    assert said[0] == f"Parsing configuration file: {path}"
    assert said[-1] == "Syntax OK!"
    assert any(line.startswith("GET ") for line in said) == ("-d" in words)


@pytest.mark.parametrize("text", [
    "{", '{"endpoints": []}', '{"version": 3, "timeout": 5}',
    '{"version": 3, "extra_config": {"auth/validator": {"alg": "RS256"}}}',
    json.dumps(GOOD | {"endpoints": GOOD["endpoints"] * 2}),
    '{"version": 3, "tls": {"keys": [{"public_key": "no.pem", "private_key": "no.key"}]}}'])
def test_what_run_would_refuse_is_not_ok(write_config, text: str) -> None:
    path = write_config(text)
    result = aggregator("check", path)
    assert (result.returncode, result.stdout) == (1, "")
    assert "error: " in result.stderr and "Syntax OK!" not in result.stderr
    started = aggregator("--config", path, "--listen", "127.0.0.1:0")
    assert started.returncode == 1


def test_advice_is_printed_with_lint_alone(write_config) -> None:
    path = write_config('{ "version": 3, /* a */ "endpoints": [] }')
    assert "advice: " not in aggregator("check", path).stderr
    assert "advice: " in aggregator("check", "--lint", path).stderr


def test_check_says_what_run_does_where_lint_is_stricter(write_config, start) -> None:
    path = write_config(GOOD | {"comment": "an unknown key that protects nothing"})
    plain = aggregator("check", path)
    assert plain.returncode == 0 and plain.stderr.endswith("Syntax OK!\n")
    assert "warning: `comment` is not a key" in plain.stderr
    start(path)
    for option in ("-l", "--lint-no-network"):
        linted = aggregator("check", option, path)
        assert linted.returncode == 1 and "Syntax OK!" not in linted.stderr
        assert "error: `comment` is not a key" in linted.stderr


def test_check_needs_the_files_that_run_needs(write_config) -> None:
    secure = service(endpoint("/a", backend("https://127.0.0.1:1")),
                     client_tls={"ca_certs": ["/nowhere/ca.pem"]})
    result = aggregator("check", write_config(secure))
    assert result.returncode == 1 and "/nowhere/ca.pem" in result.stderr


def test_a_missing_file_is_named(tmp_path) -> None:
    result = aggregator("check", tmp_path / "none.json")
    assert result.returncode == 1 and "none.json" in result.stderr


def test_standard_input_is_checked() -> None:
    done = subprocess.run([BINARY, "check", "-"], input='{"version": 3}', capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0 and done.stderr.endswith("Syntax OK!\n")


def test_the_shells_of_the_completions_are_installed() -> None:
    assert all(shutil.which(shell) for shell in SHELLS)
