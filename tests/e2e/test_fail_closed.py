"""What protects and is not understood keeps the program from starting, with what it would mean."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from backends import json_reply
from gateway import aggregator
from settings import backend, endpoint, service

HOST = "http://127.0.0.1:9"
LINE = re.compile(r"(?P<path>[^:]+):(?P<line>\d+):(?P<column>\d+): "
                  r"(?P<severity>error|warning|advice): "
                  r"(?P<message>.+) \[(?P<rule>[a-z0-9-]+)\]")

VALIDATOR = '{"alg": "RS256", "jwk_url": "https://id.test/jwks"}'


def at_service(members: str) -> str:
    return ('{"version": 3,\n  ' + members + ',\n  "endpoints": [{"endpoint": "/me", "backend": ['
            '{"host": ["http://127.0.0.1:9"], "url_pattern": "/private"}]}]}')


def at_endpoint(members: str) -> str:
    return ('{"version": 3, "endpoints": [{"endpoint": "/me",\n  ' + members + ',\n  "backend": ['
            '{"host": ["http://127.0.0.1:9"], "url_pattern": "/private"}]}]}')


def at_backend(members: str) -> str:
    return ('{"version": 3, "endpoints": [{"endpoint": "/me", "backend": ['
            '{"host": ["http://127.0.0.1:9"], "url_pattern": "/private",\n  ' + members + '\n}]}]}')


def component(name: str, content: str = "{}") -> str:
    return '"extra_config": {"' + name + '": ' + content + '}'


# What is written, the rule that finds it, and what the message says.
BROKEN = {
    # Components that are not supported, at each level.
    "logic of its own": (at_endpoint(component("workflow", VALIDATOR)),
                         "unsupported-component",
                         "GET /me would be served without the workflow: `workflow` is not "
                         "supported"),
    "an older name": (at_endpoint(component("github.com/devopsfaith/krakend-jsonschema")),
                      "unsupported-component", "GET /me would be served without validation"),
    "a token check without keys": (at_endpoint(component("auth/validator", '{"alg": "RS256"}')),
                                   "bad-value", "`auth/validator` has no keys"),
    "a limit of an endpoint": (
        at_endpoint(component("qos/ratelimit/router/redis", '{"max_rate": 5}')),
        "unsupported-component", "GET /me would be without limit"),
    "a limit without strategy": (
        at_endpoint(component("qos/ratelimit/router", '{"client_max_rate": 5}')),
        "rate-limit-without-strategy", "`client_max_rate` needs a `strategy`"),
    "a number in a text": (at_endpoint(component("qos/ratelimit/router", '{"max_rate": "5"}')),
                           "wrong-type", "max_rate"),
    "a limit of calls without a rate": (at_backend(component("qos/ratelimit/proxy")),
                                        "bad-value", "limits nothing"),
    "a limit of a backend": (at_backend(component("qos/ratelimit/proxy/redis")),
                             "unsupported-component",
                             "the backend /private of GET /me would be called without limit"),
    "a limit of the service": (at_service(component("qos/ratelimit/service/redis")),
                               "unsupported-component", "every endpoint would be without limit"),
    "a pattern that does not compile": (
        at_service(component("security/bot-detector", '{"patterns": ["("]}')),
        "bad-value", "`(` is no regular expression of RE2"),
    "null for an object": (at_endpoint(component("auth/validator", "null")),
                           "wrong-type", "an object"),
    "a list for an object": (at_endpoint(component("validation/json-schema", "[]")),
                             "unsupported-component", "served without validation"),
    "a modifier": (at_backend(component("modifier/martian")), "unsupported-component",
                   "served unmodified"),
    "a plugin": (at_backend(component("plugin/http-client")), "unsupported-component",
                 "called without the plugin"),
    "a component of the enterprise edition": (at_endpoint(component("auth/ntlm")),
                                              "misplaced-component", "auth/ntlm"),
    "another kind of backend": (at_backend(component("backend/lambda")), "unsupported-component",
                                "called as a plain HTTP backend"),
    "a websocket": (at_endpoint(component("websocket")), "unsupported-component", "plain HTTP"),
    "a virtual host": (at_service(component("server/virtualhost")), "unsupported-component",
                       "the same for every host name"),
    "a consumer": (at_service('"async_agent": [{"name": "a"}]'), "unsupported-key", "async_agent"),
    "a quota": (at_endpoint(component("governance/quota")), "unknown-component", "without quota"),
    "a model": (at_backend(component("ai/llm")), "unknown-component", "ai/llm"),
    # Names that are wrong.
    "an invented component": (at_endpoint(component("security/secure-headers")),
                              "unknown-component", "`security/secure-headers`"),
    "another invented one": (at_endpoint(component("auth/authorization")), "unknown-component",
                             "GET /me would be open to everybody"),
    "a misspelt component": (at_endpoint(component("auth/validater")), "unknown-component",
                             "open to everybody"),
    "a misspelt family": (at_endpoint(component("atuh/validator")), "unknown-component",
                          "open to everybody"),
    "capital letters": (at_endpoint(component("Auth/Validator")), "unknown-component",
                        "open to everybody"),
    "white space": (at_endpoint(component(" auth/validator ")), "unknown-component",
                    "open to everybody"),
    "a name without its family": (at_service(component("cors")), "unknown-component", "cors"),
    "a misspelt older name": (at_backend(component("github_com/devopsfaith/krakend/proxy")),
                              "unknown-component", "krakend/proxy"),
    "a limit's name of version 1": (
        at_endpoint(component("github.com/devopsfaith/krakend-ratelimit/juju/router")),
        "unknown-component", "without limit"),
    "a misspelt component that is supported": (at_backend(component("Proxy", '{"shadow": true}')),
                                               "unknown-component", "Proxy"),
    "a name without its slash": (at_endpoint(component("auth_validator", VALIDATOR)),
                                 "unknown-component", "did you mean `auth/validator`?"),
    "a name that is one word": (at_endpoint(component("authorization")), "unknown-component",
                                "GET /me would be open to everybody"),
    "a limit of another program": (at_endpoint(component("rate_limit", '{"max_rate": 5}')),
                                   "unknown-component", "GET /me would be without limit"),
    "a filter of addresses": (at_service(component("ip-filter")), "unknown-component",
                              "every endpoint would be open to every address"),
    # Places that are wrong.
    "a limit of another program beside extra_config": (
        at_endpoint('"rate_limit": {"max_rate": 5}'), "misplaced-component", "without limit"),
    "a name beside extra_config": (at_service('"cors": {"allow_origins": ["https://a"]}'),
                                   "misplaced-component", "security/cors"),
    "components in another object": (at_endpoint('"components": {"auth/validator": {}}'),
                                     "misplaced-component", "its components are not in force"),
    "a redirect that is not to be followed": (
        at_backend(component("backend/http", '{"no_redirect": true}')), "misplaced-key",
        "backend/http/client"),
    "a limit of backends at an endpoint": (at_endpoint(component("qos/ratelimit/proxy")),
                                           "misplaced-component", "`extra_config` of a backend"),
    "a limit of endpoints at a backend": (at_backend(component("qos/ratelimit/router")),
                                          "misplaced-component", "`extra_config` of an endpoint"),
    "a component inside another": (at_endpoint(component("proxy", '{"auth/validator": {}}')),
                                   "misplaced-component", "auth/validator"),
    "a component beside extra_config": (at_endpoint('"auth/validator": {}'),
                                        "misplaced-component", "auth/validator"),
    "extra_config in extra_config": (at_endpoint(component("proxy", '{"extra_config": {}}')),
                                     "misplaced-component", "extra_config"),
    "a misspelt extra_config": (at_endpoint('"extra_confg": {"auth/validator": {}}'),
                                "unknown-key", "extra_config"),
    "a supported one at a wrong level": (at_service(component("proxy", '{"sequential": true}')),
                                         "misplaced-component", "proxy"),
    "a shadow at an endpoint": (at_endpoint(component("proxy", '{"shadow": true}')),
                                "misplaced-key", "shadow"),
    "a shadow beside extra_config": (at_backend('"shadow": true'), "misplaced-key", "shadow"),
    "a filter at an endpoint": (at_endpoint('"allow": ["a"]'), "misplaced-key",
                                "every field of the answer reaches the client"),
    "a filter in extra_config": (at_backend(component("deny", '["a"]')), "misplaced-key",
                                 "the fields reach the client"),
    "a rate at an endpoint": (at_endpoint('"max_rate": 20'), "misplaced-key",
                              "qos/ratelimit/router"),
    # Keys that are misspelt.
    "a misspelt filter": (at_backend('"alow": ["a"]'), "unknown-key",
                          "every field of the answer reaches the client"),
    "another misspelt filter": (at_backend('"denny": ["a"]'), "unknown-key", "reach the client"),
    "a filter of version 2": (at_backend('"whitelist": ["a"]'), "unknown-key", "`allow`"),
    "a filter of another program": (at_backend('"deny_list": ["a"]'), "unknown-key", "`deny`"),
    "a misspelt flatmap": (at_backend(component("proxy", '{"flatmap_filtre": []}')),
                           "unknown-key", "flatmap_filter"),
    "a misspelt shadow": (at_backend(component("proxy", '{"shdow": true}')), "unknown-key",
                          "the backend answers clients"),
    "misspelt headers": (at_endpoint('"input_header": ["A"]'), "unknown-key", "input_headers"),
    "headers of version 2": (at_endpoint('"headers_to_pass": ["A"]'), "unknown-key",
                             "input_headers"),
    "a misspelt time": (at_endpoint('"timeuot": "1s"'), "unknown-key", "timeout"),
    "misspelt paths of a flatmap": (
        at_backend(component("proxy", '{"flatmap_filter": [{"type": "del", "argz": ["a"]}]}')),
        "unknown-key", "did you mean `args`?"),
    "an address of another program": (at_service('"listen": "127.0.0.1"'), "unknown-key",
                                      "it is called `listen_ip` here"),
    "a misspelt limit of work": (at_service(component("router", '{"max_answer_wrk": 1}')),
                                 "unknown-key", "max_answer_work"),
    "a misspelt limit": (at_service(component("router", '{"max_body_byte": 1}')), "unknown-key",
                         "max_body_bytes"),
    "a misspelt address": (at_service('"listen_pi": "127.0.0.1"'), "unknown-key",
                           "the program listens on every interface"),
    "a misspelt demand for certificates": (
        at_service('"tls": {"disabled": true, "enable_mtsl": true}'), "unknown-key",
        "enable_mtls"),
    "a misspelt rule of copies": (
        at_backend(component("proxy/shadow", '{"precentage": 1}')), "unknown-key", "precentage"),
    "a misspelt token": (at_service(component("admin", '{"tokne": "x"}')), "unknown-key", "token"),
    "a limit that is not supported": (at_service(component("router", '{"max_payload": 5}')),
                                      "unsupported-key", "max_payload"),
    # Values.
    "a key twice": (at_endpoint(component("proxy", '{"sequential": true, "sequential": false}')),
                    "duplicate-key", "sequential"),
    "a text for true": (at_backend(component("proxy", '{"shadow": "true"}')), "wrong-type",
                        "shadow"),
    "a supported component that is null": (at_backend(component("proxy", "null")), "wrong-type",
                                           "proxy"),
    "a token that is empty": (at_service(component("admin", '{"token": ""}')), "bad-value",
                              "`token`"),
    "a path of a token that is empty": (at_service(component("admin", '{"token_file": ""}')),
                                        "bad-value", "`token_file`"),
    # Allowances.
    "everything is allowed": (at_service('"@allow_unsupported": ["*"]'), "bad-value", "`component"),
    "a family is allowed": (at_service('"@allow_unsupported": ["auth/*"]'), "bad-value", "auth/*"),
    "an allowance that is no list": (at_service('"@allow_unsupported": "auth/ntlm"'),
                                     "wrong-type", "list"),
    "an allowance that is no name": (at_service('"@allow_unsupported": [1]'), "bad-value", "1"),
    "an allowance of a wrong name": (
        at_endpoint('"extra_config": {"workflow": {}}').replace(
            '"version": 3', '"version": 3, "@allow_unsupported": ["workflov"]'),
        "unsupported-component", "served without the workflow"),
    "a choice for a rule that does not exist": (at_service('"@lint": {"wildcard-header": "error"}'),
                                                "unknown-rule", "wildcard-header"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_protection_keeps_the_program_from_starting(write_config, name) -> None:
    config, rule, says = BROKEN[name]
    path = write_config(config)
    linted = aggregator("lint", path)
    found = [m.groupdict() for m in map(LINE.match, linted.stdout.splitlines()) if m]
    ours = [one for one in found if one["severity"] == "error" and one["rule"] == rule]
    assert linted.returncode == 1 and ours, linted.stdout
    assert all(int(one["line"]) > 0 and int(one["column"]) > 0 for one in ours)
    assert says in linted.stdout
    if "extra_config" in config or "\n  " in config:
        assert ours[0]["line"] in {"1", "2"}, linted.stdout
    started = aggregator("run", "--config", path, "--listen", "127.0.0.1:0")
    assert started.returncode == 1, started.stderr
    assert rule in started.stderr and f"{path}:{ours[0]['line']}:" in started.stderr


def protected(server, *names: str, **more: object) -> dict:
    return service(endpoint("/me", backend(server), extra_config={name: {} for name in names}),
                   **more)


def lines_of(stderr: str, text: str) -> list[str]:
    return [line for line in stderr.splitlines() if text in line]


def test_what_is_allowed_by_the_file_is_left_out_with_a_warning(serve, start) -> None:
    server = serve(json_reply({"ok": 1}))
    config = protected(server, "workflow", **{"@allow_unsupported": ["workflow"]})
    gateway = start(config)
    assert gateway.get("/me").json == {"ok": 1}
    told, = lines_of(gateway.stderr, "[unsupported-component]")
    assert "warning: GET /me is served without the workflow: `workflow` is not supported" in told
    assert len(lines_of(gateway.stderr, "started without components that are not supported")) == 1


def test_what_is_allowed_by_the_command_line_is_left_out_everywhere(serve, start,
                                                                    write_config) -> None:
    server = serve(json_reply({"ok": 1}))
    config = protected(server, "workflow", "qos/ratelimit/router/redis")
    options = ["--allow-unsupported", "workflow", "--allow-unsupported",
               "qos/ratelimit/router/redis"]
    assert start(config, *options).get("/me").status == 200
    path = write_config(config)
    assert aggregator("lint", path, *options).returncode == 0
    assert aggregator("routes", path, *options).returncode == 0
    for command in ("lint", "routes"):
        done = aggregator(command, path, *options[:2])
        assert done.returncode == 1
        assert "GET /me would be without limit" in done.stdout + done.stderr


def test_an_older_name_and_the_short_one_allow_each_other(serve, start) -> None:
    server = serve(json_reply({}))
    older = "github.com/devopsfaith/krakend-jsonschema"
    for written, allowed in ((older, "validation/json-schema"), ("validation/json-schema", older)):
        config = protected(server, written, **{"@allow_unsupported": [allowed]})
        assert start(config).get("/me").status == 200


def test_a_key_of_a_component_is_allowed_by_both_names(serve, start) -> None:
    config = service(endpoint("/me", backend(serve(json_reply({})))), router={"max_payload": 9},
                     **{"@allow_unsupported": ["router.max_payload"]})
    gateway = start(config)
    assert len(lines_of(gateway.stderr, "[unsupported-key]")) == 1


def test_an_allowance_that_nothing_needs_is_a_warning(serve, start) -> None:
    config = protected(serve(json_reply({})), **{"@allow_unsupported": ["auth/ntlm", "proxy"]})
    gateway = start(config, "--allow-unsupported", "auth/gcp")
    assert len(lines_of(gateway.stderr, "[unused-allowance]")) == 3


def test_no_name_stands_for_all_on_the_command_line(write_config) -> None:
    path = write_config(protected("http://127.0.0.1:9", "workflow"))
    for name in ("*", "", "auth/*"):
        done = aggregator("run", "--config", path, "--allow-unsupported", name)
        assert done.returncode == 1, done.stderr


def test_telemetry_and_documentation_are_one_advice(serve, start, write_config) -> None:
    extra = {"telemetry/opentelemetry": {}}
    config = service(
        *(endpoint(f"/{i}", backend(serve(json_reply({})), extra_config=extra), extra_config=extra)
          for i in range(5)),
        extra_config=extra | {"telemetry/logging": {"level": "INFO"}, "telemetry/moesif": {},
                              "documentation/openapi": {}, "router": {"disable_gzip": True}},
        plugin={"pattern": ".so", "folder": "/opt/plugins/"}, sequential_start=True)
    found = json.loads(aggregator("lint", write_config(config), "--format", "json").stdout)
    told, = [one for one in found["findings"] if one["rule"] == "no-counterpart"]
    assert told["severity"] == "advice"
    for name in ("telemetry/opentelemetry", "telemetry/logging", "telemetry/moesif",
                 "documentation/openapi", "plugin", "sequential_start"):
        assert f"`{name}`" in told["message"]
    assert not [one for one in found["findings"] if one["severity"] == "error"]
    assert start(config).get("/0").status == 200


def test_what_is_harmless_is_a_warning_and_the_program_starts(serve, start) -> None:
    server = serve(json_reply({"ok": 1}))
    config = service(
        endpoint("/me", backend(server, comment="x", nmae="y"), description="z",
                 extra_config={"acme/audit": {}, "#auth/validator": {}}),
        tags=["a"], use_h2c=True, **{"@comment": 1, "_alow": []})
    gateway = start(config)
    assert gateway.get("/me").json == {"ok": 1}
    assert len(lines_of(gateway.stderr, "[unknown-key]")) == 4
    assert len(lines_of(gateway.stderr, "[unknown-component]")) == 1


def test_run_obeys_what_lint_is_told_to_call_an_error(serve, start, write_config) -> None:
    point = endpoint("/me", backend(serve(json_reply({}))), input_headers=["*"])
    start(service(point)).get("/me")
    for rule, config in (("wildcard-headers", service(point)),
                         ("unknown-key", service(point, tags=["a"]))):
        path = write_config(config | {"@lint": {rule: "error"}})
        done = aggregator("run", "--config", path)
        assert done.returncode == 1
        assert f"[{rule}]" in done.stderr
    start(service(point, **{"@lint": {"wildcard-headers": "off"}}))


def test_what_lint_calls_an_error_by_itself_keeps_run_from_starting(write_config) -> None:
    config = service(endpoint("/me", backend("http://127.0.0.1:9", "/users/{JWT.sub}")))
    done = aggregator("run", "--config", write_config(config))
    assert done.returncode == 1
    assert "[jwt-placeholder]" in done.stderr


def test_one_cause_at_many_places_does_not_fill_the_log(write_config) -> None:
    config = service(*(
        endpoint(f"/{i}", backend("http://127.0.0.1:9"), extra_config={"workflow": {}})
        for i in range(500)))
    path = write_config(config)
    refused = aggregator("run", "--config", path)
    assert refused.returncode == 1
    assert len(lines_of(refused.stderr, "workflow")) == 11
    assert "490 more places" in refused.stderr
    assert aggregator("lint", path).stdout.count("[unsupported-component]") == 500


SCHEMAS = Path(__file__).parents[2] / "schemas"


def limits_of(schema: str) -> list[str]:
    keys = json.loads((SCHEMAS / schema).read_text())["properties"]
    return [key for key in keys if key.startswith("max_") or key.endswith(("_timeout", "_bytes"))]


@pytest.mark.parametrize(("schema", "wrap"), [
    ("router.json", lambda keys: {"extra_config": {"router": keys}}),
    ("service.json", lambda keys: keys)])
def test_every_limit_is_refused_where_it_is_misspelt(write_config, schema, wrap) -> None:
    limits = set(limits_of(schema)) - {"max_multipart_memory"}  # bounds nothing here
    assert len(limits) > 4
    for limit in limits:
        config = service(endpoint("/a", backend(HOST))) | wrap({limit[:3] + limit[4:]: 1})
        done = aggregator("run", "--config", write_config(config), "--listen", "127.0.0.1:0")
        assert done.returncode == 1, limit
        assert f"`{limit[:3] + limit[4:]}` is not a key" in done.stderr


FLATMAP = {"proxy": {"flatmap_filter": [{"type": "move", "args": ["a", "b"]}]}}
IGNORED = {
    "beside a flatmap_filter": endpoint("/me", backend(HOST, deny=["secret"],
                                                       extra_config=FLATMAP)),
    "of an endpoint with one backend": endpoint("/me", backend(HOST), extra_config=FLATMAP),
    "with no-op": endpoint("/me", backend(HOST, encoding="no-op", deny=["secret"]),
                           output_encoding="no-op"),
    "beside an allow": endpoint("/me", backend(HOST, deny=["a.secret"], allow=["a"])),
    "without paths": endpoint("/me", backend(HOST, extra_config={
        "proxy": {"flatmap_filter": [{"type": "del", "args": []}]}})),
}


@pytest.mark.parametrize("name", IGNORED)
def test_a_filter_that_the_format_ignores_is_a_warning_and_an_error_of_lint(
        start, write_config, name) -> None:
    config = service(IGNORED[name])
    told, = lines_of(start(config).stderr, "[filter-ignored]")
    assert "warning" in told
    linted = aggregator("lint", write_config(config))
    assert linted.returncode == 1
    assert len(lines_of(linted.stdout, "[filter-ignored]")) == 1
