"""Peers that speak TLS, well or badly: backends in Python, nginx, `openssl s_server`, clients."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import wire
from backends import Backend, Exchange, Reply, Script
from certificates import Identity
from wire import Client, Reader


class Https:
    """A peer on `port`, by its address and by its name."""

    port: int

    @property
    def host(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def named_host(self) -> str:
        return f"https://localhost:{self.port}"


class TlsBackend(Https, Backend):
    """A scripted backend behind TLS. `refused` counts the handshakes that failed."""

    def __init__(self, scripts: dict[str, Reply] | Reply, context: ssl.SSLContext) -> None:
        self.context = context
        self.refused = 0
        super().__init__(scripts)

    def _serve(self, connection: socket.socket, number: int) -> None:
        try:
            secured = self.context.wrap_socket(connection, server_side=True,
                                               suppress_ragged_eofs=False)
        except OSError:
            connection.close()
            with self.changed:
                self.refused += 1
                self.changed.notify_all()
            return
        with self.changed:
            self.open.discard(connection)
        self.hold(secured)
        super()._serve(secured, number)


class RawBackend(Backend):
    """Does with each connection what `handle` does, and closes it."""

    def __init__(self, handle: Script) -> None:
        self.handle = handle
        super().__init__({})

    @property
    def host(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def _serve(self, connection: socket.socket, number: int) -> None:
        try:
            self.handle(Exchange(self, connection, Reader(connection)))
        except (wire.Ended, OSError):
            pass
        finally:
            with self.changed:
                self.open.discard(connection)
            connection.close()


def then_say_goodbye(data: bytes) -> Script:
    """Sends, and ends the connection with a close_notify."""

    def script(exchange: Exchange) -> None:
        exchange.send(data)
        try:
            exchange.connection.unwrap()  # type: ignore[attr-defined]
        except ValueError:
            pass  # the backend was stopped meanwhile
        exchange.close()

    return script


class Lines:
    """Reads a process's output as it comes, so that a test can wait for a part of it."""

    def __init__(self, process: subprocess.Popen) -> None:
        self.process = process
        self.text = ""
        self.ended = False
        self.changed = threading.Condition()
        threading.Thread(target=self._collect, daemon=True).start()

    def _collect(self) -> None:
        assert self.process.stdout
        while data := os.read(self.process.stdout.fileno(), 65536):
            with self.changed:
                self.text += data.decode(errors="replace")
                self.changed.notify_all()
        with self.changed:
            self.ended = True
            self.changed.notify_all()

    def wait_for(self, fits: Callable[[str], object]) -> None:
        with self.changed:
            self.changed.wait_for(lambda: self.ended or fits(self.text), wire.PATIENCE_S)
            assert fits(self.text), self.text


class Nginx(Https):
    """nginx in the foreground. `servers` are server blocks without their `listen`.

    It inherits a socket that listens already, so its port is free for sure and it is ready at once.
    """

    def __init__(self, folder: Path, *servers: str, listen: str = "ssl") -> None:
        folder.mkdir()
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port: int = listener.getsockname()[1]
            where = f"listen 127.0.0.1:{self.port} {listen};"
            blocks = "".join(f"server {{ {where} {block} }}\n" for block in servers)
            temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in (
                "client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
            user = "" if os.geteuid() else "user root;"
            (folder / "nginx.conf").write_text(
                f"daemon off; worker_processes 1; {user} pid {folder}/pid; events {{}}\n"
                f"http {{ access_log off; default_type application/json;\n{temporary}{blocks}}}\n")
            self.process = subprocess.Popen(
                ["nginx", "-p", folder, "-e", folder / "errors", "-c", folder / "nginx.conf"],
                pass_fds=[listener.fileno()], env=os.environ | {"NGINX": f"{listener.fileno()};"})

    def stop(self) -> None:
        """Politely: killed, it would leave its worker behind."""
        self.process.terminate()
        assert self.process.wait(wire.PATIENCE_S) == 0


def nginx_server(identity: Identity, *lines: str, answer: str = '{"ok": 1}') -> str:
    """A server block that bears this certificate and gives this answer to everything."""
    pair = f"ssl_certificate {identity.certificate}; ssl_certificate_key {identity.key};"
    return f"{pair} {' '.join(lines)} location / {{ return 200 '{answer}'; }}"


class OpensslServer:
    """`openssl s_server`, the other side of one connection after the other."""

    def __init__(self, identity: Identity) -> None:
        self.process = subprocess.Popen(
            ["stdbuf", "-oL", "openssl", "s_server", "-accept", "127.0.0.1:0", "-crlf",
             "-cert", identity.certificate, "-key", identity.key],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.output = Lines(self.process)
        self.output.wait_for(lambda text: "ACCEPT " in text and "\n" in text.split("ACCEPT ")[1])
        self.port = int(self.output.text.split("ACCEPT ")[1].split()[0].rsplit(":", 1)[1])

    @property
    def host(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def type(self, text: str) -> None:
        """As at a terminal: one letter on a line of its own is a command."""
        assert self.process.stdin
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


class TlsClient(Client):
    """One TLS connection to the gateway. The end of it is an error unless it says so."""

    def __init__(self, address: tuple[str, int], context: ssl.SSLContext,
                 name: str = "localhost") -> None:
        plain = socket.create_connection(address, timeout=wire.PATIENCE_S)
        self.socket: ssl.SSLSocket
        self.socket = context.wrap_socket(plain, server_hostname=name, suppress_ragged_eofs=False)
        self.reader = Reader(self.socket)

    @property
    def certificate_names(self) -> list[str]:
        return [name for _, name in self.socket.getpeercert()["subjectAltName"]]
