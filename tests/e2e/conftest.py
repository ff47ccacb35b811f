"""Fixtures: each test starts what it needs, and everything is stopped and checked behind it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from backends import Backend, Reply
from gateway import Gateway


@pytest.fixture
def write_config(tmp_path: Path) -> Callable[..., Path]:
    """Writes a configuration, given as an object or as text, to a file of its own."""

    def write(config: object, name: str = "aggregator.json") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(config if isinstance(config, str) else json.dumps(config, indent=2))
        return path

    return write


@pytest.fixture
def start(write_config: Callable[..., Path]) -> Iterator[Callable[..., Gateway]]:
    """Starts gateways. Each must end cleanly, with no descriptor left, once its peers have gone."""
    with ExitStack() as stack:

        def run(config: object, *options: str, **more: object) -> Gateway:
            path = config if isinstance(config, Path) else write_config(config)
            gateway = Gateway(path, *options, **more)
            stack.callback(gateway.finish)
            return gateway

        yield run


@pytest.fixture
def serve(start: object) -> Iterator[Callable[..., Backend]]:
    """Starts backends: `serve({"/path": reply})`. They are stopped before the gateways are."""
    with ExitStack() as stack:

        def run(scripts: dict[str, Reply] | Reply, **more: bool) -> Backend:
            backend = Backend(scripts, **more)
            stack.callback(backend.stop)
            return backend

        yield run
