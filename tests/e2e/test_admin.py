"""The management interface of a running gateway: live changes, mirrors, what is left of them."""

from __future__ import annotations

import json
import socket
import threading
import time

import pytest
from jsonschema import Draft202012Validator

import wire
from backends import gated, json_reply
from gateway import aggregator
from management import TOKEN, Management, admin
from settings import backend, endpoint, service
from tls_peers import TlsBackend

ROUTE = "/api/v1/gateway/routes/ai-service-route/mirror"
LIVE = json_reply({"live": 1})


@pytest.fixture
def managed(serve, start, tmp_path):
    """A gateway with `/e`, its live backend and a shadow `v2` at 0 %, and a free mirror."""

    class World:
        live, copy, mirror = serve(LIVE), serve(LIVE), serve(LIVE)

        def config(self, **more: object) -> dict:
            shadow = backend(self.copy, extra_config={
                "proxy": {"shadow": True},
                "proxy/shadow": {"name": "v2", "sample": {"percentage": 0}}})
            point = endpoint("/e", backend(self.live), shadow,
                             extra_config={"router": {"name": "ai-service-route"}})
            found = service(point)
            found.setdefault("extra_config", {})
            found["extra_config"] |= {"admin": admin(**more),
                                      "proxy/shadow": {"allowed_hosts": ["127.0.0.1"]}}
            return found

        def start(self, **more: object) -> None:
            self.gateway = start(self.config(**more), "--workers", "2")
            self.admin = Management(self.gateway)

        def ask(self, count: int) -> None:
            with self.gateway.client() as client:
                for _ in range(count):
                    assert client.ask("GET", "/e").text == '{"live":1}'

        def wish(self, percentage: float) -> dict:
            port = int(self.mirror.host.rsplit(":", 1)[1])
            return {"mirrorHost": "127.0.0.1", "mirrorPort": port, "percentage": percentage,
                    "synchronous": False, "logResponses": True}

    return World()


def test_a_percentage_is_raised_and_lowered_without_a_restart(managed) -> None:
    managed.start()
    managed.ask(20)
    assert len(managed.copy.received) == 0
    assert managed.admin.patch("v2", percentage=100).status == 200
    managed.ask(20)
    managed.copy.wait_for(20)
    assert managed.admin.patch("v2", percentage=0).status == 200
    managed.ask(20)
    managed.gateway.settle()
    assert len(managed.copy.received) == 20
    assert len(managed.live.received) == 60
    copies = managed.admin.shadow("v2")["copies"]
    assert (copies["eligible"], copies["finished_total"]) == (60, 20)
    assert copies["dropped"]["sampling"] == 40


