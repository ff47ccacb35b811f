"""The examples for editors, hooks and pipelines: each is tried out on good and on bad files."""

from __future__ import annotations

import json
import os
import re
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
import yaml

import wire
from gateway import BINARY, aggregator

ROOT = Path(__file__).resolve().parents[2]
EDITOR = ROOT / "examples/13-editor/.vscode"
HOOK = ROOT / "examples/14-hook"
PIPELINE = ROOT / "examples/15-pipeline"
SARIF = json.loads((ROOT / "tests/data/sarif-2.1.0.json").read_text())
NAME = "aggregator.json"
GOOD = '{ "version": 3 }\n'
WRONG = '{ "version": 3, "use_hc2": "1s" }\n'
CRAMPED = '{"version":3}\n'

Shell = Callable[..., subprocess.CompletedProcess]


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Runs commands in an empty folder, where the program is called `aggregator`."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "aggregator").symlink_to(Path(BINARY).resolve())
    folder = tmp_path / "shop"
    folder.mkdir()
    names = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "a",
             "GIT_COMMITTER_EMAIL": "a@example.org", "GIT_CONFIG_GLOBAL": "/dev/null"}
    path = f"{programs}:{os.environ['PATH']}"

    def run(command: str, **files: str) -> subprocess.CompletedProcess:
        for name, text in files.items():
            (folder / name.replace("__", ".")).write_text(text)
        return subprocess.run(["sh", "-ec", command], cwd=folder, capture_output=True, text=True,
                              env=os.environ | names | {"PATH": path}, timeout=wire.PATIENCE_S,
                              check=False)

    return run


# The editor.

def matcher() -> dict:
    tasks = json.loads((EDITOR / "tasks.json").read_text())["tasks"]
    found, = (task["problemMatcher"] for task in tasks if task["problemMatcher"])
    return found


def test_the_problem_matcher_reads_what_lint_prints(write_config) -> None:
    path = write_config('{ "version": 3, /* a */\n  "use_hc2": "1s",\n  "timeout": "0s" }\n')
    pattern = matcher()["pattern"]
    lines = aggregator("lint", path).stdout.splitlines()
    found = [match for line in lines if (match := re.search(pattern["regexp"], line))]
    told = [(match[pattern["severity"]], match[pattern["line"]], match[pattern["column"]],
             match[pattern["code"]]) for match in found]
    assert told == [("advice", "1", "17", "not-portable"), ("error", "2", "3", "unknown-key"),
                    ("warning", "3", "14", "zero-inherits")]
    assert all(match[pattern["file"]] == str(path) for match in found)
    assert found[1][pattern["message"]] == "`use_hc2` is not a key of the service"


def test_the_tasks_run(shell) -> None:
    tasks = json.loads((EDITOR / "tasks.json").read_text())["tasks"]
    lines = {task["label"]: " ".join([task["command"], *task["args"]]) for task in tasks}
    assert shell(lines["aggregator lint"], aggregator__json=WRONG).returncode == 1
    line = lines["aggregator fmt"].replace("${file}", NAME)
    assert shell(f"{line} >/dev/null; cat {NAME}", aggregator__json=CRAMPED).stdout == GOOD


def test_the_schemas_of_the_settings_are_what_the_page_says(shell) -> None:
    settings = json.loads((EDITOR / "settings.json").read_text())
    page = (EDITOR.parent / "README.md").read_text()
    commands = re.findall(r"^    \$ (aggregator .*)$", page, re.MULTILINE)
    urls = {entry["url"] for entry in settings["json.schemas"]} | set(settings["yaml.schemas"])
    assert {f"./{command.split()[-1]}" for command in commands} == urls
    done = shell("mkdir .vscode\n" + "\n".join(commands) + "\ncat " + " ".join(sorted(urls)))
    assert done.returncode == 0, done.stderr
    whole = json.loads(shell("cat .vscode/aggregator.schema.json").stdout)
    validator = jsonschema.validators.validator_for(whole)(whole)
    assert validator.is_valid({"version": 3, "endpoints": []})
    assert not validator.is_valid({"version": 3, "endpoints": 1})


# The hook.

def begin(shell: Shell, **files: str) -> None:
    """A repository with the hook in it, and one commit."""
    done = shell(f"git init -q . && cp {HOOK}/pre-commit .git/hooks/ && git add -A"
                 " && git commit -qm one --allow-empty", **files)
    assert done.returncode == 0, done.stderr


COMMIT = "git add -A && git commit -qm two && git log --format=%s | head -1"


def test_the_hook_lets_a_good_file_pass(shell) -> None:
    begin(shell)
    assert shell(COMMIT, aggregator__json=GOOD).stdout == "two\n"


