"""`aggregator schema` and `aggregator explain`, as people and editors use them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway import aggregator
from settings import Json, backend, endpoint, service

SCHEMAS = Path(__file__).parents[2] / "schemas"
PARTS = sorted(path.stem for path in SCHEMAS.glob("*.json"))
DRAFT = "http://json-schema.org/draft-04/schema#"


def references(schema: object) -> list[str]:
    inside = schema.values() if isinstance(schema, dict) else schema
    below = [one for part in inside for one in references(part)] \
        if isinstance(schema, (dict, list)) else []
    own = schema.get("$ref") if isinstance(schema, dict) else None
    return below + ([own] if isinstance(own, str) else [])


def follow(schema: Json, reference: str) -> object:
    for name in reference.removeprefix("#").split("/")[1:]:
        schema = schema[name]
    return schema


def test_the_whole_schema_is_one_document() -> None:
    result = aggregator("schema")
    assert (result.returncode, result.stderr) == (0, "")
    schema = json.loads(result.stdout)
    assert schema["$schema"] == DRAFT
    assert "endpoints" in schema["properties"]
    assert references(schema)
    for reference in references(schema):
        assert reference.startswith("#/") and follow(schema, reference)


@pytest.mark.parametrize("part", PARTS)
def test_each_part_is_printed(part: str) -> None:
    result = aggregator("schema", part)
    assert (result.returncode, result.stderr) == (0, "")
    schema = json.loads(result.stdout)
    assert schema["$schema"] == DRAFT
    assert all(reference.startswith("#") for reference in references(schema))


def test_a_component_is_named_as_in_a_configuration() -> None:
    assert aggregator("schema", "backend/http").stdout == \
        aggregator("schema", "backend-http").stdout != ""


@pytest.mark.parametrize(("arguments", "said"), [
    (("schema", "backnd"), "did you mean 'backend'?"),
    (("schema", ""), "there is admin, "),
    (("schema", "backend", "proxy"), "one part"),
    (("schema", "--format", "json"), "--format is no option of schema"),
    (("explain",), "explain takes one name"),
    (("explain", "a", "b"), "explain takes one name"),
    (("explain", "shadow_timeuot"), "did you mean 'shadow_timeout'?"),
    (("explain", "implicit-content-tpye"), "did you mean 'implicit-content-type'?"),
    (("explain", "qqqqqqqq"), "'aggregator reference' prints all"),
    (("explain", ""), "nothing here is called ''"),
    (("explain", "--config", "x", "host"), "--config is no option of explain"),
])
def test_what_is_not_known_is_wrong_usage(arguments: tuple[str, ...], said: str) -> None:
    result = aggregator(*arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("aggregator: ")
    assert said in result.stderr


def test_a_key_is_explained_at_all_its_places() -> None:
    result = aggregator("explain", "timeout")
    assert (result.returncode, result.stderr) == (0, "")
    places = [line for line in result.stdout.splitlines() if line and line[0] != " "]
    assert places[:3] == ["timeout", "endpoints[].timeout", "endpoints[].backend[].timeout"]
    assert '    default   "2s"' in result.stdout.splitlines()


@pytest.mark.parametrize("key", [
    "backend.url_pattern", "/endpoints/3/backend/0/url_pattern", "url_pattern"])
def test_a_key_is_found_by_a_part_of_its_way(key: str) -> None:
    result = aggregator("explain", key)
    assert result.returncode == 0
    assert result.stdout.splitlines()[0] == "endpoints[].backend[].url_pattern"


def test_a_rule_is_explained_as_by_lint() -> None:
    result = aggregator("explain", "unknown-key")
    assert result.returncode == 0
    assert result.stdout == aggregator("lint", "--explain", "unknown-key").stdout != ""


def test_a_file_may_name_its_schema(tmp_path: Path) -> None:
    written = {"$schema": "./aggregator.schema.json",
               **service(endpoint("/a", backend("http://10.0.0.1", url_pattern="/a")))}
    path = tmp_path / "config.json"
    path.write_text(json.dumps(written))
    result = aggregator("lint", "--severity", "advice", "--rule", "public-plain-http=off",
                        str(path))
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_lint_tells_what_the_schema_alone_refuses(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text('{"version": 3, "Timeout": "5s"}')
    result = aggregator("lint", str(path))
    assert result.returncode == 0
    assert f"{path}:1:16: warning: the schema has no key `Timeout` here, but `timeout` [schema]" \
        in result.stdout
    quiet = aggregator("lint", "--rule", "schema=off", str(path))
    assert (quiet.returncode, quiet.stdout) == (0, "")


def test_what_the_loader_told_is_not_told_by_the_schema_again(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text('{"version": 3, "use_hc2": "5s", "output_encoding": "jsn"}')
    for choices in ((), ("--rule", "unknown-key=off", "--rule", "unknown-encoding=off")):
        result = aggregator("lint", *choices, str(path))
        assert result.returncode == (0 if choices else 1)
        assert "[schema]" not in result.stdout