def test_a_percentage_that_changes_under_load_loses_no_request(managed) -> None:
    managed.start()
    threads = [threading.Thread(target=managed.ask, args=(200,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for percentage in (100, 0, 50, 100, 0):
        assert managed.admin.patch("v2", percentage=percentage).status == 200
    for thread in threads:
        thread.join()
    managed.gateway.settle()
    assert len(managed.live.received) == 600
    copies = managed.admin.shadow("v2")["copies"]
    assert copies["eligible"] == 600
    assert copies["eligible"] == copies["finished_total"] + copies["dropped_total"]
    assert copies["finished_total"] == len(managed.copy.received)


def test_the_emergency_stop_stops_all_copies(managed) -> None:
    managed.start()
    managed.admin.patch("v2", percentage=100)
    assert managed.admin.ask("POST", ROUTE, managed.wish(100)).status == 201
    assert json.loads(managed.admin.ask("POST", "/api/v1/shadows/disable-all").text) == {
        "disabled": 2}
    managed.ask(10)
    managed.gateway.settle()
    assert (len(managed.copy.received), len(managed.mirror.received)) == (0, 0)


def test_a_mirror_is_made_and_taken_away_while_requests_run(managed) -> None:
    managed.start()
    made = managed.admin.ask("POST", ROUTE, managed.wish(100))
    assert (made.status, made.get("Location")) == (201, ROUTE)
    managed.ask(10)
    managed.mirror.wait_for(10)
    assert managed.admin.ask("DELETE", ROUTE).status == 204
    managed.ask(10)
    managed.gateway.settle()
    assert len(managed.mirror.received) == 10
    assert managed.admin.get(ROUTE).status == 404


def test_a_second_mirror_of_a_route_takes_the_place_of_the_first(managed) -> None:
    managed.start()
    assert managed.admin.ask("POST", ROUTE, managed.wish(0)).status == 201
    assert managed.admin.ask("POST", ROUTE, managed.wish(100)).status == 200
    assert len(managed.admin.get("/api/v1/shadows").json["shadows"]) == 2  # and `v2`
    managed.ask(10)
    managed.gateway.settle()
    assert len(managed.mirror.received) == 10
    assert managed.admin.ask("DELETE", ROUTE).status == 204
    assert managed.admin.ask("DELETE", ROUTE).status == 404
    assert len(managed.admin.get("/api/v1/shadows").json["shadows"]) == 1


def test_a_copy_of_a_mirror_that_is_taken_away_comes_to_its_end(managed) -> None:
    gate = threading.Event()
    managed.mirror.scripts = gated(gate, LIVE)
    managed.start()
    assert managed.admin.ask("POST", ROUTE, managed.wish(100)).status == 201
    managed.ask(1)
    managed.mirror.wait_for(1)
    assert managed.admin.ask("DELETE", ROUTE).status == 204
    time.sleep(1.5)  # it is looked every second whether anything is left
    assert managed.gateway.counters()["shadow_in_flight"] == 1
    gate.set()
    managed.gateway.settle()


def test_half_of_the_requests_arrive_at_a_mirror_of_50_percent(managed) -> None:
    managed.start()
    assert managed.admin.ask("POST", ROUTE, managed.wish(50)).status == 201
    managed.ask(400)
    managed.gateway.settle()
    # Less than one run in ten million falls outside.
    assert 145 < len(managed.mirror.received) < 255


@pytest.mark.parametrize("token", [None, "wrong", TOKEN + "x"])
def test_without_the_token_nothing_is_changed(managed, token) -> None:
    managed.start()
    refused = managed.admin.ask("POST", ROUTE, managed.wish(50), token=token)
    assert (refused.status, refused.get("Content-Type")) == (401, "application/problem+json")
    assert refused.get("WWW-Authenticate").startswith("Bearer")
    assert managed.admin.get(ROUTE).status == 404


def test_a_mirror_to_a_host_that_is_not_allowed_is_refused(managed) -> None:
    managed.start()
    wish = managed.wish(50) | {"mirrorHost": "elsewhere.invalid"}
    refused = managed.admin.ask("POST", ROUTE, wish)
    assert refused.status == 400
    assert json.loads(refused.text)["errors"][0]["pointer"] == "/mirrorHost"


def test_a_live_host_gets_no_second_copy_unless_it_is_allowed(managed, start) -> None:
    config = managed.config()
    config["extra_config"]["proxy/shadow"] = {"allowed_hosts": ["v2.internal"]}
    management = Management(start(config))
    wish = managed.wish(100) | {"mirrorPort": managed.live.port}
    refused = management.ask("POST", ROUTE, wish)
    assert refused.status == 400
    assert "`v2.internal`" in json.loads(refused.text)["errors"][0]["detail"]


class StandardHttps(TlsBackend):
    """Listens on the port of https, at an address of its own."""

    ADDRESS = "127.0.0.37"

    def listen(self) -> None:
        self.stopped = False
        self.listener = socket.create_server((self.ADDRESS, 443))
        self.port = 443
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()


@pytest.fixture
def standard_https(start, authority):
    """Started after and ended before the gateway is; skips where the port cannot be had."""
    try:
        server = StandardHttps(LIVE, authority.issue(StandardHttps.ADDRESS).server_context())
    except OSError as error:
        pytest.skip(f"port 443 cannot be listened on: {error}")
    yield server
    server.stop()


def test_a_mirror_speaks_https_though_the_configuration_has_none(
        managed, start, standard_https, authority) -> None:
    config = managed.config() | {"client_tls": {
        "ca_certs": [str(authority.certificate)], "disable_system_ca_pool": True}}
    config["extra_config"]["proxy/shadow"] = {"allowed_hosts": ["127.0.0.37:443"]}
    managed.gateway = start(config, "--workers", "2")
    management = Management(managed.gateway)
    wish = managed.wish(100) | {"mirrorHost": "127.0.0.37", "mirrorPort": 443}
    made = management.ask("POST", ROUTE, wish)
    assert made.status == 201
    assert json.loads(made.text)["hosts"] == ["https://127.0.0.37"]
    managed.ask(10)
    standard_https.wait_for(10)


def test_a_mirror_by_https_needs_certificates_that_can_be_read(managed, start, tmp_path) -> None:
    config = managed.config() | {"client_tls": {
        "ca_certs": [str(tmp_path / "missing.pem")], "disable_system_ca_pool": True}}
    management = Management(start(config))
    refused = management.ask("POST", ROUTE, managed.wish(100) | {"mirrorPort": 443})
    assert refused.status == 400
    assert "missing.pem" in json.loads(refused.text)["errors"][0]["detail"]


def test_while_it_ends_it_is_not_ready_and_still_managed(managed, serve, start) -> None:
    gate = threading.Event()
    managed.live = serve(gated(gate, LIVE))
    managed.start()
    assert managed.admin.get("/ready").status == 200
    with managed.gateway.client() as client:
        client.send(wire.request("GET", "/e"))
        managed.live.wait_for()
        managed.gateway.signal()
        # One of the two workers has nothing left to do.
        managed.gateway.wait_for_line(lambda line: "worker ended" in line)
        ready = managed.admin.get("/ready")
        assert (ready.status, ready.get("Content-Type")) == (503, "application/problem+json")
        assert managed.admin.get("/health").status == 200
        assert managed.admin.patch("v2", percentage=1).status == 200
        gate.set()
        assert client.answer().text == '{"live":1}'
    assert managed.gateway.wait() == 0


def test_changes_outlive_a_kill(managed, tmp_path) -> None:
    state = str(tmp_path / "state.db")
    managed.start(state=state)
    assert managed.admin.ask("POST", ROUTE, managed.wish(100)).status == 201
    assert managed.admin.patch("v2", percentage=100, log="off").status == 200
    managed.gateway.kill()
    managed.start(state=state)
    managed.ask(10)
    managed.mirror.wait_for(10)
    managed.copy.wait_for(10)
    assert managed.admin.shadow("v2")["log"] == "off"


def test_the_state_is_shown_and_cleared(managed, tmp_path) -> None:
    state = tmp_path / "state.db"
    managed.start(state=str(state))
    managed.admin.patch("v2", percentage=5)
    managed.gateway.signal()
    managed.gateway.wait()
    shown = aggregator("state", state)
    assert shown.returncode == 0
    assert "GET /e v2" in shown.stdout and '{"percentage":5}' in shown.stdout
    assert "1 forgotten" in aggregator("state", state, "--clear").stdout
    assert aggregator("state", state).stdout == "no run-time changes\n"


def test_a_damaged_state_file_is_named_at_the_start(managed, write_config, tmp_path) -> None:
    state = tmp_path / "state.db"
    state.write_bytes(b"no database" * 1000)
    config = write_config(managed.config(state=str(state)))
    ended = aggregator("--config", config, "--listen", "127.0.0.1:0")
    assert ended.returncode == 1
    assert str(state) in ended.stderr
    shown = aggregator("state", state)
    assert (shown.returncode, str(state) in shown.stderr) == (1, True)


def test_answers_keep_to_the_description_that_is_served(managed) -> None:
    managed.start()
    document = json.loads(managed.admin.get("/api/v1/openapi.json").text)
    assert document["openapi"].startswith("3.1")
    shadow = f"/api/v1/shadows/{managed.admin.shadow('v2')['id']}"
    asked = [("get", "/api/v1/endpoints", "/api/v1/endpoints", None, 200),
             ("get", "/api/v1/shadows", "/api/v1/shadows", None, 200),
             ("get", "/api/v1/shadows/{id}", shadow, None, 200),
             ("patch", "/api/v1/shadows/{id}", shadow, {"percentage": 1}, 200),
             ("patch", "/api/v1/shadows/{id}", shadow, {"percentage": 101}, 400),
             ("post", "/api/v1/gateway/routes/{name}/mirror", ROUTE, managed.wish(1), 201),
             ("get", "/ready", "/ready", None, 200)]
    for method, path, target, body, status in asked:
        answer = managed.admin.ask(method.upper(), target, body)
        assert answer.status == status, (target, answer.text)
        response = document["paths"][path][method]["responses"][str(status)]
        if "$ref" in response:
            response = document["components"]["responses"][response["$ref"].split("/")[-1]]
        schema = response["content"][answer.get("Content-Type")]["schema"]
        Draft202012Validator(document | schema).validate(json.loads(answer.text))
