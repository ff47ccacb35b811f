"""Which endpoint answers, and what is said when none does."""

from __future__ import annotations

import json

import pytest

from backends import echo, then_close
from settings import backend, endpoint, service


@pytest.fixture
def routes(serve, start):
    """Starts a gateway with an endpoint for each `(path, pattern)`, before an echoing backend."""

    def run(*paths, router=None, **more):
        server = serve(echo)
        points = [endpoint(path, backend(server, pattern), **more) for path, pattern in paths]
        return start(service(*points, router=router))

    return run


def target(answer) -> str:
    assert answer.status == 200, answer
    return answer.json["target"]


def test_a_literal_wins_over_a_parameter(routes) -> None:
    gateway = routes(("/u/{id}", "/param/{id}"), ("/u/me", "/literal"))
    assert target(gateway.get("/u/me")) == "/literal"
    assert target(gateway.get("/u/you")) == "/param/you"


def test_a_literal_that_leads_nowhere_gives_way_to_a_parameter(routes) -> None:
    gateway = routes(("/a/b/c", "/literal"), ("/a/{x}/d", "/param/{x}"))
    assert target(gateway.get("/a/b/d")) == "/param/b"


def test_a_parameter_is_one_segment_and_not_empty(routes) -> None:
    gateway = routes(("/u/{id}", "/{id}"))
    assert gateway.get("/u/1/2").status == 404
    assert gateway.get("/u/").status == 404


def test_parameters_are_decoded_once_and_encoded_for_their_place(routes) -> None:
    gateway = routes(("/u/{id}", "/p/{id}?q={id}"))
    assert target(gateway.get("/u/a%20b%26c")) == "/p/a%20b&c?q=a%20b%26c"


def test_an_encoded_slash_is_decoded_before_routing(routes) -> None:
    gateway = routes(("/u/{a}/{b}", "/{b}/{a}"))
    assert target(gateway.get("/u/x%2Fy")) == "/y/x"


@pytest.mark.parametrize("value", ["%2541", "a%3Fb", "a%23b"])
def test_a_parameter_that_is_encoded_twice_or_ends_the_path_is_refused(routes, value) -> None:
    answer = routes(("/u/{id}", "/{id}")).get(f"/u/{value}")
    assert (answer.status, answer.text.strip()) == (400, "error: encoded url params")
    assert answer.get("Content-Type") == "text/plain; charset=utf-8"


def test_a_parameter_with_a_broken_escape_is_refused(routes) -> None:
    answer = routes(("/u/{id}", "/{id}")).get("/u/%25zz")
    assert (answer.status, answer.text.strip()) == (400, 'error: invalid URL escape "%zz"')


def test_the_parameter_check_can_be_switched_off(routes) -> None:
    gateway = routes(("/u/{id}", "/{id}"), router={"disable_path_decoding": True})
    assert gateway.get("/u/%2541").status == 200


def test_a_target_with_a_broken_escape_is_refused(routes) -> None:
    assert routes(("/u/{id}", "/{id}")).get("/u/%zz").status == 400


def test_an_unknown_path_is_404(routes) -> None:
    answer = routes(("/a", "/")).get("/b")
    assert (answer.status, answer.text.strip()) == (404, "404 page not found")
    assert answer.get("Content-Type") == "text/plain"
    assert answer.get("X-Aggregator-Completed") == "false"
    assert answer.get("X-Aggregator-Error") == "not_found"


def test_a_path_of_another_method_is_405_and_says_which(serve, start) -> None:
    server = serve(echo)
    gateway = start(service(endpoint("/a", backend(server)),
                            endpoint("/a", backend(server), method="POST")))
    answer = gateway.ask("DELETE", "/a")
    assert (answer.status, answer.text.strip()) == (405, "405 method not allowed")
    assert answer.get("Allow") == "GET, POST"
    assert answer.get("X-Aggregator-Error") == "method_not_allowed"


