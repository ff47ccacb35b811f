"""The id of a request: who gives it, who gets it, and where it is told."""

from __future__ import annotations

import json
import re
from contextlib import ExitStack

import pytest

import wire
from backends import hang, json_reply, reply
from gateway import aggregator
from settings import backend, endpoint, service, shadow
from test_resources import turned_away

UUID7 = r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
UUID4 = UUID7.replace("-7[", "-4[")
HEADER = "X-Request-Id"
JSON = ("--log-format", "json")


@pytest.fixture
def site(serve, start):
    """A gateway with `/e` in front of one backend, and that backend."""

    def run(request_id: object, *options: str, **router: object):
        live = serve(json_reply({"a": 1}))
        found = service(endpoint("/e", backend(live), input_headers=["*"]),
                        router={"request_id": request_id, **router})
        return start(found, *options), live

    return run


def seen_by(live) -> list[str]:
    return live.wait_for()[-1].all(HEADER)


def test_reply_and_backend_share_a_new_id(site) -> None:
    gateway, live = site(True)
    told = gateway.get("/e").get(HEADER)
    assert re.fullmatch(UUID7, told)
    assert seen_by(live) == [told]


def test_each_request_has_another_id(site) -> None:
    gateway, _ = site(True)
    assert len({gateway.get("/e").get(HEADER) for _ in range(20)}) == 20


@pytest.mark.parametrize("accept, trusted, kept", [
    ("trusted", [], False), ("trusted", ["127.0.0.1"], True), ("always", [], True),
    ("never", ["127.0.0.1"], False)])
def test_who_is_believed_about_the_id(site, accept, trusted, kept) -> None:
    gateway, live = site({"accept": accept}, trusted_proxies=trusted)
    told = gateway.get("/e", {HEADER: "from-afar"}).get(HEADER)
    assert (told == "from-afar") == kept
    assert seen_by(live) == [told]


@pytest.mark.parametrize("id", ["a b", "", "x" * 129, "ü", "a;b", 'a"b', "a,b"])
def test_what_is_no_id_is_replaced(site, id) -> None:
    gateway, live = site({"accept": "always"})
    told = gateway.get("/e", {HEADER: id}).get(HEADER)
    assert re.fullmatch(UUID7, told)
    assert seen_by(live) == [told]


def test_the_longest_id_with_all_its_letters_is_kept(site) -> None:
    gateway, _ = site({"accept": "always"})
    longest = ("Az09._:/+=@-" * 11)[:128]
    assert gateway.get("/e", {HEADER: longest}).get(HEADER) == longest


def test_two_ids_are_none(site) -> None:
    gateway, live = site({"accept": "always"})
    with gateway.client() as client:
        client.send(b"GET /e HTTP/1.1\r\nHost: a\r\nX-Request-Id: one\r\nX-Request-Id: two\r\n\r\n")
        told = client.answer("GET").get(HEADER)
    assert re.fullmatch(UUID7, told)
    assert seen_by(live) == [told]


def test_the_header_can_be_another(site) -> None:
    gateway, live = site({"header": "X-Trace", "accept": "always"})
    assert gateway.get("/e", {"X-Trace": "t-1"}).get("X-Trace") == "t-1"
    assert live.wait_for()[0].get("X-Trace") == "t-1"


def test_the_id_can_be_kept_from_backends(site) -> None:
    gateway, live = site({"propagate": False})
    assert gateway.get("/e").get(HEADER)
    assert seen_by(live) == []


def test_the_id_can_be_kept_from_clients(site) -> None:
    gateway, live = site({"return": False})
    assert gateway.get("/e").get(HEADER) is None
    assert re.fullmatch(UUID7, seen_by(live)[0])


@pytest.mark.parametrize("format, pattern", [("uuid7", UUID7), ("uuid4", UUID4)])
def test_a_new_id_is_a_uuid_of_its_format(site, format, pattern) -> None:
    gateway, _ = site({"format": format})
    assert re.fullmatch(pattern, gateway.get("/e").get(HEADER))


