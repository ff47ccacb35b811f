"""`aggregator fmt` on files, folders and standard input, and what it leaves alone."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

import wire
from gateway import BINARY, aggregator

BEFORE = '{"version": 3, // the shop\n "timeout":"2s","endpoints" : [],\n\n\n'
BEFORE += '"n\\u0061me": "\xe9 \\u00e9"}'
AFTER = """{
  "version": 3, // the shop
  "timeout": "2s",
  "endpoints": [],

  "n\\u0061me": "\xe9 \\u00e9"
}
"""
ROOT = Path(__file__).resolve().parents[2]


def feed(text: str | bytes, *options: str) -> subprocess.CompletedProcess:
    data = text.encode() if isinstance(text, str) else text
    return subprocess.run([BINARY, "fmt", *options, "-"], input=data, capture_output=True,
                          timeout=wire.PATIENCE_S, check=False)


def test_a_file_is_laid_out_in_place_and_only_once(write_config) -> None:
    path = write_config(BEFORE)
    path.chmod(0o640)
    done = aggregator("fmt", path)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{path}\n", "")
    assert path.read_text() == AFTER
    assert path.stat().st_mode & 0o7777 == 0o640
    written = path.stat()
    again = aggregator("fmt", path)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (written.st_ino, written.st_mtime_ns)
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_the_end_of_line_stays_what_it_was(tmp_path) -> None:
    path = tmp_path / "shop.json"
    path.write_bytes(BEFORE.replace("\n", "\r\n").encode())
    assert aggregator("fmt", path).returncode == 0
    assert path.read_bytes() == AFTER.replace("\n", "\r\n").encode()
    assert aggregator("fmt", "--check", path).returncode == 0


def test_a_link_stays_a_link(write_config, tmp_path) -> None:
    path = write_config(BEFORE)
    link = tmp_path / "link.json"
    link.symlink_to(path.name)
    assert aggregator("fmt", link).returncode == 0
    assert link.is_symlink()
    assert path.read_text() == AFTER


def test_standard_input_goes_to_standard_output() -> None:
    done = feed(BEFORE)
    assert (done.returncode, done.stdout.decode(), done.stderr) == (0, AFTER, b"")
    assert feed(AFTER).stdout.decode() == AFTER


def test_check_writes_nothing_and_lists_what_would_change(write_config) -> None:
    path = write_config(BEFORE)
    sound = write_config(AFTER, "sound.json")
    done = aggregator("fmt", "--check", path, sound)
    assert (done.returncode, done.stdout, done.stderr) == (1, f"{path}\n", "")
    assert path.read_text() == BEFORE
    assert aggregator("fmt", "--check", sound).returncode == 0
    assert (feed(BEFORE, "--check").returncode, feed(BEFORE, "--check").stdout) == (1, b"<stdin>\n")
    assert (feed(AFTER, "--check").returncode, feed(AFTER, "--check").stdout) == (0, b"")


def test_a_diff_writes_nothing_and_can_be_applied(write_config) -> None:
    path = write_config(BEFORE)
    done = aggregator("fmt", "--diff", path)
    assert done.returncode == 0
    assert path.read_text() == BEFORE
    subprocess.run(["patch", "-s", str(path)], input=done.stdout, text=True, check=True)
    assert path.read_text() == AFTER
    assert aggregator("fmt", "--diff", path).stdout == ""


def test_a_diff_that_checks_fails_if_there_is_one(write_config) -> None:
    path = write_config(BEFORE)
    done = aggregator("fmt", "--diff", "--check", path)
    assert done.returncode == 1
    assert done.stdout == aggregator("fmt", "--diff", path).stdout
    assert path.read_text() == BEFORE


def test_all_json_files_of_a_folder_are_laid_out_and_no_others(write_config, tmp_path) -> None:
    service = write_config(BEFORE, "shop/service.json")
    one = write_config("[{}\n,{}]", "shop/endpoints/deep/a.JSON")
    yaml = write_config("endpoint:   /b\n", "shop/endpoints/b.yaml")
    other = write_config("[ 1 ]", "shop/package.json")
    done = aggregator("fmt", tmp_path / "shop")
    assert done.returncode == 0, done.stderr
    assert service.read_text() == AFTER
    assert yaml.read_text() == "endpoint:   /b\n"
    assert other.read_text() == "[ 1 ]", "it is none of the configuration's"
    assert sorted(done.stdout.splitlines()) == sorted([str(one), str(service)])
    assert one.read_text() == "[\n  {},\n  {}\n]\n"


def test_a_broken_file_is_told_with_its_place_and_left_alone(write_config, tmp_path) -> None:
    service = write_config('{\n  "version": 3,\n  "timeout": 2s\n}\n', "shop/service.json")
    other = write_config("[{ }]", "shop/endpoints/a.json")
    for option in ("--check", "--diff"):
        assert aggregator("fmt", option, tmp_path / "shop").returncode == 1
    done = aggregator("fmt", tmp_path / "shop")
    assert done.returncode == 1
    assert done.stderr == (f"{service}:3:15: error: expected ',' or '}}' after a member,"
                           " found 's' [syntax]\n")
    assert service.read_text() == '{\n  "version": 3,\n  "timeout": 2s\n}\n'
    assert done.stdout == f"{other}\n", "the others are laid out all the same"
    assert other.read_text() == "[{}]\n"


def test_what_is_wrong_with_the_configuration_does_not_matter(write_config) -> None:
    for text in ("[ ]", '{"version":2,"timeuot":[]}', '{"version":3,"version":3}', " 1"):
        path = write_config(text)
        assert aggregator("fmt", path).returncode == 0
        assert path.read_text() != text


@pytest.mark.parametrize("raw", [b"", b"{", b"[1,,]", b"\xff\x00", b'"\xc3("', b"[" * 100_000,
                                 bytes(range(256)), b'\xef\xbb\xbf{}', b"/* a"])
def test_what_is_no_json_comes_back_as_it_was(raw, tmp_path) -> None:
    done = feed(raw)
    assert (done.returncode, done.stdout) == (1, raw)
    assert done.stderr.startswith(b"<stdin>:") and done.stderr.endswith(b" [syntax]\n")
    path = tmp_path / "raw.json"
    path.write_bytes(raw)
    assert aggregator("fmt", path).returncode == 1
    assert path.read_bytes() == raw


@pytest.mark.parametrize("name", ["a.yaml", "a.yml", "a.toml"])
def test_other_formats_are_refused_by_name(write_config, name) -> None:
    path = write_config("", name)
    done = aggregator("fmt", path)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "fmt knows JSON alone" in done.stderr


def test_what_cannot_be_read_or_written_is_told(write_config, tmp_path) -> None:
    missing = aggregator("fmt", tmp_path / "none.json")
    assert (missing.returncode, missing.stdout) == (1, "")
    assert "none.json: error: cannot be read: No such file" in missing.stderr
    assert "[no-service]" in aggregator("fmt", tmp_path).stderr
    loop = tmp_path / "loop.json"
    loop.symlink_to(loop)
    assert "[unreadable-file]" in aggregator("fmt", loop).stderr
    if os.getuid() != 0:
        path = write_config(BEFORE)
        path.chmod(0o400)
        done = aggregator("fmt", path)
        assert done.returncode == 1
        assert f"{path} cannot be written: " in done.stderr
        assert path.read_text() == BEFORE


@pytest.mark.parametrize("arguments", [[], ["-", "a.json"], ["a.json", "--fix"],
                                       ["a.json", "--format", "json"], ["a.json", "--check=1"],
                                       ["a.json", "--listen", ":0"]])
def test_wrong_usage_is_told_apart(arguments) -> None:
    done = aggregator("fmt", *arguments)
    assert done.returncode == 2
    assert done.stdout == "" and done.stderr != ""


def test_lint_and_routes_have_no_check(write_config) -> None:
    path = write_config(BEFORE)
    for command in ("lint", "routes"):
        assert aggregator(command, path, "--check").returncode == 2


def test_the_examples_are_laid_out() -> None:
    paths = list((ROOT / "examples").rglob("*.json"))
    assert len(paths) > 10
    done = aggregator("fmt", "--check", *paths)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
