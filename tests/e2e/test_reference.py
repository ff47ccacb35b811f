"""The reference and `aggregator explain`: one set of tables, and the page that is made from it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from backends import json_reply
from gateway import aggregator
from settings import backend, endpoint, service

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "schemas" / "README.md"
LEVELS = {"service", "endpoint", "backend"}


def tables(page: str) -> dict[str, list[list[str]]]:
    """The rows of each table, by the heading above it, without those that head it."""
    found: dict[str, list[list[str]]] = {}
    heading = ""
    for line in page.splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        elif line.startswith("| "):
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            found.setdefault(heading, []).append(cells)
    return {name: rows[2:] for name, rows in found.items()}


TABLES = tables(PAGE.read_text())
KEYS = [row for name, rows in TABLES.items() if name.startswith("Keys of ") or " of " in name
        and name.startswith("`") for row in rows]


def names_in(heading: str) -> list[str]:
    return [re.match(r"`([^`]+)`", row[0])[1] for row in TABLES[heading]]


def test_the_page_is_what_the_program_prints() -> None:
    result = aggregator("reference")
    assert (result.returncode, result.stderr) == (0, "")
    assert PAGE.read_text() == result.stdout, \
        "write it again: build/dev/aggregator reference > schemas/README.md"


def test_every_key_has_all_that_a_reader_asks_for() -> None:
    assert len(KEYS) > 300
    for key, kind, default, meaning, example, level, since in KEYS:
        assert all((key, kind, default, example)), key
        assert meaning.endswith((".", "?")), key
        assert level in LEVELS and re.fullmatch(r"\d+\.\d+\.\d+", since), key


@pytest.mark.parametrize("heading", [
    "Components of KrakenD", "Failures", "Drop reasons of shadows", "Metrics",
    "Fields of the log", "Rules of lint"])
def test_every_name_is_explained(heading: str) -> None:
    names = names_in(heading)
    assert len(names) > 15
    for name in names[::7]:  # made from the same tables as the page
        result = aggregator("explain", name)
        assert (result.returncode, result.stderr) == (0, ""), name
        assert any(line.startswith((f"{name} (", f"{name}:", name))
                   for line in result.stdout.splitlines()), name


def test_every_row_says_what_to_do_or_means() -> None:
    for heading in ("Failures", "Drop reasons of shadows", "Metrics", "Fields of the log"):
        for row in TABLES[heading]:
            if heading != "Metrics":
                assert all(row), row
            assert row[-1].endswith("."), row


def test_a_component_is_here_or_the_row_says_what_to_use() -> None:
    rows = {row[0].split("`")[1]: row for row in TABLES["Components of KrakenD"]}
    assert rows["backend/http"][2] == "here"
    assert rows["security/cors"][2] == "here, with differences"
    assert rows["proxy/shadow"][2] == "only here"
    assert rows["auth/validator"][2] == "here, with differences"
    assert rows["workflow"][2] == "not here"
    for name, row in rows.items():
        assert row[2] in ("here", "here, with differences", "only here", "not here"), name
        assert bool(row[3]) == (row[2] in ("not here", "here, with differences")), name


def test_what_is_not_here_is_what_a_configuration_is_refused_for(write_config) -> None:
    """The matrix tells the truth: each missing component is told by lint, the others are not."""
    for row in TABLES["Components of KrakenD"]:
        name = row[0].split("`")[1]
        if row[1].startswith("agent"):
            continue
        config = service(endpoint("/a", backend("http://127.0.0.1:1")))
        point = config["endpoints"][0]
        place = {"service": config, "endpoint": point,
                 "backend": point["backend"][0]}[row[1].split(",")[0]]
        place["extra_config"] = {name: {}}
        path = write_config(config)
        told = aggregator("lint", "--format", "json", "--severity", "advice", path).stdout
        rules = {finding["rule"] for finding in json.loads(told)["findings"]}
        missing = bool(rules & {"unsupported-component", "no-counterpart"})
        assert missing == (row[2] == "not here"), (name, rules)


@pytest.mark.parametrize(("name", "said"), [
    ("wrong_shape", '"is_collection": true'),
    ("bad_status:503", "return_error_code"),
    ("Queue_Full", "limits.queue"),
    ("errors_total", "aggregator_errors_total (metric)"),
    ("aggregator_request_duration_seconds_bucket", "histogram"),
    ("duration_ms", "Milliseconds"),
    ("github.com/devopsfaith/krakend-jose/validator", "auth/validator (component)"),
    ("workflow", "@allow_unsupported"),
    ("x-aggregator-completed", "(header of replies)"),
    ("timeout", "drop reason of shadows"),
    ("timeout", "endpoints[].timeout"),
])
def test_a_name_is_explained_as_it_stands_in_a_log(name: str, said: str) -> None:
    result = aggregator("explain", name)
    assert (result.returncode, result.stderr) == (0, "")
    assert said in result.stdout


@pytest.mark.parametrize(("name", "near"), [
    ("wrong_shap", "'wrong_shape'"), ("samplign", "'sampling'"),
    ("auth/validtor", "'auth/validator'"),
    ("aggregator_error_total", "'aggregator_errors_total'"), ("exchange_duration", "exchange"),
    ("backend.timeuot", "'timeout'"), ("no-host", "'no-hosts'")])
def test_an_unknown_name_gets_near_ones(name: str, near: str) -> None:
    result = aggregator("explain", name)
    assert (result.returncode, result.stdout) == (2, "")
    assert "did you mean" in result.stderr and near in result.stderr


def test_every_field_of_a_log_line_is_in_the_reference(start, serve) -> None:
    origin = serve({"/good": json_reply({"a": 1})})
    gateway = start(service(
        endpoint("/a", backend(origin.host, url_pattern="/good")),
        endpoint("/b", backend("http://127.0.0.1:1")),
        endpoint("/s", backend(origin.host, url_pattern="/good"),
                 backend("http://127.0.0.1:1", extra_config={"proxy": {"shadow": True}}))),
        "--log-format", "json")
    for path in ("/a", "/b", "/s", "/nowhere"):
        gateway.get(path)
        gateway.access(path)
    gateway.counters()
    known = set(names_in("Fields of the log"))
    seen = {key for line in gateway.lines if line.startswith("{") for key in json.loads(line)}
    assert {"event", "failure", "backends", "reason", "worker"} <= seen
    assert seen <= known
