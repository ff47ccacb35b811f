"""Tokens under load while their key server misbehaves: a short run of the script of bench/."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from gateway import BINARY, environment

ROOT = Path(__file__).resolve().parents[2]
COMPONENT = ROOT / "src/components/auth_validator"
pytestmark = pytest.mark.skipif(not COMPONENT.is_dir(), reason="the component is not there")


def test_tokens_are_judged_as_they_have_to_be_whatever_the_key_server_does() -> None:
    done = subprocess.run(
        [sys.executable, "-B", str(ROOT / "bench/key_server"), "--gateway", str(BINARY),
         "--seconds", "10", "--grace", "4", "--connections", "8", "--seed", "1"],
        capture_output=True, text=True, env=environment(), check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "ok"
