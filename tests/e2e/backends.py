"""Small backends that behave exactly as a test says, and remember what they were sent."""

from __future__ import annotations

import gzip as gzip_format
import json
import select
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass

import wire
from wire import Ended, Head, Reader


@dataclass
class Received(Head):
    """A request as it came in."""

    body: bytes
    connection: int  # counts the connections of this backend, from 1

    @property
    def method(self) -> str:
        return self.start.split(" ")[0]

    @property
    def target(self) -> str:
        return self.start.split(" ")[1]

    @property
    def json(self) -> object:
        return json.loads(self.body)


class Exchange:
    """One request in the hands of a script, which may do with the connection what it likes."""

    def __init__(self, backend: "Backend", connection: socket.socket, reader: Reader) -> None:
        self.backend = backend
        self.connection = connection
        self.reader = reader
        self.received: Received
        self.over = False

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def wait_gone(self) -> None:
        """Until the gateway has ended its side, or the backend is stopped."""
        try:
            self.reader.to_end()
        except OSError:
            pass
        self.backend.note_gone()
        self.over = True

    def close(self) -> None:
        self.connection.close()
        self.over = True

    def reset(self) -> None:
        wire.reset(self.connection)
        self.over = True


Script = Callable[[Exchange], None]
Reply = bytes | Script


class Backend:
    """Listens on a port of its own. Paths without a script get 404."""

    address = "127.0.0.1"

    def __init__(self, scripts: dict[str, Reply] | Reply, early: bool = False) -> None:
        self.scripts = scripts
        self.early = early  # whether a script runs before the body is read
        self.received: list[Received] = []
        self.connections = 0
        self.gone = 0
        self.changed = threading.Condition()
        self.open: set[socket.socket] = set()
        self.port = 0
        self.listen()

    @property
    def host(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait_for(self, count: int = 1) -> list[Received]:
        """Until `count` requests have come."""
        self.wait_until(lambda: len(self.received) >= count, f"{count} requests")
        return self.received

    def wait_gone(self, count: int = 1) -> None:
        """Until `count` scripts have seen the gateway leave."""
        self.wait_until(lambda: self.gone >= count, f"{count} goodbyes")

    def note_gone(self) -> None:
        with self.changed:
            self.gone += 1
            self.changed.notify_all()

    def listen(self) -> None:
        """Begins, or begins again on the same port after stop()."""
        self.stopped = False
        self.listener = socket.create_server((self.address, self.port), backlog=256)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def stop(self) -> None:
        with self.changed:
            self.stopped = True
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()
        self.drop_connections()

    def drop_connections(self) -> None:
        with self.changed:
            for connection in list(self.open):
                _end(connection)

    def hold(self, connection: socket.socket) -> None:
        """stop() and drop_connections() end it; at once, if stop() came before."""
        with self.changed:
            self.open.add(connection)
            if self.stopped:
                _end(connection)

    def wait_until(self, condition: Callable[[], bool], what: str) -> None:
        """Until the condition holds; it is looked at whenever a request came or a script ended."""
        with self.changed:
            if not self.changed.wait_for(condition, wire.PATIENCE_S):
                raise AssertionError(f"waited for {what}; have {self.received}")

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections += 1
            self.hold(connection)
            arguments = (connection, self.connections)
            threading.Thread(target=self._serve, args=arguments, daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        reader = Reader(connection)
        try:
            while self._serve_one(Exchange(self, connection, reader), number):
                pass
        except (Ended, OSError):
            pass
        finally:
            with self.changed:
                self.open.discard(connection)
            connection.close()

    def _serve_one(self, exchange: Exchange, number: int) -> bool:
        head = exchange.reader.head()
        if head.get("Expect") == "100-continue":
            exchange.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = b"" if self.early else _body(exchange.reader, head)
        exchange.received = Received(head.start, head.fields, body, number)
        with self.changed:
            self.received.append(exchange.received)
            self.changed.notify_all()
        script = self._script_for(exchange.received.target)
        if isinstance(script, bytes):
            exchange.send(script)
        else:
            script(exchange)
        return not exchange.over

    def _script_for(self, target: str) -> Reply:
        if not isinstance(self.scripts, dict):
            return self.scripts
        return self.scripts.get(target.split("?")[0], reply(b"no such thing", status=404))


def _end(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


def _body(reader: Reader, head: Head) -> bytes:
    if (head.get("Transfer-Encoding") or "").lower() == "chunked":
        body = reader.chunks()
        reader.fields()
        return body
    return reader.exactly(int(head.get("Content-Length") or 0))


def reply(body: bytes = b"", status: int = 200, headers: str = "") -> bytes:
    """A whole answer; `headers` are finished lines."""
    length = f"Content-Length: {len(body)}\r\n"
    return f"HTTP/1.1 {status} Status\r\n{headers}{length}\r\n".encode() + body


def json_reply(value: object, status: int = 200, headers: str = "") -> bytes:
    body = json.dumps(value, separators=(",", ":")).encode()
    return reply(body, status, "Content-Type: application/json\r\n" + headers)


def chunked_reply(*pieces: bytes, headers: str = "", trailers: str = "") -> bytes:
    head = f"HTTP/1.1 200 OK\r\n{headers}Transfer-Encoding: chunked\r\n\r\n".encode()
    return head + wire.chunked(*pieces, trailers=trailers)


def gzip_reply(value: object) -> bytes:
    body = gzip_format.compress(json.dumps(value).encode())
    return reply(body, headers="Content-Type: application/json\r\nContent-Encoding: gzip\r\n")


def echo(exchange: Exchange) -> None:
    """Answers with what it was sent."""
    received = exchange.received
    headers = {name.lower(): value for name, value in received.fields}
    value = {"method": received.method, "target": received.target, "headers": headers}
    exchange.send(json_reply(value | {"body": received.body.decode("latin-1")}))


def in_turn(*replies: Reply) -> Script:
    """The first request gets the first reply, and so on; the last one serves all that follow."""
    left = list(replies)
    lock = threading.Lock()

    def script(exchange: Exchange) -> None:
        with lock:
            now = left.pop(0) if len(left) > 1 else left[0]
        exchange.send(now) if isinstance(now, bytes) else now(exchange)

    return script


def gated(gate: threading.Event, then: bytes) -> Script:
    """Answers when the test opens the gate."""

    def script(exchange: Exchange) -> None:
        gate.wait(wire.PATIENCE_S)
        exchange.send(then)

    return script


def hang(exchange: Exchange) -> None:
    exchange.wait_gone()


def ignore(exchange: Exchange) -> None:
    """Reads nothing more, until the gateway has ended its side."""
    watch = select.poll()
    watch.register(exchange.connection, select.POLLRDHUP)
    watch.poll(wire.PATIENCE_S * 1000)
    exchange.backend.note_gone()
    exchange.over = True


def then_close(data: bytes) -> Script:
    def script(exchange: Exchange) -> None:
        exchange.send(data)
        exchange.close()

    return script


def then_reset(data: bytes) -> Script:
    """Sends, waits until the gateway has taken it, and resets."""

    def script(exchange: Exchange) -> None:
        if data:
            exchange.send(data)
        exchange.reset()

    return script


def then_hang(data: bytes) -> Script:
    def script(exchange: Exchange) -> None:
        exchange.send(data)
        exchange.wait_gone()

    return script