@pytest.mark.parametrize("head, status", [
    (b"GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n", 404),
    (b"GET /e HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
    (b"PUT /e HTTP/1.1\r\nHost: a\r\n\r\n", 405), (b"nonsense\r\n\r\n", 400)])
def test_refusals_have_an_id_in_header_body_and_log(site, head, status) -> None:
    gateway, _ = site(True, *JSON, error_format="json")
    with gateway.client() as client:
        client.send(head)
        answer = client.answer()
    assert answer.status == status
    assert answer.json["request_id"] == answer.get(HEADER)
    gateway.wait_for_line(lambda text: f'"id":"{answer.get(HEADER)}"' in text)


def test_without_the_key_only_the_log_tells_an_id(serve, start) -> None:
    live = serve(json_reply({"a": 1}))
    gateway = start(service(endpoint("/e", backend(live)), router={"error_format": "json"}), *JSON)
    assert gateway.get("/e").get(HEADER) is None
    assert seen_by(live) == []
    assert re.fullmatch(UUID7, gateway.access("/e")["id"])
    assert "request_id" not in gateway.get("/nothing").json


def test_bodies_tell_no_id_that_is_kept_from_clients(site) -> None:
    gateway, _ = site({"return": False}, error_format="json")
    assert "request_id" not in gateway.get("/nothing").json
    with gateway.client() as client:
        client.send(b"nonsense\r\n\r\n")
        assert "request_id" not in client.answer().json


def test_a_client_that_is_turned_away_has_an_id_in_the_log(serve, start) -> None:
    never = serve(hang)
    gateway = start(service(endpoint("/e", backend(never)), router={"max_connections": 1}),
                    "--workers", "1", *JSON)
    with gateway.client() as busy, ExitStack() as stack:
        busy.send(wire.request("GET", "/e"))
        never.wait_for()
        others = [stack.enter_context(gateway.client()) for _ in range(50)]
        assert [other.answer().status for other in others] == [503] * 50
    gateway.signal()
    assert gateway.wait() == 0
    told = turned_away(gateway)
    assert len(told) == 50
    assert all(re.fullmatch(UUID7, line["id"]) for line in told)


def test_a_failed_request_tells_its_id_in_the_body(serve, start, nobody) -> None:
    gateway = start(service(endpoint("/e", backend(nobody)),
                            router={"request_id": True, "error_format": "problem"}))
    answer = gateway.get("/e")
    assert answer.json["request_id"] == answer.get(HEADER)


def test_a_passed_answer_has_the_gateways_id_alone(serve, start) -> None:
    live = serve(reply(b"x", headers=[(HEADER, "theirs"), ("Content-Type", "text/plain")]))
    gateway = start(service(endpoint("/e", backend(live, encoding="no-op"),
                                     output_encoding="no-op"), router={"request_id": True}))
    told = gateway.get("/e").all(HEADER)
    assert len(told) == 1
    assert re.fullmatch(UUID7, told[0])


def test_the_lines_of_copies_have_the_id_path_and_live_status(serve, start) -> None:
    live, copy = serve(json_reply({"live": 1})), serve(json_reply({"copy": 1}))
    point = endpoint("/e/{id}", backend(live),
                     shadow(copy, rules={"name": "v2", "log": "all"}))
    gateway = start(service(point, router={"request_id": True}), *JSON)
    told = gateway.get("/e/7?secret=1").get(HEADER)
    line = gateway.wait_for_line(lambda text: "a shadow answered" in text)
    for part in (f'"request_id":"{told}"', '"path":"/e/7"', '"live_status":200', '"status":200'):
        assert part in line
    assert gateway.access("/e/7")["id"] == told
    assert copy.wait_for()[0].get(HEADER) == told
    assert "secret" not in gateway.stderr


def test_the_log_tells_trace_user_agent_and_host(site) -> None:
    gateway, _ = site(True, *JSON)
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    gateway.get("/e", {"traceparent": f"00-{trace}-00f067aa0ba902b7-01", "User-Agent": "probe/1 x",
                       "Host": "public.test"})
    line = gateway.access("/e")
    assert (line["trace"], line["user_agent"], line["host"]) == (trace, "probe/1 x", "public.test")


@pytest.mark.parametrize("parent", ["00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                                    "00-short-00f067aa0ba902b7-01", "x"])
def test_a_broken_traceparent_is_no_trace(site, parent) -> None:
    gateway, _ = site(True, *JSON)
    gateway.get("/e", {"traceparent": parent})
    assert "trace" not in gateway.access("/e")


@pytest.mark.parametrize("value, told", [
    ("yes", "request_id"), ({"header": "a b"}, "header"), ({"header": "Content-Length"}, "header"),
    ({"accept": "sometimes"}, "accept"), ({"format": "ulid"}, "format")])
def test_what_it_cannot_be_is_refused(write_config, value, told) -> None:
    path = write_config(service(endpoint("/e", backend("http://127.0.0.1:9")),
                                router={"request_id": value}))
    for command in (("lint", path), ("run", "--config", path)):
        done = aggregator(*command)
        assert done.returncode == 1 and told in done.stdout + done.stderr


def test_a_comment_in_it_is_no_finding(write_config) -> None:
    path = write_config(service(endpoint("/e", backend("http://127.0.0.1:9")),
                                router={"request_id": {"$why": "for the support", "@": [1]}}))
    assert "request_id" not in aggregator("lint", path).stdout
