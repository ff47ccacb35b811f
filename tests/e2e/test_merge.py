"""Answers put together: what is merged, what is missing, what the client is told about it."""

from __future__ import annotations

import threading

import pytest

from backends import Exchange, gated, gzip_reply, hang, json_reply, reply
from settings import backend, endpoint, service


def completed(answer) -> str | None:
    return answer.get("X-Aggregator-Completed")


@pytest.fixture
def ask(serve, start):
    """Asks an endpoint before backends that give these replies, each with its keys."""

    def run(*replies, keys=(), router=None, **more):
        parts = [backend(serve(text), **(keys[i] if i < len(keys) else {}))
                 for i, text in enumerate(replies)]
        return start(service(endpoint("/e", *parts, **more), router=router)).get("/e")

    return run


def test_two_answers_become_one(ask) -> None:
    answer = ask(json_reply({"a": 1}), json_reply({"b": {"c": [2]}}))
    assert (answer.status, answer.text) == (200, '{"a":1,"b":{"c":[2]}}')
    assert answer.get("Content-Type") == "application/json; charset=utf-8"
    assert completed(answer) == "true"


def test_the_order_is_the_configurations_whoever_answers_first(serve, start) -> None:
    gate = threading.Event()
    first = serve(gated(gate, json_reply({"x": "first", "a": 1})))

    def quick(exchange: Exchange) -> None:
        exchange.send(json_reply({"b": 2, "x": "second"}))
        gate.set()

    gateway = start(service(endpoint("/e", backend(first), backend(serve(quick)))))
    assert gateway.get("/e").text == '{"x":"second","a":1,"b":2}'


def test_numbers_come_out_exactly_as_they_came_in(ask) -> None:
    body = b'{"a":1.0,"b":1e5,"c":123456789012345678901234567890,"d":-0.10,"e":1E+2}'
    assert ask(reply(body)).body == body


def test_one_failure_leaves_the_others_and_marks_the_reply_incomplete(ask) -> None:
    answer = ask(json_reply({"a": 1}), reply(b"", status=500), cache_ttl="60s")
    assert (answer.status, answer.json, completed(answer)) == (200, {"a": 1}, "false")
    assert answer.get("Cache-Control") is None


def test_a_complete_reply_may_be_cached(ask) -> None:
    answer = ask(json_reply({"a": 1}), json_reply({"b": 1}), cache_ttl="90s")
    assert answer.get("Cache-Control") == "public, max-age=90"


def test_when_all_fail_the_status_is_500_and_the_error_is_named(ask) -> None:
    answer = ask(reply(b"", status=500), reply(b"", status=404))
    assert (answer.status, answer.body, completed(answer)) == (500, b"", "false")
    assert answer.get("X-Aggregator-Error") == "bad_status"


def test_the_error_is_told_in_the_body_where_asked_for(ask) -> None:
    answer = ask(reply(b"", status=503), router={"return_error_msg": True})
    assert answer.status == 500
    assert "503" in answer.text
    assert answer.get("Content-Type") == "text/plain; charset=utf-8"


def test_what_has_not_come_by_the_deadline_is_left_out(ask) -> None:
    answer = ask(json_reply({"a": 1}), hang, timeout="1s")
    assert (answer.status, answer.json, completed(answer)) == (200, {"a": 1}, "false")


def test_when_nothing_has_come_by_the_deadline_it_is_a_500(ask) -> None:
    answer = ask(hang, hang, timeout="300ms")
    assert (answer.status, answer.get("X-Aggregator-Error")) == (500, "timeout")


def test_a_backend_that_is_too_late_is_told_to_stop(serve, start) -> None:
    slow = serve(hang)
    assert start(service(endpoint("/e", backend(slow), timeout="200ms"))).get("/e").status == 500
    slow.wait_gone()


def test_a_client_that_leaves_ends_its_exchanges(serve, start) -> None:
    servers = [serve(hang), serve(hang)]
    gateway = start(service(endpoint("/e", *map(backend, servers))))
    with gateway.client() as client:
        client.send("GET /e HTTP/1.1\r\nHost: a\r\n\r\n")
        for server in servers:
            server.wait_for()
    for server in servers:
        server.wait_gone()


@pytest.mark.parametrize("status", [202, 204, 206, 304, 400, 404, 503])
def test_every_status_but_200_and_201_is_a_failure(ask, status) -> None:
    plain = f"HTTP/1.1 {status} X\r\n" + ("" if status in (204, 304) else "Content-Length: 0\r\n")
    answer = ask((plain + "\r\n").encode())
    assert (answer.status, answer.get("X-Aggregator-Error")) == (500, "bad_status")


def test_a_created_is_answered_with_200(ask) -> None:
    assert ask(json_reply({"a": 1}, status=201)).status == 200


def test_an_empty_object_is_an_answer(ask) -> None:
    answer = ask(json_reply({}), cache_ttl="1s")
    assert (answer.text, completed(answer)) == ("{}", "true")


