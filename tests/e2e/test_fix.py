"""Repairs: files are rewritten, or a diff is shown; and the table of routes."""

from __future__ import annotations

import json
import os
import subprocess
import threading

import wire
from gateway import BINARY, aggregator

BEFORE = """{ "version": 3,
  // the shop
  "timeout": "1.5s",
  "endpoints": [
    { "endpoint": "/a", "backend": { "host": "http://a.internal", "url_pattern": "/b" } }
  ]
}
"""
AFTER = (BEFORE.replace('"1.5s"', '"1500ms"')
         .replace('{ "host": "http://a.internal", "url_pattern": "/b" }',
                  '[{ "host": ["http://a.internal"], "url_pattern": "/b" }]'))


def feed(text: str, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([BINARY, *arguments], input=text, capture_output=True, text=True,
                          timeout=wire.PATIENCE_S, check=False)


def test_a_file_is_rewritten_and_only_once(write_config) -> None:
    path = write_config(BEFORE)
    path.chmod(0o640)
    done = aggregator("lint", "--fix", path)
    assert done.returncode == 0
    assert path.read_text() == AFTER
    assert path.stat().st_mode & 0o7777 == 0o640
    assert "repaired 3 findings" in done.stderr
    assert "[not-portable]" in done.stdout, "a comment is left to tell"
    assert "[duration-spelling]" not in done.stdout
    written = path.stat()
    again = aggregator("lint", "--fix", path)
    assert "repaired" not in again.stderr
    assert path.stat().st_ino == written.st_ino
    assert path.stat().st_mtime_ns == written.st_mtime_ns
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_a_link_stays_a_link(write_config, tmp_path) -> None:
    path = write_config(BEFORE)
    link = tmp_path / "link.json"
    link.symlink_to(path.name)
    assert aggregator("lint", "--fix", link).returncode == 0
    assert link.is_symlink()
    assert path.read_text() == AFTER


def test_the_files_of_a_folder_are_rewritten(write_config, tmp_path) -> None:
    service = write_config('{"version": 3, "timeout": "0.5s"}', "shop/service.json")
    one = write_config('{"endpoint": "/a", "backend": {"host": "http://a.internal"}}',
                       "shop/endpoints/a.json")
    other = write_config('endpoint: /b\ntimeout: 0.5s\nbackend: {host: "http://b.internal"}\n',
                         "shop/endpoints/b.yaml")
    before = other.read_text()
    assert aggregator("lint", "--fix", tmp_path / "shop").returncode == 0
    assert service.read_text() == '{"version": 3, "timeout": "500ms"}'
    assert one.read_text() == '{"endpoint": "/a", "backend": [{"host": ["http://a.internal"]}]}'
    assert other.read_text() == before


def test_a_diff_writes_nothing_and_can_be_applied(write_config) -> None:
    path = write_config(BEFORE)
    done = aggregator("lint", "--diff", path)
    assert done.returncode == 0
    assert path.read_text() == BEFORE
    assert "would repair 3 findings" in done.stderr
    assert '-  "timeout": "1.5s",\n+  "timeout": "1500ms",\n' in done.stdout
    subprocess.run(["patch", "-s", str(path)], input=done.stdout, text=True, check=True)
    assert path.read_text() == AFTER


def test_a_diff_is_judged_by_what_is_on_the_disk(write_config) -> None:
    path = write_config(BEFORE)
    strict = ("--severity", "advice", "--rule", "not-portable=off")
    shown = aggregator("lint", "--diff", *strict, path)
    assert shown.returncode == 1
    assert "[duration-spelling]" in shown.stderr
    written = aggregator("lint", "--fix", *strict, path)
    assert (written.returncode, written.stdout) == (0, "")


def test_standard_input_is_repaired_to_standard_output() -> None:
    done = feed(BEFORE, "lint", "--fix", "-")
    assert done.stdout == AFTER
    assert done.returncode == 0
    assert "<stdin>:2:3: advice:" in done.stderr
    assert feed(AFTER, "lint", "--fix", "-").stdout == AFTER


def test_a_text_with_errors_comes_back_as_it_was() -> None:
    for raw in (b"{", b'{"version": 2, "timeout": "1.5s"}', b"", b"\xff\x00"):
        done = subprocess.run([BINARY, "lint", "--fix", "-"], input=raw, capture_output=True,
                              timeout=wire.PATIENCE_S, check=False)
        assert done.stdout == raw
        assert done.returncode == 1
        assert b"error: " in done.stderr


def test_what_cannot_be_written_is_told(tmp_path) -> None:
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(BEFORE,), daemon=True)
    writer.start()
    done = aggregator("lint", "--fix", pipe)
    writer.join()
    assert done.returncode == 1
    assert f"{pipe} cannot be written: " in done.stderr
    assert "repaired" not in done.stderr
    assert pipe.is_fifo()


def test_where_nothing_is_found_nothing_is_printed(write_config) -> None:
    text = '{"version": 3}'
    path = write_config(text)
    for option in ("--fix", "--diff"):
        done = aggregator("lint", option, path)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert path.read_text() == text


def test_repairs_belong_to_lint_alone(write_config) -> None:
    path = write_config(BEFORE)
    assert aggregator("--config", path, "--fix").returncode == 2
    assert aggregator("lint", "--list-rules", "--fix").returncode == 2
    assert aggregator("routes", path, "--diff").returncode == 2
    assert path.read_text() == BEFORE


def test_routes_are_listed_as_table_and_json(write_config) -> None:
    path = write_config(BEFORE)
    table = aggregator("routes", path)
    assert table.returncode == 0
    assert [line.split() for line in table.stdout.splitlines()] == [
        ["METHOD", "PATH", "ROLE", "CALLS", "HOSTS", "URL_PATTERN"],
        ["GET", "/a", "backend", "GET", "http://a.internal", "/b"]]
    listed = json.loads(feed(BEFORE, "routes", "-", "--format", "json").stdout)
    assert listed == {"routes": [{
        "method": "GET", "path": "/a", "shadows": [],
        "backends": [{"method": "GET", "hosts": ["http://a.internal"], "url_pattern": "/b"}]}]}


def test_routes_of_a_wrong_configuration_are_refused(write_config) -> None:
    done = aggregator("routes", write_config('{"version": 2}'))
    assert done.returncode == 1
    assert done.stdout == ""
    assert "[unsupported-version]" in done.stderr
    for arguments in ([], ["a", "b"], ["a", "--format", "sarif"], ["a", "--workers", "1"]):
        assert aggregator("routes", *arguments).returncode == 2
