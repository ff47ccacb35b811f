"""Fixtures: each test starts what it needs, and everything is stopped and checked behind it."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from backends import Backend, Reply, Script
from certificates import Authority, Identity
from gateway import Gateway
from tls_peers import Nginx, OpensslServer, RawBackend, TlsBackend


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


@pytest.fixture
def nobody() -> Iterator[str]:
    """A host that refuses: its port is taken as long as the test runs, and nobody listens there."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Whoever the test trusts."""
    return Authority(tmp_path_factory.mktemp("tls") / "authority")


@pytest.fixture
def serve_tls(start: object) -> Iterator[Callable[..., TlsBackend]]:
    """Starts backends behind https: `serve_tls({"/path": reply}, identity)`."""
    with ExitStack() as stack:

        def run(scripts: dict[str, Reply] | Reply, who: Identity | ssl.SSLContext) -> TlsBackend:
            context = who.server_context() if isinstance(who, Identity) else who
            backend = TlsBackend(scripts, context)
            stack.callback(backend.stop)
            return backend

        yield run


@pytest.fixture
def serve_raw(start: object) -> Iterator[Callable[[Script], RawBackend]]:
    """Starts https backends that do with a connection what they like."""
    with ExitStack() as stack:

        def run(handle: Script) -> RawBackend:
            backend = RawBackend(handle)
            stack.callback(backend.stop)
            return backend

        yield run


@pytest.fixture
def nginx(start: object, tmp_path: Path) -> Iterator[Callable[..., Nginx]]:
    """Starts one nginx with these server blocks."""
    with ExitStack() as stack:

        def run(*servers: str, listen: str = "ssl") -> Nginx:
            server = Nginx(tmp_path / "nginx", *servers, listen=listen)
            stack.callback(server.stop)
            return server

        yield run


@pytest.fixture
def openssl_server(start: object) -> Iterator[Callable[[Identity], OpensslServer]]:
    with ExitStack() as stack:

        def run(identity: Identity) -> OpensslServer:
            server = OpensslServer(identity)
            stack.callback(server.stop)
            return server

        yield run
