"""What the scripts of this folder share: a gateway and nginx on free ports, and their figures."""

from __future__ import annotations

import argparse
import json
import re
import resource
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "tests" / "e2e"))

from gateway import Gateway  # noqa: E402
from wire import Ended  # noqa: E402

Json = dict[str, object]


class Failed(Exception):
    """A figure or an answer is not what it must be."""


FAILURES = (Failed, Ended, AssertionError, OSError, ValueError, subprocess.SubprocessError)


def require(holds: object, why: str) -> None:
    if not holds:
        raise Failed(why)


def main(run: Callable[[argparse.Namespace], None], parser: argparse.ArgumentParser) -> None:
    """Runs a script's body and says how it ended, in words and by the exit status."""
    parser.add_argument("--gateway", type=Path, default=ROOT / "build/release/aggregator",
                        help="the program (default: build/release/aggregator)")
    options = parser.parse_args()
    try:
        require(options.gateway.is_file(), f"there is no {options.gateway}; build it, or name one")
        run(options)
    except FAILURES as failure:
        sys.exit(f"FAILED: {failure or repr(failure)}")
    print("ok")


@contextmanager
def work_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="aggregator-bench-") as folder:
        yield Path(folder)


def service(*endpoints: Json, **more: object) -> Json:
    """A configuration without access log."""
    router = {"router": {"disable_access_log": True}}
    return {"version": 3, "endpoints": list(endpoints), "extra_config": router, **more}


@contextmanager
def gateway(options: argparse.Namespace, config: Json, workers: int) -> Iterator[Gateway]:
    """A running gateway; what still runs at the end is killed."""
    with work_folder() as folder:
        path = folder / "aggregator.json"
        path.write_text(json.dumps(config, indent=2))
        program = Gateway(path, "--workers", str(workers), "--log-format", "json",
                          binary=options.gateway)
        try:
            yield program
        finally:
            program.process.kill()
            program.process.wait()


def end(program: Gateway) -> None:
    """The gateway is asked to end, and must end well."""
    program.signal()
    code = program.wait()
    require(code == 0, f"the gateway ended with status {code}: {program.stderr[-2000:]}")


def resident_kib(pid: int) -> int:
    """The memory that a process has now."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found.group(1)) if found else 0


def seconds_used(pid: int) -> float:
    """The processor time of a process's threads, which all live on, user and system."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def raise_descriptor_limit(needed: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    require(hard >= needed, f"{needed} descriptors are needed, the system allows {hard}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, needed), hard))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


NGINX = """
master_process off; daemon off; pid %(folder)s/pid; error_log stderr crit;
events { worker_connections 8192; }
http {
    access_log off; sendfile on; default_type application/json;
    keepalive_requests 1000000000; keepalive_timeout 3600s;
    client_body_temp_path %(folder)s/body; proxy_temp_path %(folder)s/proxy;
    fastcgi_temp_path %(folder)s/fcgi; uwsgi_temp_path %(folder)s/uwsgi;
    scgi_temp_path %(folder)s/scgi;
    server { listen 127.0.0.1:%(port)d backlog=4096; %(locations)s }
}
"""


@contextmanager
def nginx(locations: str) -> Iterator[str]:
    """An nginx with these locations; its address, as a configuration's host."""
    with work_folder() as folder:
        port = free_port()
        path = folder / "nginx.conf"
        path.write_text(NGINX % {"folder": folder, "port": port, "locations": locations})
        process = subprocess.Popen(["nginx", "-p", folder, "-c", path], stdin=subprocess.DEVNULL)
        try:
            wait_for_port(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()
            process.wait()


def wait_for_port(port: int, process: subprocess.Popen) -> None:
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            try:
                process.wait(0.05)
            except subprocess.TimeoutExpired:
                pass
    raise Failed(f"the backend ended with status {process.returncode} before it listened")
