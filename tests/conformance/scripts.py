"""Backends that answer as a golden file says, and what they were sent."""

from __future__ import annotations

import base64
import gzip
import ssl
import socket
import threading
from contextlib import ExitStack

import text
import wire
from backends import Backend, Exchange, Received, Script, in_turn
from golden import SCRIPT_KEYS, Json, Malformed, known
from tls_peers import TlsBackend

SAYING = {"status", "body", "json", "base64", "pieces", "nested"}
SOON_S = 5.0  # once a reply is there, all that belongs to it is under way


class Stage:
    """The backends of one case: they listen while the case is played, and know of each other."""

    def __init__(self, answers: list[object], words: dict[str, str],
                 context: ssl.SSLContext | None) -> None:
        self.stack = ExitStack()
        self.arrived: list[int] = []
        self.changed = threading.Condition()
        self.answered = [threading.Event() for _ in answers]
        self.backends: list[Backend | None] = []
        self.words = dict(words)
        for index, answer in enumerate(answers):
            self._listen(index, answer, context)
        # What they say may name any of them, so it is filled in when all of them listen.
        for index, (backend, answer) in enumerate(zip(self.backends, answers)):
            if backend is not None:
                backend.scripts = self._noting(index, self._script(text.fill(answer, self.words)))

    def received(self, index: int) -> list[Received]:
        backend = self.backends[index]
        return backend.received if backend else []

    def wait_for(self, index: int, count: int) -> None:
        """Until so many requests have come to the backend, or none comes any more."""
        backend = self.backends[index]
        if backend is not None and count > 0:
            with backend.changed:
                backend.changed.wait_for(lambda: len(backend.received) >= count, SOON_S)

    def close(self) -> None:
        for event in self.answered:
            event.set()
        self.stack.close()

    def _listen(self, index: int, answer: object, context: ssl.SSLContext | None) -> None:
        if answer == "refuse":
            # A port that is taken, where nobody listens.
            taken = self.stack.enter_context(socket.socket())
            taken.bind(("127.0.0.1", 0))
            self.backends.append(None)
            self._name(index, taken.getsockname()[1])
            return
        tls = isinstance(answer, dict) and answer.get("tls")
        backend = TlsBackend({}, context) if tls and context else Backend({})
        self.stack.callback(backend.stop)
        self.backends.append(backend)
        self._name(index, backend.port)

    def _name(self, index: int, port: int) -> None:
        self.words |= {f"b{index}": f"127.0.0.1:{port}", f"p{index}": str(port)}

    def _noting(self, index: int, script: Script) -> Script:
        def run(exchange: Exchange) -> None:
            with self.changed:
                self.arrived.append(index)
            try:
                script(exchange)
            finally:
                self.answered[index].set()

        return run

    def _script(self, answer: object) -> Script:
        if isinstance(answer, list):
            return in_turn(*map(self._script, answer))
        known(answer, SCRIPT_KEYS, "an answer")
        if "paths" in answer:
            return self._by_path(answer["paths"])
        data = _bytes(answer)

        def script(exchange: Exchange) -> None:
            if "after" in answer:
                self.answered[int(answer["after"])].wait(wire.PATIENCE_S)
            if data:
                exchange.send(data)
            _end(exchange, answer.get("end"))

        return script

    def _by_path(self, paths: Json) -> Script:
        scripts = {path: self._script(answer) for path, answer in paths.items()}
        missing = self._script({"status": "404", "body": "no script for this path"})

        def script(exchange: Exchange) -> None:
            scripts.get(exchange.received.target.split("?")[0], missing)(exchange)

        return script


def _end(exchange: Exchange, end: object) -> None:
    if end == "close":
        exchange.close()
    elif end == "reset":
        exchange.reset()
    elif end == "hang":
        exchange.wait_gone()
    elif end is not None:
        raise Malformed(f"an answer cannot end with {end!r}")


def _bytes(answer: Json) -> bytes:
    if "raw" in answer:
        return answer["raw"].encode()
    if not SAYING & set(answer) and "end" in answer:
        return b""
    body = content(answer)
    lines = [f"HTTP/1.1 {answer.get('status', 200)} Status"]
    lines += header_lines(answer.get("headers", {}))
    if answer.get("gzip"):
        body = gzip.compress(body)
        lines.append("Content-Encoding: gzip")
    if "pieces" in answer:
        lines.append("Transfer-Encoding: chunked")
        body = wire.chunked(*(piece.encode() for piece in answer["pieces"]))
    else:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def content(said: Json) -> bytes:
    """A body, in one of the ways in which it can be said."""
    if "json" in said:
        return text.compact(said["json"]).encode()
    if "base64" in said:
        return base64.b64decode(said["base64"])
    if "nested" in said:
        return b'{"a":' * int(said["nested"]) + b"1" + b"}" * int(said["nested"])
    return said.get("body", "").encode()


def header_lines(headers: Json) -> list[str]:
    """`Name: value` for each value; a list says a header several times."""
    return [f"{name}: {one}" for name, value in headers.items()
            for one in (value if isinstance(value, list) else [value])]