@pytest.mark.parametrize("text, told", [
    (WRONG, f"{NAME}:1:17: error: `use_hc2` is not a key"), ("{", f"{NAME}:1:2: error: "),
    (CRAMPED, f"run: aggregator fmt {NAME}"), ('{ "version": 3, "timeout": "0s" }\n', "warning: ")])
def test_the_hook_keeps_a_bad_file_back(shell, text, told) -> None:
    begin(shell, aggregator__json=GOOD)
    done = shell(COMMIT, aggregator__json=text)
    assert done.returncode != 0
    assert told in done.stderr
    assert shell("git log --format=%s").stdout == "one\n"


def test_the_hook_looks_at_what_is_staged(shell) -> None:
    begin(shell)
    done = shell(f"git add -A && printf x > {NAME} && git commit -qm two", aggregator__json=GOOD)
    assert done.returncode == 0, done.stderr
    done = shell(f"git add -A && git show HEAD:{NAME} > {NAME} && git commit -qm three",
                 aggregator__json=WRONG)
    assert done.returncode != 0


def test_the_hook_passes_over_what_is_not_the_configuration(shell) -> None:
    begin(shell)
    assert shell(COMMIT, other__json=CRAMPED).stdout == "two\n"
    assert shell(COMMIT, aggregator__json=GOOD).stdout == "two\n"
    assert shell(f"git rm -q {NAME} && git commit -qm gone").returncode == 0


def test_the_hook_takes_a_folder_and_a_severity(shell) -> None:
    begin(shell)
    settings = "git config aggregator.path gateway; git config aggregator.severity error;"
    done = shell(f"{settings} mkdir -p gateway/endpoints; mv service.json gateway; {COMMIT}",
                 service__json='{ "version": 3, "timeout": "0s" }\n')
    assert done.returncode == 0, done.stderr
    done = shell(f"mv a.json gateway/endpoints; {COMMIT}", a__json="[1]")
    assert done.returncode != 0
    assert "gateway/endpoints/a.json" in done.stderr


@pytest.mark.parametrize("text, code", [(GOOD, 0), (WRONG, 1)])
def test_the_entries_for_the_framework_run(shell, text, code) -> None:
    page = yaml.safe_load((HOOK / ".pre-commit-config.yaml").read_text())
    layout, lint = page["repos"][0]["hooks"]
    assert shell(lint["entry"], aggregator__json=text).returncode == code
    for hook in (layout, lint):
        assert hook["language"] == "system"
        assert re.search(hook["files"], NAME) and not re.search(hook["files"], "a/package.json")
    assert lint["pass_filenames"] is False
    done = shell(f"{layout['entry']} {NAME} && cat {NAME}", aggregator__json=CRAMPED)
    assert done.stdout == f"{NAME}\n{GOOD}"


# The pipelines.

def workflow() -> dict[str, dict]:
    page = yaml.safe_load((PIPELINE / ".github/workflows/configuration.yml").read_text())
    assert page["permissions"]["security-events"] == "write"
    return {step["name"]: step for step in page["jobs"]["lint"]["steps"] if "name" in step}


@pytest.mark.parametrize("text, codes", [(GOOD, (0, 0)), (WRONG, (1, 0)), (CRAMPED, (0, 1))])
def test_the_workflow_fails_for_bad_files_and_uploads_sound_sarif(shell, text, codes) -> None:
    steps = workflow()
    assert shell(steps["lint"]["run"], aggregator__json=text).returncode == codes[0]
    assert shell(steps["layout"]["run"]).returncode == codes[1]
    log = json.loads(shell(f"cat {steps['upload']['with']['sarif_file']}").stdout)
    jsonschema.validate(log, SARIF, jsonschema.Draft4Validator)
    assert bool(log["runs"][0]["results"]) == (codes[0] == 1)


@pytest.mark.parametrize("text, codes", [(GOOD, (0, 0)), (WRONG, (1, 0)), (CRAMPED, (0, 1))])
def test_the_pipeline_fails_for_bad_files_and_keeps_a_report(shell, text, codes) -> None:
    job = yaml.safe_load((PIPELINE / ".gitlab-ci.yml").read_text())["configuration"]
    lint, layout = job["script"]
    assert shell(lint, aggregator__json=text).returncode == codes[0]
    assert shell(layout).returncode == codes[1]
    report = shell(f"cat {job['artifacts']['reports']['junit']}").stdout
    failures = [suite.get("failures") for suite in ElementTree.fromstring(report)]
    assert failures == [str(codes[0])]


def test_the_page_of_the_pipelines_has_a_command_that_runs(shell) -> None:
    command, = re.findall(r"^    \$ (.*)$", (PIPELINE / "README.md").read_text(), re.MULTILINE)
    done = shell(command, aggregator__json=WRONG)
    assert done.returncode == 1
    assert done.stdout.startswith(f"::error file={NAME},line=1,")
