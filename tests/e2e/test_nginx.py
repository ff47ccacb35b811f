"""nginx as the backend: what a server of the real world does with its connections and bodies."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from settings import backend, endpoint, pass_through, service, shadow
from tls_peers import Nginx

GOOD = "location = /good { return 200 '{\"ok\": 1}'; }"


@pytest.fixture
def plain(nginx, tmp_path: Path):
    """Starts nginx over plain HTTP, with these lines in its server block and a folder of files."""

    def run(*lines: str) -> str:
        (tmp_path / "files").mkdir()
        root = f"root {tmp_path}/files; client_max_body_size 1m;"
        server: Nginx = nginx(" ".join([root, GOOD, *lines]), listen="")
        return f"http://127.0.0.1:{server.port}"

    return run


def test_a_large_file_passes_unchanged(start, plain, tmp_path) -> None:
    host = plain()
    content = bytes(range(256)) * (40 << 12)
    (tmp_path / "files" / "large").write_bytes(content)
    gateway = start(service(pass_through("/{name}", backend(host, "/{name}"))))
    answer = gateway.get("/large")
    assert answer.body == content
    assert answer.get("ETag") and answer.get("Last-Modified")


def test_a_compressed_answer_is_merged(start, plain, tmp_path) -> None:
    host = plain("gzip on; gzip_types *; gzip_min_length 1;")
    (tmp_path / "files" / "list").write_text(json.dumps({"items": list(range(50_000))}))
    parts = [backend(host, "/list"), backend(host, "/good")]
    answer = start(service(endpoint("/e", *parts))).get("/e")
    assert answer.json == {"items": list(range(50_000)), "ok": 1}


@pytest.mark.parametrize("rule", ["keepalive_requests 3;", "keepalive_timeout 0;"])
def test_connections_that_nginx_ends_cost_no_request(start, plain, rule) -> None:
    host = plain(rule)
    parts = [backend(host, "/good"), backend(host, "/good", group="g"), shadow(host, "/good")]
    with start(service(endpoint("/e", *parts))).client() as client:
        for _ in range(100):
            answer = client.ask("GET", "/e")
            assert answer.json == {"ok": 1, "g": {"ok": 1}}
            assert answer.get("X-Aggregator-Completed") == "true"


def test_a_kept_connection_that_timed_out_at_nginx_is_replaced(start, plain) -> None:
    host = plain("keepalive_timeout 100ms;")
    gateway = start(service(endpoint("/e", backend(host, "/good"))), "--workers", "1")
    with gateway.client() as client:
        assert client.ask("GET", "/e").json == {"ok": 1}
        while gateway.counters()["upstream"]:
            pass
        assert client.ask("GET", "/e").json == {"ok": 1}


def test_an_upload_that_nginx_refuses_is_answered_as_nginx_said(start, plain) -> None:
    host = plain()
    point = pass_through("/e", backend(host, "/upload"), method="POST", input_headers=["*"])
    answer = start(service(point)).ask("POST", "/e", body=b"x" * (3 << 20))
    assert answer.status == 413
    assert b"Request Entity Too Large" in answer.body
