"""Endpoints that ask for a name and a password."""

from __future__ import annotations

import base64
import json
import subprocess
import threading
from pathlib import Path

import pytest

from backends import json_reply
from gateway import aggregator
from management import Management, admin
from settings import backend, endpoint, service

COMPONENT = Path(__file__).resolve().parents[2] / "src/components/basic_auth"
pytestmark = pytest.mark.skipif(not COMPONENT.is_dir(), reason="the component is not there")

FAST = "$2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW"  # secret
SLOW = "$2y$10$abcdefghijklmnopqrstuuqflPDzB6gcMhKa1rZqKiun2YGL5sa2u"  # secret


def login(name: str = "ada", password: str = "secret") -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def gateway_with(start, origin, *names: str, section: dict, **more):
    points = [endpoint(path, backend(origin), extra_config={"auth/basic": {}})
              for path in names or ("/a",)]
    found = service(*points, endpoint("/open", backend(origin)), name="shop", **more)
    found["extra_config"] = {"auth/basic": section, "admin": admin()}
    return start(found, "--workers", "1", "--log-format", "json")


def test_curl_logs_in_with_a_file_of_users(serve, start, tmp_path) -> None:
    origin = serve(json_reply({"a": 1}))
    file = tmp_path / "users"
    file.write_text(f"# who may\nada:{FAST}\n")
    gateway = gateway_with(start, origin, section={"htpasswd_path": str(file)})

    def curl(*options: str) -> str:
        command = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", *options]
        return subprocess.run([*command, gateway.url("/a")], capture_output=True, text=True,
                              check=True).stdout

    assert curl() == "401"
    assert curl("-u", "ada:secret") == "200"
    assert curl("-u", "ada:wrong") == "401"
    assert curl("-u", "bob:secret") == "401"
    assert curl("--anyauth", "-u", "ada:secret") == "200"
    assert [one.get("Authorization") for one in origin.received] == [None, None]


def test_an_endpoint_that_does_not_ask_is_open(serve, start) -> None:
    origin = serve(json_reply({"a": 1}))
    gateway = gateway_with(start, origin, section={"users": {"ada": FAST}})
    assert gateway.get("/open").status == 200
    assert gateway.get("/a").get("WWW-Authenticate") == 'Basic realm="shop", charset="UTF-8"'


def test_logins_do_not_delay_other_endpoints(serve, start) -> None:
    """While a hundred passwords are verified, others are served: more than passwords are."""
    origin = serve(json_reply({"a": 1}))
    gateway = gateway_with(start, origin, section={"users": {"ada": SLOW}})
    found: list[int] = []
    threads = [threading.Thread(target=lambda i=i: found.append(
        gateway.get("/a", login(password=f"guess {i}")).status)) for i in range(100)]
    for thread in threads:
        thread.start()
    served = 0
    while any(thread.is_alive() for thread in threads) and len(found) < 50:
        assert gateway.get("/open").status == 200
        served += 1
    for thread in threads:
        thread.join()
    assert set(found) <= {401, 503} and len(found) == 100
    assert served > 10


def test_logins_are_counted_and_passwords_are_nowhere(serve, start) -> None:
    origin = serve(json_reply({"a": 1}))
    gateway = gateway_with(start, origin, section={"users": {"ada": FAST}})
    management = Management(gateway)
    asked = ((login(), 200), (login(), 200), (login(password="gu3ss"), 401), ({}, 401))
    for headers, status in asked:
        assert gateway.get("/a", headers).status == status
    for outcome, count in (("accepted", 2), ("refused", 2), ("busy", 0)):
        assert management.sum("aggregator_logins_total", kind="basic", outcome=outcome) == count
    assert management.sum("aggregator_rejections_total", component="auth/basic",
                          code="login_invalid") == 1
    line = gateway.access("/a")
    assert line["status"] == 200
    said = "".join(management.get(path).text for path in ("/metrics", "/api/v1/endpoints"))
    said += gateway.stderr
    for secret in ("gu3ss", "c2VjcmV0", FAST, "Basic YWRh"):
        assert secret not in said


def test_a_line_that_is_no_hash_ends_the_start_with_its_number(tmp_path) -> None:
    (tmp_path / "users").write_text(f"ada:{FAST}\nbob:$apr1$lZL6V/ci$eIMz/iKDkbtys/uU7LEK00\n")
    config = tmp_path / "gateway.json"
    point = endpoint("/a", backend("http://127.0.0.1:1"),
                     extra_config={"auth/basic": {"htpasswd_path": "users"}})
    config.write_text(json.dumps(service(point)))
    done = aggregator("--config", str(config))
    assert done.returncode == 1
    assert "line 2 of" in done.stderr and "htpasswd -B" in done.stderr
    assert "apr1" not in done.stderr