def test_head_is_not_get(routes) -> None:
    assert routes(("/a", "/")).ask("HEAD", "/a").status == 405


def test_405_can_be_switched_off(routes) -> None:
    gateway = routes(("/a", "/"), router={"disable_handle_method_not_allowed": True})
    assert gateway.ask("DELETE", "/a").status == 404


def test_the_bodies_of_404_and_405_can_be_configured(routes) -> None:
    bodies = {"404": {"message": "nothing here"}, "405": ["not", "so"]}
    gateway = routes(("/a", "/"), router={"error_body": bodies})
    for answer, status in ((gateway.get("/b"), "404"), (gateway.ask("PUT", "/a", body=b""), "405")):
        assert answer.json == bodies[status]
        assert (answer.get("Content-Type") or "").startswith("application/json")


@pytest.mark.parametrize(("asked", "location"), [
    ("/shop/", "/shop"), ("/list", "/list/"), ("/SHOP", "/shop"), ("//shop", "/shop"),
    ("/x/../shop", "/shop"), ("/shop/?a=1&b=%20", "/shop?a=1&b=%20"),
])
def test_a_near_miss_is_redirected(routes, asked, location) -> None:
    answer = routes(("/shop", "/"), ("/list/", "/")).get(asked)
    assert (answer.status, answer.get("Location")) == (301, location)


def test_a_redirect_of_a_post_keeps_its_method(routes) -> None:
    answer = routes(("/shop", "/"), method="POST").ask("POST", "/shop/", body=b"{}")
    assert (answer.status, answer.get("Location")) == (307, "/shop")


def test_without_the_slash_redirect_the_other_one_still_corrects_it(routes) -> None:
    gateway = routes(("/shop", "/"), router={"disable_redirect_trailing_slash": True})
    assert gateway.get("/shop/").get("Location") == "/shop"
    fixed = routes(("/shop", "/"), router={"disable_redirect_fixed_path": True})
    assert (fixed.get("/shop/").status, fixed.get("/SHOP").status) == (301, 404)


def test_redirects_can_be_switched_off(routes) -> None:
    off = {"disable_redirect_trailing_slash": True, "disable_redirect_fixed_path": True}
    gateway = routes(("/shop", "/"), router=off)
    assert gateway.get("/shop/").status == 404
    assert gateway.get("/SHOP").status == 404


def test_extra_slashes_can_be_overlooked(routes) -> None:
    gateway = routes(("/a/b", "/"), router={"remove_extra_slash": True})
    assert gateway.get("//a///b").status == 200


def test_options_is_answered_where_asked_for(serve, start) -> None:
    server = serve(echo)
    points = [endpoint("/a/{x}", backend(server), method=method) for method in ("POST", "GET")]
    assert start(service(*points)).ask("OPTIONS", "/a/1").status == 405
    gateway = start(service(*points, router={"auto_options": True}))
    answer = gateway.ask("OPTIONS", "/a/1")
    assert (answer.status, answer.body, answer.get("Allow")) == (200, b"", "GET, POST")
    assert answer.get("X-Aggregator")
    assert answer.get("X-Aggregator-Completed") is None
    assert gateway.ask("OPTIONS", "/b").status == 404


@pytest.mark.parametrize("body", ["text", 404, None, True, [], {"a": {"b": 1.50}}])
def test_an_error_body_is_any_value(routes, body) -> None:
    answer = routes(("/a", "/"), router={"error_body": {"404": body}}).get("/b")
    assert (answer.status, answer.json) == (404, body)
    assert answer.get("Content-Type") == "application/json; charset=utf-8"


def test_the_version_can_be_hidden(routes) -> None:
    hidden = routes(("/a", "/"), router={"hide_version_header": True})
    assert [hidden.get(path).get("X-Aggregator") for path in ("/a", "/b")] == ["undefined"] * 2


