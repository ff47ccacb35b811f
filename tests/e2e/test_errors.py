"""The replies that the gateway makes for failures: their formats and their statuses."""

from __future__ import annotations

import pytest

import wire
from backends import hang, reply
from gateway import aggregator
from management import Management, admin
from settings import backend, endpoint, service

JSON = "application/json; charset=utf-8"
PROBLEM = "application/problem+json"


@pytest.fixture
def site(serve, start, nobody):
    """A gateway with an endpoint for each kind of failure."""

    def run(**router: object):
        return start(service(
            endpoint("/late", backend(serve(hang)), timeout="100ms"),
            endpoint("/refused", backend(nobody)),
            endpoint("/status", backend(serve(reply(b"", 503)))),
            endpoint("/shown", backend(serve(reply(b"sorry", 418)), extra_config={
                "backend/http": {"return_error_code": True}})),
            endpoint("/values/{id}", backend(serve(reply(b"{}")), "/{id}")),
            router=router))

    return run


def refused_head(gateway) -> wire.Answer:
    with gateway.client() as client:
        client.send(b"GET /late HTTP/1.1\r\nHost: a b\r\n\r\n")
        return client.answer()


def answers(gateway) -> dict[str, wire.Answer]:
    found = {path: gateway.get(path) for path in
             ("/late", "/refused", "/status", "/shown", "/nothing", "/values/%2541")}
    with gateway.client() as client:
        found["405"] = client.ask("PUT", "/late")
    found["head"] = refused_head(gateway)
    return found


NAMES = {"/late": "timeout", "/refused": "connect", "/status": "bad_status",
         "/shown": "bad_status", "/nothing": "not_found", "/values/%2541": "encoded_params",
         "405": "method_not_allowed", "head": "bad_request"}
COMPAT = {"/late": 500, "/refused": 500, "/status": 500, "/shown": 418, "/nothing": 404,
          "/values/%2541": 400, "405": 405, "head": 400}


def test_without_a_format_a_failed_request_has_no_body(site) -> None:
    found = answers(site())
    assert {path: answer.status for path, answer in found.items()} == COMPAT
    assert {path: answer.get("X-Aggregator-Error") for path, answer in found.items()} == NAMES
    assert [found[path].body for path in ("/late", "/refused", "/status", "/shown")] == [b""] * 4
    assert found["/nothing"].body == b"404 page not found"


@pytest.mark.parametrize("told", [False, True])
def test_every_reply_of_the_gateway_is_an_object(site, told) -> None:
    found = answers(site(error_format="json", return_error_msg=told))
    assert {path: answer.status for path, answer in found.items()} == COMPAT
    if told:  # the backend's own words
        assert found.pop("/shown").body == b"sorry"
    for path, answer in found.items():
        said = answer.json
        assert (answer.get("Content-Type"), said["error"]) == (JSON, NAMES[path])
        assert said["status"] == answer.status
        assert ("message" in said) == told
        assert answer.get("X-Aggregator-Error") == NAMES[path]


@pytest.mark.parametrize("told", [False, True])
def test_every_reply_of_the_gateway_is_a_problem_document(site, told) -> None:
    found = answers(site(error_format="problem", return_error_msg=told,
                         error_type_base="https://a.test/problems/"))
    if told:
        assert found.pop("/shown").body == b"sorry"
    for path, answer in found.items():
        said = answer.json
        assert answer.get("Content-Type") == PROBLEM
        assert said["type"] == f"https://a.test/problems/{NAMES[path]}"
        assert (said["code"], said["status"]) == (NAMES[path], answer.status)
        assert ("detail" in said) == told
    assert found["/nothing"].json["title"] == "Not Found"


def test_without_a_base_the_type_of_a_problem_is_blank(site) -> None:
    assert site(error_format="problem").get("/nothing").json["type"] == "about:blank"


def test_precise_statuses_tell_what_backends_did(site) -> None:
    found = answers(site(error_status="precise"))
    assert {path: answer.status for path, answer in found.items()} == COMPAT | {
        "/late": 504, "/refused": 502, "/status": 502}


def test_a_body_of_the_configuration_comes_before_the_format(site) -> None:
    gateway = site(error_format="problem", error_body={"404": {"no": "such"}})
    assert gateway.get("/nothing").json == {"no": "such"}
    assert gateway.get("/nothing").get("Content-Type") == JSON


def test_the_management_interface_names_what_it_refuses_in_the_same_header(start) -> None:
    found = service(router={"header_prefix": "X-Front"})
    found["extra_config"] |= {"admin": admin()}
    with wire.Client(Management(start(found)).address) as client:
        client.send("no request\r\n\r\n")
        answer = client.answer()
    assert (answer.status, answer.get("X-Front-Error")) == (400, "bad_request")


def test_a_head_request_gets_the_type_and_no_body(site) -> None:
    with site(error_format="json").client() as client:
        answer = client.ask("HEAD", "/nothing")
        assert (answer.status, answer.get("Content-Type"), answer.body) == (404, JSON, b"")


def test_who_is_turned_away_is_told_to_come_again(start, serve) -> None:
    server = serve(hang)
    gateway = start(service(endpoint("/late", backend(server), timeout="10s"),
                            router={"max_connections": 1, "error_format": "json"}),
                    "--workers", "1")
    with gateway.client() as first:
        first.send(wire.request("GET", "/late"))
        server.wait_for()
        with gateway.client() as second:
            answer = second.answer()
        assert (answer.status, answer.json["error"]) == (503, "too_many_connections")
        assert (answer.get("Retry-After"), answer.get("Cache-Control")) == ("1", "no-store")


@pytest.mark.parametrize(("key", "value", "says"), [
    ("error_format", "jason", "did you mean `json`"),
    ("error_status", "exact", "error_status"),
    ("error_type_base", "a b", "the beginning of a URI"),
    ("error_format", True, "error_format")])
def test_what_is_no_format_is_refused(write_config, key, value, says) -> None:
    path = write_config(service(endpoint("/e", backend("http://127.0.0.1:9")),
                                router={key: value}))
    for command in (("lint", path), ("run", "--config", path)):
        done = aggregator(*command)
        assert done.returncode == 1 and says in done.stdout + done.stderr