def test_a_compressed_answer_is_read(ask) -> None:
    answer = ask(gzip_reply({"a": "b" * 1000}), json_reply({"c": 1}))
    assert answer.json == {"a": "b" * 1000, "c": 1}


@pytest.mark.parametrize(("body", "error"), [
    (b'{"a":1', "bad_json"), (b"", "bad_json"), (b"<html>", "bad_json"), (b'{"a":01}', "bad_json"),
    (b"[1,2]", "wrong_shape"), (b'"text"', "wrong_shape"),
])
def test_a_body_that_is_no_json_object_fails_its_backend_alone(ask, body, error) -> None:
    assert ask(reply(body)).get("X-Aggregator-Error") == error
    answer = ask(reply(body), json_reply({"b": 1}))
    assert (answer.json, completed(answer)) == ({"b": 1}, "false")


def test_bytes_that_are_not_utf_8_are_replaced_and_the_answer_kept(ask) -> None:
    assert ask(reply(b'{"a":"\xff"}')).json == {"a": "\ufffd"}


DATA = {"id": 7, "name": "n", "meta": {"x": {"y": 1, "z": 2}, "w": 3}}
SHAPES = [
    ({"allow": ["id", "meta.x.y"]}, {"id": 7, "meta": {"x": {"y": 1}}}),
    ({"deny": ["name", "meta.x"]}, {"id": 7, "meta": {"w": 3}}),
    ({"target": "meta.x"}, {"y": 1, "z": 2}),
    ({"mapping": {"id": "key"}, "allow": ["id"]}, {"key": 7}),
    ({"group": "g", "allow": ["id"]}, {"g": {"id": 7}}),
    ({"target": "meta", "deny": ["x"], "mapping": {"w": "v"}, "group": "g"}, {"g": {"v": 3}}),
    ({"target": "nowhere"}, {}),
]


@pytest.mark.parametrize(("keys", "expected"), SHAPES)
def test_an_answer_is_shaped(ask, keys, expected) -> None:
    assert ask(json_reply(DATA), keys=[keys]).json == expected


def test_the_same_group_twice_is_the_last_ones(ask) -> None:
    answer = ask(json_reply({"a": 1}), json_reply({"b": 2}), keys=[{"group": "g"}] * 2)
    assert answer.text == '{"g":{"b":2}}'


def test_a_collection_is_wrapped(ask) -> None:
    answer = ask(json_reply([1, {"a": 2}]), keys=[{"is_collection": True}])
    assert answer.text == '{"collection":[1,{"a":2}]}'


def test_a_collection_can_be_renamed(ask) -> None:
    keys = [{"is_collection": True, "mapping": {"collection": "items"}}]
    assert ask(json_reply([1]), json_reply({"a": 1}), keys=keys).text == '{"items":[1],"a":1}'


def test_an_object_where_a_collection_was_promised_fails(ask) -> None:
    answer = ask(json_reply({"a": 1}), keys=[{"is_collection": True}])
    assert answer.get("X-Aggregator-Error") == "wrong_shape"


def test_a_collection_can_be_the_whole_reply(ask) -> None:
    keys = [{"is_collection": True}]
    answer = ask(json_reply([1, 2]), keys=keys, output_encoding="json-collection")
    assert answer.text == "[1,2]"


def test_a_text_answer_can_be_the_whole_reply(ask) -> None:
    answer = ask(reply(b"plain \xc3\xa4"), keys=[{"encoding": "string"}], output_encoding="string")
    assert (answer.text, answer.get("Content-Type")) == ("plain ä", "text/plain; charset=utf-8")


def test_a_text_answer_merges_as_content(ask) -> None:
    answer = ask(reply(b'say "hi"\n'), json_reply({"a": 1}), keys=[{"encoding": "string"}])
    assert answer.json == {"content": 'say "hi"\n', "a": 1}


def test_every_reply_names_the_version(ask) -> None:
    answer = ask(json_reply({}))
    assert answer.get("X-Aggregator")
    assert ask(json_reply({}), router={"hide_version_header": True}).get(
        "X-Aggregator") != answer.get("X-Aggregator")


def test_the_names_of_the_headers_can_be_configured(ask) -> None:
    answer = ask(reply(b"", status=500), router={"header_prefix": "X-Front"})
    assert answer.get("X-Front-Completed") == "false"
    assert answer.get("X-Front-Error") == "bad_status"
    assert answer.get("X-Aggregator-Completed") is None


def test_a_hundred_backends_are_merged_in_order(ask) -> None:
    answer = ask(*(json_reply({f"k{n}": n}) for n in range(100)))
    assert list(answer.json) == [f"k{n}" for n in range(100)]


def test_an_answer_of_ten_mebibytes_is_merged(ask) -> None:
    answer = ask(json_reply({"big": "x" * (10 << 20)}), json_reply({"small": 1}))
    assert len(answer.json["big"]) == 10 << 20
    assert answer.json["small"] == 1
