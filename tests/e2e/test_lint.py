"""`aggregator lint` as people, editors and pipelines use it, and what no one should give it."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from typing import IO

import jsonschema
import pytest

from gateway import BINARY, REPORT, aggregator
from settings import Json, backend, endpoint, service, shadow

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "schemas/findings.json").read_text())
SARIF = json.loads((ROOT / "tests/data/sarif-2.1.0.json").read_text())
FORMATS = ("text", "json", "sarif", "github", "junit")
SOUND = {"version": 3}
MISSPELT = '{\n  "version": 3,\n  "use_hc2": "5s"\n}\n'
BARE = '{"version": 3, /* bare */ "host": "http://b.internal"}\n'
QUIET = ("--rule", "not-portable=off")
DOWN = "unknown-key=warning"
MIB = 1024


def fits(value: object, schema: Json = SCHEMA) -> bool:
    """Whether a value is as the schema has it, whose definitions are those of all findings."""
    whole = {"definitions": SCHEMA["definitions"]} | schema
    return jsonschema.Draft4Validator(whole).is_valid(value)


def object_schemas(schema: object) -> list[Json]:
    """Each schema in the schema."""
    if isinstance(schema, list):
        return [one for part in schema for one in object_schemas(part)]
    if not isinstance(schema, dict):
        return []
    own = [schema] if "description" in schema else []
    return own + [one for key, part in schema.items() if key != "examples"
                  for one in object_schemas(part)]


# Formats.

@pytest.fixture
def lint(write_config: Callable[..., Path]) -> Callable[..., subprocess.CompletedProcess]:
    def run(config: object, *options: str, **more: object) -> subprocess.CompletedProcess:
        path = config if isinstance(config, Path) else write_config(config)
        return aggregator("lint", path, *options, **more)

    return run


@pytest.fixture
def report(lint) -> Callable[..., Json]:
    """What is found, as JSON that the schema has approved."""

    def run(config: object, *options: str) -> Json:
        told = json.loads(lint(config, "--format", "json", *options).stdout)
        assert fits(told)
        return told

    return run


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_tells_the_same_exit_status(lint, form) -> None:
    assert lint(SOUND, "--format", form).returncode == 0
    assert lint(MISSPELT, "--format", form).returncode == 1


def test_the_text_has_the_line_a_mark_under_the_key_and_a_summary_beside_it(lint, tmp_path) -> None:
    done = lint(MISSPELT)
    assert done.stdout == (
        f"{tmp_path}/aggregator.json:3:3: error: `use_hc2` is not a key of the service"
        " [unknown-key]\n"
        '    3 |   "use_hc2": "5s"\n'
        "      |   ^^^^^^^^^\n"
        "    hint: did you mean `use_h2c`?\n")
    assert done.stderr == "found 1 error\n"


def test_a_sound_configuration_is_passed_over_in_silence(lint) -> None:
    for form in ("text", "github"):
        done = lint(SOUND, "--format", form)
        assert (done.stdout, done.stderr) == ("", "")


def test_what_is_otherwise_than_elsewhere_has_its_number_and_is_told_once(report) -> None:
    both = {"qos/ratelimit/proxy": {"max_rate": 5, "capacity": 5},
            "qos/circuit-breaker": {"interval": 60, "timeout": 60, "max_errors": 3}}
    points = [endpoint(path, {"host": ["http://b"], "url_pattern": "/", "extra_config": both})
              for path in ("/a", "/b")]
    told = [one["message"] for one in report(service(*points))["findings"]
            if one["rule"] == "differs"]
    for number in (4, 8, 9):  # 8 is about both components
        found, = (text for text in told if text.startswith(f"difference {number}: in KrakenD "))
        assert found.endswith("(2 places)")
    assert not report(service(*points, **{"@lint": {"differs": "off"}}))["findings"]


def test_json_is_as_its_schema_says(report, tmp_path) -> None:
    told = report(MISSPELT)
    assert told["configurations"] == [f"{tmp_path}/aggregator.json"]
    assert told["summary"] == {"errors": 1, "warnings": 0, "advice": 0}
    assert told["findings"] == [{
        "file": f"{tmp_path}/aggregator.json", "line": 3, "column": 3, "length": 9,
        "pointer": "/use_hc2", "rule": "unknown-key", "severity": "error",
        "message": "`use_hc2` is not a key of the service",
        "hint": "did you mean `use_h2c`?"}]
    assert report(SOUND)["findings"] == []
    assert report("{")["findings"]
    assert report(BARE)["findings"]


@pytest.mark.parametrize("change", [
    {"more": 1}, {"line": 0}, {"line": "3"}, {"column": True}, {"severity": "fatal"},
    {"message": ""}, {"rule": "Unknown Key"}, {"pointer": "a"}, {"repair": []},
    {"repair": [{"offset": 1, "size": -1, "text": ""}]}, {"repair": [{"offset": 1}]}])
def test_the_schema_refuses_what_is_no_finding(report, change) -> None:
    told = report(MISSPELT)
    told["findings"][0] |= change
    assert not fits(told)


@pytest.mark.parametrize("key", ["rule", "message", "column", "line"])
def test_the_schema_misses_what_a_finding_must_have(report, key) -> None:
    told = report(MISSPELT)
    del told["findings"][0][key]
    assert not fits(told)


def test_the_examples_of_the_schema_are_as_it_says() -> None:
    for schema in object_schemas(SCHEMA):
        assert all(fits(example, schema) for example in schema.get("examples", []))


def test_a_repair_removes_its_finding_and_keeps_the_comments(report, write_config) -> None:
    config = write_config(BARE)
    finding, = report(config, *QUIET)["findings"]
    text = BARE.encode()
    for edit in reversed(finding["repair"]):
        end = edit["offset"] + edit["size"]
        text = text[:edit["offset"]] + edit["text"].encode() + text[end:]
    assert text.decode() == '{"version": 3, /* bare */ "host": ["http://b.internal"]}\n'
    assert report(text.decode(), *QUIET)["findings"] == []


def test_sarif_has_what_its_standard_requires(lint) -> None:
    log = json.loads(lint(MISSPELT, "--format", "sarif").stdout)
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    run, = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    result, = run["results"]
    assert run["tool"]["driver"]["name"] == "aggregator"
    assert all(rule["id"] and rule["shortDescription"]["text"] for rule in rules)
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == "unknown-key"
    assert result["level"] == "error"
    assert result["message"]["text"].startswith("`use_hc2` is not a key of the service")
    place = result["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 3, "startColumn": 3, "endColumn": 12}


def check_sarif(text: str) -> Json:
    """A log that the schema of SARIF has approved, formats included."""
    log = json.loads(text)
    jsonschema.Draft4Validator.check_schema(SARIF)
    checker = jsonschema.FormatChecker()
    faults = list(jsonschema.Draft4Validator(SARIF, format_checker=checker).iter_errors(log))
    assert faults == []
    return log


@pytest.mark.parametrize("config", [SOUND, MISSPELT, BARE, "{", "[", {"version": 2}, ""])
def test_sarif_is_as_its_schema_says(lint, config) -> None:
    check_sarif(lint(config, "--format", "sarif").stdout)


def golden_files() -> list[tuple[str, str]]:
    """The first file of every case of lint that is told about a file of its own."""
    cases = sorted((ROOT / "tests/golden/lint").glob("*.txt"))
    texts = [re.split(r"^--- ", case.read_text(errors="surrogateescape"), flags=re.M)[1]
             for case in cases]
    files = [text.partition("\n") for text in texts if text.startswith("file ")]
    return [(head.split()[1].replace("/", "-"), body) for head, _, body in files]


def test_sarif_is_as_its_schema_says_for_every_case_of_lint(tmp_path) -> None:
    paths = []
    for number, (name, text) in enumerate(golden_files()):
        paths.append(tmp_path / f"{number}-{name}")
        paths[-1].write_text(text, errors="surrogateescape")
    log = check_sarif(aggregator("lint", *paths, tmp_path / "none", "--format", "sarif").stdout)
    results = log["runs"][0]["results"]
    assert len({one["ruleId"] for one in results}) > 80
    assert any("fixes" in one for one in results)
    assert {one["level"] for one in results} == {"error", "warning", "note"}


@pytest.mark.parametrize("wrong", [
    {"version": "2.0.0"}, {"runs": [{}]}, {"more": 1},
    {"runs": [{"tool": {"driver": {"name": "a"}}, "results": [{"ruleId": "a"}]}]}])
def test_the_schema_of_sarif_refuses_what_is_no_log(lint, wrong) -> None:
    log = json.loads(lint(MISSPELT, "--format", "sarif").stdout) | wrong
    with pytest.raises(AssertionError):
        check_sarif(json.dumps(log))


def test_sarif_names_files_by_uri_and_puts_repairs_into_bytes(lint, write_config) -> None:
    path = write_config(BARE, "a b%.json")
    run, = json.loads(lint(path, "--format", "sarif", *QUIET).stdout)["runs"]
    result, = run["results"]
    uri = "file://" + str(path).replace("%", "%25").replace(" ", "%20")
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri
    change = result["fixes"][0]["artifactChanges"][0]
    assert change["artifactLocation"]["uri"] == uri
    regions = [one["deletedRegion"] for one in change["replacements"]]
    assert regions == sorted(regions, key=lambda region: region["byteOffset"])
    assert all(one["byteOffset"] + one["byteLength"] <= len(BARE) for one in regions)


def test_sarif_without_findings_has_an_empty_list_of_results(lint) -> None:
    run, = json.loads(lint(SOUND, "--format", "sarif").stdout)["runs"]
    assert run["results"] == []


def test_github_gets_one_command_a_finding(lint, write_config) -> None:
    path = write_config(MISSPELT, "a,b:c.json")
    assert lint(path, "--format", "github").stdout == (
        f"::error file={path.parent}/a%2Cb%3Ac.json,line=3,endLine=3,col=3,endColumn=12,"
        "title=unknown-key::`use_hc2` is not a key of the service%0A"
        "hint: did you mean `use_h2c`?\n")


def test_junit_fails_what_reaches_the_threshold(lint) -> None:
    def cases(*options: str) -> tuple[str, list[str]]:
        suites = ElementTree.fromstring(lint(MISSPELT, "--format", "junit", *options).stdout)
        suite, = suites.findall("testsuite")
        assert suite.get("tests") == "1"
        return suite.get("failures"), [child.tag for child in suite.find("testcase")]

    assert cases() == ("1", ["failure"])
    assert cases("--rule", DOWN) == ("0", ["system-out"])
    assert cases("--rule", DOWN, "--severity", "warning") == ("1", ["failure"])


def test_junit_has_a_case_that_passed_for_a_sound_configuration(lint, tmp_path) -> None:
    suite, = ElementTree.fromstring(lint(SOUND, "--format", "junit").stdout)
    assert (suite.get("name"), suite.get("failures")) == (f"{tmp_path}/aggregator.json", "0")
    case, = suite
    assert len(case) == 0


@pytest.mark.parametrize("form", ["json", "sarif", "junit"])
def test_names_of_files_do_not_break_a_format(tmp_path, form) -> None:
    path = os.fsencode(tmp_path) + b"/\xff\n\"<&\x1b.json"
    Path(os.fsdecode(path)).write_text(MISSPELT)
    done = subprocess.run([BINARY, "lint", path, "--format", form], capture_output=True,
                          check=False)
    assert done.returncode == 1
    if form == "junit":
        assert len(ElementTree.fromstring(done.stdout)) == 1
    else:
        assert json.loads(done.stdout.decode()).keys() >= {"findings" if form == "json" else "runs"}


# Options.

def test_a_lone_dash_is_standard_input() -> None:
    def run(text: str) -> subprocess.CompletedProcess:
        return subprocess.run([BINARY, "lint", "-"], input=text, capture_output=True, text=True,
                              check=False)

    wrong = run(MISSPELT)
    assert wrong.stdout.startswith("<stdin>:3:3: error: ") and wrong.returncode == 1
    assert (run('{"version": 3}').stdout, run('{"version": 3}').returncode) == ("", 0)
    assert run("").returncode == 1


@pytest.mark.parametrize("options, code", [
    ([], 1), (["--severity", "advice"], 1), (["--severity", "warning"], 1),
    (["--rule", DOWN], 0), (["--rule", DOWN, "--severity", "warning"], 1),
    (["--rule", DOWN, "--severity", "advice"], 1),
    (["--rule", "unknown-key=advice", "--severity", "warning"], 0),
    (["--rule", "unknown-key=off", "--severity", "advice"], 0),
    (["--rule", DOWN, "--rule", "unknown-key=error"], 1)])
def test_the_threshold_and_the_severity_make_the_exit_status(lint, options, code) -> None:
    assert lint(MISSPELT, *options).returncode == code


def test_a_rule_gets_another_severity_or_is_off(lint) -> None:
    assert "3:3: warning: " in lint(MISSPELT, "--rule", DOWN).stdout
    assert lint(MISSPELT, "--rule", DOWN).stderr == "found 1 warning\n"
    assert lint(MISSPELT, "--rule", "unknown-key=off").stdout == ""


@pytest.mark.parametrize("arguments", [
    [], ["--no-such-option", "a.json"], ["a.json", "--format", "xml"],
    ["a.json", "--severity", "fatal"], ["a.json", "--severity"], ["a.json", "--rule", "syntax"],
    ["a.json", "--rule", "no-such-rule=off"], ["a.json", "--rule", "syntax=loud"],
    ["--explain", "no-such-rule"], ["--explain"], ["--list-rules", "--format", "sarif"],
    ["a.json", "--listen", "127.0.0.1:0"]])
def test_wrong_usage_is_told_apart_from_findings(arguments) -> None:
    done = aggregator("lint", *arguments)
    assert done.returncode == 2
    assert done.stdout == "" and done.stderr != ""


def test_the_rule_that_was_meant_is_guessed() -> None:
    assert "'unknown-key'" in aggregator("lint", "--explain", "unknwon-key").stderr


def test_all_rules_are_listed_and_each_is_explained() -> None:
    rules = json.loads(aggregator("lint", "--list-rules", "--format", "json").stdout)["rules"]
    names = [rule["name"] for rule in rules]
    assert names == sorted(set(names)) and "unknown-key" in names
    lines = aggregator("lint", "--list-rules").stdout.splitlines()
    assert [line.split()[:2] for line in lines] == [
        [rule["name"], rule["severity"]] for rule in rules]
    rule = rules[names.index("unknown-key")]
    done = aggregator("lint", "--explain", "unknown-key", "--format", "json")
    assert json.loads(done.stdout) == rule
    text = aggregator("lint", "--explain", "unknown-key").stdout
    assert text.startswith("unknown-key: error\n") and rule["explanation"] in text


def on_terminal(path: Path, **environment: str) -> str:
    """What a terminal gets to see."""
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as screen:
        variables = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
        subprocess.run([BINARY, "lint", str(path)], stdout=theirs, stderr=subprocess.DEVNULL,
                       env=variables | environment, check=False)
        shown = screen.read(1 << 16).decode()
        os.close(theirs)
        return shown.replace("\r\n", "\n")


def test_a_terminal_gets_colours_unless_it_wants_none(write_config) -> None:
    path = write_config(MISSPELT)
    plain = aggregator("lint", path).stdout
    assert "\x1b" not in plain
    coloured = on_terminal(path)
    assert "\x1b[1;31merror:\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
    assert on_terminal(path, NO_COLOR="1") == plain
    assert on_terminal(path, NO_COLOR="") == coloured


# What no one should give it.

def is_sanitized() -> bool:
    """Sanitizers keep what was freed, so that memory tells nothing about the program."""
    program = Path(BINARY).read_bytes()
    return any(name in program for name in (b"__asan_init", b"__tsan_init", b"__msan_init"))


# A small process between, as the child of a fork begins with the size of its parent.
WATCH = """import resource, subprocess, sys
code = subprocess.call(sys.argv[1:], stderr=subprocess.STDOUT)
print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)"""


class Measured:
    """lint, run to its end, and the most memory that it had."""

    def __init__(self, *arguments: object, stdin: IO[bytes] | None = None) -> None:
        done = subprocess.run([sys.executable, "-c", WATCH, BINARY, "lint", *map(str, arguments)],
                              stdin=stdin or subprocess.DEVNULL, capture_output=True, check=True)
        self.text = done.stdout.decode()
        self.code, self.kib = map(int, done.stderr.split())

    def check(self, rule: str, most_kib: int = 100 * MIB) -> None:
        """It told one error of that rule, and stayed small."""
        assert self.code == 1, self.text
        assert REPORT.search(self.text) is None, self.text
        heads = [line for line in self.text.splitlines() if ": error: " in line]
        assert [line.endswith(f"[{rule}]") for line in heads] == [True], self.text
        assert self.text.endswith("found 1 error\n")
        assert is_sanitized() or self.kib < most_kib


@pytest.fixture
def huge(tmp_path: Path) -> Path:
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(1 << 30)
    return path


def test_a_gibibyte_is_refused_unread(huge) -> None:
    Measured(huge).check("unreadable-file")


def test_a_gibibyte_on_standard_input_is_read_up_to_the_limit(huge) -> None:
    with huge.open("rb") as file:
        Measured("-", stdin=file).check("syntax", most_kib=700 * MIB)


NO_DOCUMENTS = {
    "objects.json": b'{"a":' * 100_000, "arrays.json": b"[" * 100_000,
    "closed.json": b"[" * 100_000 + b"]" * 100_000,
    "arrays.yaml": b"[" * 100_000, "objects.yaml": b"a: {" * 100_000,
    "arrays.toml": b"a = " + b"[" * 100_000,
    "zeros.json": bytes(1 << 20), "junk.json": bytes(range(255, -1, -1)) * 4096,
    "junk.yaml": bytes(range(256)) * 4096, "junk.toml": bytes(range(256)) * 4096,
    "utf8.json": b'{"version": 3, "name": "\xc3("}', "utf8.yaml": b"version: 3\nname: \xc3(\n",
    "utf8.toml": b'version = 3\nname = "\xc3("\n',
    "surrogate.json": b'{"version": 3, "name": "\xed\xa0\x80"}', "empty.json": b""}


@pytest.mark.parametrize("name", NO_DOCUMENTS)
def test_what_is_no_document_is_one_syntax_error(tmp_path, name) -> None:
    path = tmp_path / name
    path.write_bytes(NO_DOCUMENTS[name])
    Measured(path).check("syntax", most_kib=200 * MIB)


def test_a_link_to_itself_is_an_unreadable_file(tmp_path) -> None:
    loop = tmp_path / "loop.json"
    loop.symlink_to(tmp_path / "pool.json")
    (tmp_path / "pool.json").symlink_to(loop)
    Measured(loop).check("unreadable-file")


def test_a_link_to_a_folder_above_it_is_not_followed_forever(write_config) -> None:
    folder = write_config(service(), "shop/service.json").parent
    (folder / "endpoints").mkdir()
    (folder / "endpoints" / "again").symlink_to(folder / "endpoints")
    Measured(folder).check("link-loop")


def test_a_folder_without_a_service_is_told_so(tmp_path) -> None:
    Measured(tmp_path).check("no-service")


def test_a_file_that_may_not_be_read_is_told_so(write_config) -> None:
    path = write_config(SOUND)
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    Measured(path).check("unreadable-file")


def many(**more: object) -> Json:
    return service(*(
        endpoint(f"/items{i}/{{id}}/parts",
                 backend("http://10.0.0.1", f"/i{i}/{{id}}", group="items", allow=["id", "name"]),
                 shadow("http://10.0.0.2", f"/i{i}/{{id}}", timeout="1s", group="copy"),
                 method="GET", timeout="2s", input_headers=["X-Request-Id"], **more)
        for i in range(10_000)), timeout="2s")


@pytest.mark.parametrize("more", [{}, {"output_encodin": "json"}])
def test_ten_thousand_endpoints_fit_into_little_memory(write_config, more) -> None:
    path = write_config(many(**more))
    assert path.stat().st_size > 5 << 20
    done = Measured(path)
    assert done.code == (1 if "output_encodin" in more else 0), done.text[:1000]
    assert is_sanitized() or done.kib < 300 * MIB
