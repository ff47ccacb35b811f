"""A backend for the chaos script, in a process of its own: chaos_backend.py NAME PORT

Answers /NAME/ID with an object that only this request can have. Obeys the words on its standard
input, one a line, and ends with it:

    serve   answers (this is how it begins)
    reset   resets all its connections, and each new one as soon as it asks something
    cut     sends half of each answer, then resets
"""

from __future__ import annotations

import asyncio
import json
import random
import socket
import struct
import sys
import zlib

BACKLOG = 1024
SOON_S = 0.003  # the longest time that an answer takes
GOODBYES = 0.005  # of all answers are followed by the end of the connection
CHECK_LENGTHS = (0, 10, 300, 300, 3000, 90_000)


def answer_of(name: str, ident: str, body: str) -> dict[str, str]:
    """What the backend `name` answers to the request `ident`; lengths differ."""
    pieces = CHECK_LENGTHS[zlib.crc32(f"{name}{ident}".encode()) % len(CHECK_LENGTHS)]
    fill = f"{name}-{ident}-" * (pieces // (len(ident) + 3))
    return {name: ident, f"{name}_body": body, f"{name}_fill": fill}


def body_of(name: str, ident: str, body: str) -> bytes:
    return json.dumps(answer_of(name, ident, body), separators=(",", ":")).encode()


class Mood:
    """What all connections have in common."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.word = "serve"
        self.connections: set[Connection] = set()

    def obey(self, word: str) -> None:
        self.word = word
        if word == "reset":
            for connection in list(self.connections):
                connection.reset()


class Connection(asyncio.Protocol):
    def __init__(self, mood: Mood) -> None:
        self.mood = mood
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.mood.connections.add(self)

    def connection_lost(self, _: Exception | None) -> None:
        self.mood.connections.discard(self)

    def reset(self) -> None:
        connection = self.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, ended, rest = self.buffer.partition(b"\r\n\r\n")
        length = length_in(head)
        if ended and len(rest) >= length:
            self.buffer = rest[length:]
            target = head.split(b" ", 2)[1].decode()
            soon = random.uniform(0, SOON_S)
            asyncio.get_running_loop().call_later(soon, self.answer, target, rest[:length].decode())

    def answer(self, target: str, sent: str) -> None:
        if self.transport.is_closing():
            return
        _, name, ident = target.split("/")
        if name != self.mood.name:
            raise SystemExit(f"{self.mood.name} was asked for {target}")
        body = body_of(name, ident, sent)
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        whole = head.encode() + b"\r\n\r\n" + body
        if self.mood.word == "cut":
            self.transport.write(whole[:len(whole) // 2])
        else:
            self.transport.write(b"" if self.mood.word == "reset" else whole)
        if self.mood.word != "serve":
            self.reset()
        elif random.random() < GOODBYES:
            self.transport.close()


def length_in(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


async def serve(name: str, port: int) -> None:
    mood = Mood(name)
    loop = asyncio.get_running_loop()
    words = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(words), sys.stdin)
    await loop.create_server(lambda: Connection(mood), "127.0.0.1", port, backlog=BACKLOG)
    print("ready", flush=True)
    while word := await words.readline():
        mood.obey(word.decode().strip())


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2])))