def test_the_headers_can_be_called_otherwise(routes) -> None:
    gateway = routes(("/a", "/"), router={"header_prefix": "X-Front"})
    assert gateway.get("/a").get("X-Front-Completed") == "true"
    answer = gateway.get("/b")
    assert (answer.get("X-Front-Completed"), answer.get("X-Front-Error")) == ("false", "not_found")
    assert not [name for name, _ in answer.fields if name.startswith("X-Aggregator")]


def test_a_failure_has_its_text_where_asked_for(serve, start) -> None:
    broken = endpoint("/a", backend(serve(then_close(b""))))
    silent = start(service(broken)).get("/a")
    assert (silent.status, silent.body) == (500, b"")
    told = start(service(broken, router={"return_error_msg": True})).get("/a")
    assert (told.status, told.get("X-Aggregator-Error")) == (500, "closed")
    assert told.text


PROXIES = {"trusted_proxies": ["127.0.0.0/8"]}


@pytest.mark.parametrize(("router", "headers", "client"), [
    ({}, {"X-Forwarded-For": "1.1.1.1"}, "127.0.0.1"),
    (PROXIES, {"X-Forwarded-For": "6.6.6.6, 1.1.1.1, 127.0.0.9"}, "1.1.1.1"),
    (PROXIES, {"X-Real-IP": "1.1.1.1"}, "1.1.1.1"),
    ({"trusted_proxies": ["192.0.2.1"]}, {"X-Forwarded-For": "1.1.1.1"}, "127.0.0.1"),
    (PROXIES | {"forwarded_by_client_ip": False}, {"X-Forwarded-For": "1.1.1.1"}, "127.0.0.1"),
    (PROXIES | {"remote_ip_headers": ["X-Edge"]},
     {"X-Forwarded-For": "1.1.1.1", "X-Edge": "2.2.2.2"}, "2.2.2.2"),
    (PROXIES, {"X-Appengine-Remote-Addr": "3.3.3.3"}, "127.0.0.1"),
    (PROXIES | {"app_engine": True}, {"X-Appengine-Remote-Addr": "3.3.3.3"}, "3.3.3.3"),
    ({"app_engine": True}, {"X-Appengine-Remote-Addr": "3.3.3.3"}, "127.0.0.1"),
])
def test_the_client_is_who_a_trusted_proxy_says(serve, start, router, headers, client) -> None:
    gateway = start(service(endpoint("/a", backend(serve(echo))), router=router),
                    "--log-format", "json")
    answer = gateway.get("/a", headers)
    assert answer.json["headers"]["x-forwarded-for"] == client
    assert gateway.access("/a")["client"] == client


def test_health_says_ok(routes) -> None:
    gateway = routes(("/a", "/"))
    answer = gateway.get("/__health")
    assert answer.status == 200
    assert answer.json["status"] == "ok"
    assert answer.get("Content-Type") == "application/json; charset=utf-8"
    assert answer.get("X-Aggregator") is None
    assert gateway.ask("POST", "/__health", body=b"").status == 405


def test_health_can_be_moved_and_switched_off(routes) -> None:
    moved = routes(("/a", "/"), router={"health_path": "/alive"})
    assert (moved.get("/alive").status, moved.get("/__health").status) == (200, 404)
    assert routes(("/a", "/"), router={"disable_health": True}).get("/__health").status == 404


def test_ten_thousand_endpoints_route_to_the_right_one(routes) -> None:
    gateway = routes(*((f"/e{n}/{{id}}", f"/{n}/{{id}}") for n in range(10_000)))
    with gateway.client() as client:
        for n in (0, 1, 4_999, 9_999):
            assert target(client.ask("GET", f"/e{n}/x")) == f"/{n}/x"
        assert client.ask("GET", "/e10000/x").status == 404


def test_the_answer_to_a_redirect_or_miss_leaves_the_connection_usable(routes) -> None:
    with routes(("/a", "/")).client() as client:
        assert client.ask("GET", "/a/").status == 301
        assert client.ask("GET", "/b").status == 404
        assert json.loads(client.ask("GET", "/a").body)["target"] == "/"
