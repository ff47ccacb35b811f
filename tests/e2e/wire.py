"""HTTP/1.1 as bytes, for both sides: enough to say anything and to see everything."""

from __future__ import annotations

import json
import select
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

PATIENCE_S = 30.0  # how long a test waits for what must come before it calls it lost


class Ended(Exception):
    """The peer ended the connection before the message was whole."""


@contextmanager
def may_be_cut() -> Iterator[None]:
    """What is said and read within may be cut short by the peer, politely or not. A wait without an
    end is an error all the same: it is an OSError to Python."""
    try:
        yield
    except TimeoutError:
        raise
    except (Ended, OSError):
        pass


@dataclass
class Head:
    """A start line and header fields, spelled as they came."""

    start: str
    fields: list[tuple[str, str]]

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.fields if key.lower() == name.lower()]

    def get(self, name: str) -> str | None:
        return next(iter(self.all(name)), None)


@dataclass
class Answer(Head):
    body: bytes = b""
    trailers: list[tuple[str, str]] = field(default_factory=list)

    @property
    def status(self) -> int:
        return int(self.start.split(" ")[1])

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> object:
        return json.loads(self.body)


class Reader:
    """Reads messages from a socket, never beyond what it was asked for."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.buffer = b""

    def more(self) -> None:
        received = self.connection.recv(65536)
        if not received:
            raise Ended(f"ended, having said at last {self.buffer[:200]!r}")
        self.buffer += received

    def line(self) -> str:
        while b"\r\n" not in self.buffer:
            self.more()
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line.decode("latin-1")

    def exactly(self, size: int) -> bytes:
        taken = bytearray()
        while len(taken) + len(self.buffer) < size:
            taken += self.buffer
            self.buffer = b""
            self.more()
        rest = size - len(taken)
        taken += self.buffer[:rest]
        self.buffer = self.buffer[rest:]
        return bytes(taken)

    def to_end(self) -> bytes:
        taken = bytearray()
        try:
            while True:
                taken += self.buffer
                self.buffer = b""
                self.more()
        except Ended:
            return bytes(taken)

    def fields(self) -> list[tuple[str, str]]:
        found = []
        while line := self.line():
            name, _, value = line.partition(":")
            found.append((name, value.strip()))
        return found

    def head(self) -> Head:
        return Head(self.line(), self.fields())

    def chunk(self) -> bytes:
        """The next chunk; empty for the last one, whose trailers are left to read."""
        size = int(self.line().split(";")[0], 16)
        if size == 0:
            return b""
        taken = self.exactly(size)
        if self.exactly(2) != b"\r\n":
            raise AssertionError("a chunk that does not end where it said")
        return taken

    def chunks(self) -> bytes:
        whole = []
        while piece := self.chunk():
            whole.append(piece)
        return b"".join(whole)

    def answer(self, method: str = "GET") -> Answer:
        answer = Answer(**vars(self.head()))
        if method == "HEAD" or answer.status in (204, 304) or answer.status < 200:
            return answer
        if (answer.get("Transfer-Encoding") or "").lower() == "chunked":
            answer.body = self.chunks()
            answer.trailers = self.fields()
        elif (length := answer.get("Content-Length")) is not None:
            answer.body = self.exactly(int(length))
        else:
            answer.body = self.to_end()
        return answer


class Client:
    """One connection to the gateway."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=PATIENCE_S)
        self.reader = Reader(self.socket)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, data: bytes | str) -> None:
        self.socket.sendall(data.encode("latin-1") if isinstance(data, str) else data)

    def ask(self, method: str, target: str, headers: dict[str, str] | None = None,
            body: bytes | None = None) -> Answer:
        self.send(request(method, target, headers, body))
        return self.reader.answer(method)

    def answer(self, method: str = "GET") -> Answer:
        return self.reader.answer(method)

    def is_silent(self) -> bool:
        """Whether nothing has come yet, not even the end, besides what was read already."""
        return not self.reader.buffer and not select.select([self.socket], [], [], 0)[0]

    def rest(self) -> bytes:
        """Everything up to the end of the connection, which must come."""
        return self.reader.to_end()

    def is_ended(self) -> bool:
        """Waits for the end of the connection; False if something else comes first."""
        try:
            return self.rest() == b""
        except ConnectionResetError:
            return True

    def reset(self) -> None:
        reset(self.socket)

    def close(self) -> None:
        self.socket.close()


def request(method: str, target: str, headers: dict[str, str] | None = None,
            body: bytes | None = None) -> bytes:
    fields = {"Host": "gateway.test"} | (headers or {})
    if body is not None and "Transfer-Encoding" not in fields:
        fields["Content-Length"] = str(len(body))
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode("latin-1") + (body or b"")


def chunked(*pieces: bytes, trailers: str = "") -> bytes:
    framed = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return framed + b"0\r\n" + trailers.encode() + b"\r\n"


def reset(connection: socket.socket) -> None:
    """Ends the connection with a reset instead of a polite goodbye."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()
