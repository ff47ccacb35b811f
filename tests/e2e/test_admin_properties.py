"""The management interface against its own description: requests are generated from the OpenAPI
document that it serves, sound ones and others, and every answer has to be one that it describes."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings as hypothesis, strategies as some
from jsonschema import Draft202012Validator

from backends import json_reply
from management import Management, admin
from settings import backend, endpoint, service, shadow

LIVE = json_reply({"live": 1})
# What a schema cannot tell of a text; both kinds are generated.
DURATIONS = ["2s", "1500ms", "24h"]
MEANT = {"timeout": DURATIONS, "expires": DURATIONS, "mirrorHost": ["127.0.0.1"]}
TEXTS = some.sampled_from([*DURATIONS, "127.0.0.1", "", "0s", "-1s", "all", "off", "x" * 300,
                           "10.0.0.1", "a b", "2001-01-01T00:00:00Z", "\u0000", "\U0001f600"])
ANYTHING = some.recursive(
    some.none() | some.booleans() | some.floats(allow_nan=False, allow_infinity=False) |
    some.integers(-(1 << 70), 1 << 70) | TEXTS,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5)


def sound_value(name: str, schema: dict):
    """Values that the property's schema allows and that mean something."""
    if "enum" in schema:
        return some.sampled_from(schema["enum"])
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    low, high = schema.get("minimum"), schema.get("maximum")
    made = {"boolean": some.booleans(), "null": some.none(),
            "integer": some.integers(low, high),
            "number": some.floats(low, high, allow_nan=False),
            "string": some.sampled_from(MEANT.get(name, ["a"]))}
    return some.one_of(*(made[kind] for kind in kinds))


def sound_body(schema: dict):
    required = {name: sound_value(name, schema["properties"][name])
                for name in schema.get("required", [])}
    free = {name: sound_value(name, one) for name, one in schema["properties"].items()
            if name not in required}
    return some.fixed_dictionaries(required, optional=free)


def any_body(schema: dict):
    """Mostly close to what is wanted: known names with any values."""
    names = some.sampled_from([*schema["properties"], "enable", "Percentage", ""])
    return some.dictionaries(names, ANYTHING, max_size=4) | ANYTHING


@pytest.fixture
def described(serve, start):
    """A gateway, the way to its interface, the description, and targets by their paths."""
    point = endpoint("/e", backend(serve(LIVE)), shadow(serve(LIVE), rules={"name": "v2"}),
                     extra_config={"router": {"name": "e"}})
    config = service(point) | {"extra_config": {
        "admin": admin(), "proxy/shadow": {"allowed_hosts": ["127.0.0.1"]}}}
    management = Management(start(config, "--workers", "1"))
    document = json.loads(management.get("/api/v1/openapi.json").text)
    shadows = json.loads(management.get("/api/v1/shadows").text)["shadows"]
    endpoints = json.loads(management.get("/api/v1/endpoints").text)["endpoints"]
    known = {"/api/v1/endpoints/{id}": f"/api/v1/endpoints/{endpoints[0]['id']}",
             "/api/v1/shadows/{id}": f"/api/v1/shadows/{shadows[0]['id']}",
             "/api/v1/gateway/routes/{name}/mirror": "/api/v1/gateway/routes/e/mirror"}
    return management, document, known


def schema_of_body(document: dict, operation: dict) -> dict | None:
    if "requestBody" not in operation:
        return None
    named = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    return document["components"]["schemas"][named.rsplit("/", 1)[1]]


def operations(document: dict) -> list[tuple[str, str]]:
    verbs = ("get", "post", "patch", "delete", "put")
    return [(verb, path) for path, item in document["paths"].items() for verb in verbs
            if verb in item]


def check(document: dict, operation: dict, answer) -> None:
    """The answer's status is one that is described, and its body is of that schema."""
    assert str(answer.status) in operation["responses"], (answer.status, answer.text)
    response = operation["responses"][str(answer.status)]
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
    kind = (answer.get("Content-Type") or "").split(";")[0]
    if not kind:
        assert not answer.body
        return
    assert kind in response["content"], kind
    if "json" in kind:
        schema = response["content"][kind]["schema"]
        Draft202012Validator(document | schema).validate(json.loads(answer.text))


BOUNDED = hypothesis(max_examples=100, deadline=None, database=None, derandomize=True,
                     suppress_health_check=list(HealthCheck))


def test_whatever_is_asked_the_answer_is_one_that_is_described(described) -> None:
    management, document, known = described

    @BOUNDED
    @given(some.data())
    def ask(data) -> None:
        verb, path = data.draw(some.sampled_from(operations(document)))
        operation = document["paths"][path][verb]
        target = known.get(path, path)
        if path in known and data.draw(some.integers(0, 3)) == 0:
            target = path.replace("{id}", "0123456789abcdef").replace("{name}", "GET%20%2Fnone")
        schema = schema_of_body(document, operation)
        body = data.draw(any_body(schema) | sound_body(schema)) if schema else None
        sent = None if schema is None else json.dumps(body).encode()
        check(document, operation, management.ask(verb.upper(), target, sent))

    ask()


@pytest.mark.parametrize("path", ["/api/v1/shadows/{id}", "/api/v1/gateway/routes/{name}/mirror"])
def test_a_body_is_taken_exactly_if_its_schema_allows_it(described, path) -> None:
    management, document, known = described
    verb = "patch" if "patch" in document["paths"][path] else "post"
    operation = document["paths"][path][verb]
    schema = schema_of_body(document, operation)
    judge = Draft202012Validator(schema)

    @BOUNDED
    @given(sound_body(schema))
    def sound(body) -> None:
        answer = management.ask(verb.upper(), known[path], json.dumps(body).encode())
        assert answer.status in (200, 201), (body, answer.text)
        check(document, operation, answer)

    @BOUNDED
    @given(any_body(schema).filter(lambda body: not judge.is_valid(body)))
    def unsound(body) -> None:
        answer = management.ask(verb.upper(), known[path], json.dumps(body).encode())
        assert answer.status == 400, (body, answer.text)
        check(document, operation, answer)

    sound()
    unsound()
