"""How connections to backends are opened, and how a body waits for its backend's consent."""

from __future__ import annotations

import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

import wire
from backends import Exchange, json_reply, reply
from name_servers import NameServer, address, srv
from settings import backend, pass_through, service

NAME = "_http._tcp.both.test"
V4, V6 = "127.0.0.1", "::1"
SYN_SENT = "02"


def answering(listener: socket.socket) -> None:
    def serve() -> None:
        try:
            while True:
                with listener.accept()[0] as connection:
                    wire.Reader(connection).head()
                    connection.sendall(json_reply({"at": listener.getsockname()[0]}))
        except (OSError, wire.Ended):
            pass

    threading.Thread(target=serve, daemon=True).start()


def listen(where: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if where == V6 else socket.AF_INET
    return socket.create_server((where, port), family=family, backlog=0)


class BothFamilies:
    """One port, at which each family's address answers, refuses, or says nothing at all."""

    def __init__(self, answers: str | None, silent: list[str]) -> None:
        self.stack = ExitStack()
        listeners = {where: self._keep(listener) for where, listener in self._free().items()}
        self.listeners = listeners
        self.port = listeners[V4].getsockname()[1]
        self.fillers: set[int] = set()  # their ports
        self.waiting: dict[str, list[socket.socket]] = {V4: [], V6: []}  # the fillers themselves
        for where, listener in listeners.items():
            if where in silent:
                self._fill(where)
            elif where == answers:
                self.stack.callback(listener.shutdown, socket.SHUT_RDWR)
                answering(listener)
            else:
                listener.close()

    def _free(self) -> dict[str, socket.socket]:
        try:
            listen(V6, 0).close()
        except OSError:
            pytest.skip("this machine has no IPv6")
        for _ in range(100):
            first = listen(V4, 0)
            try:
                return {V4: first, V6: listen(V6, first.getsockname()[1])}
            except OSError:
                first.close()
        raise AssertionError("no port that is free in both families")

    def _keep(self, one: socket.socket) -> socket.socket:
        return self.stack.enter_context(one)

    def _fill(self, where: str) -> None:
        """Fills the queue of those who wait to be accepted: who comes later hears nothing."""
        family = socket.AF_INET6 if where == V6 else socket.AF_INET
        for _ in range(4):
            connection = self._keep(socket.socket(family))
            connection.setblocking(False)
            connection.connect_ex((where, self.port))
            self.fillers.add(connection.getsockname()[1])
            self.waiting[where].append(connection)

    def strangers(self) -> int:
        """How many connections somebody else is making, which nobody answers yet."""
        rows = [line.split() for name in ("tcp", "tcp6")
                for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]]
        return sum(row[2].endswith(f":{self.port:04X}") and row[3] == SYN_SENT and
                   int(row[1].split(":")[1], 16) not in self.fillers for row in rows)

    def accept(self, where: str) -> socket.socket:
        """The connection that somebody else has made, now that the queue is emptied."""
        for filler in self.waiting.pop(where):
            filler.close()  # else it would take the place that becomes free
        self.listeners[where].settimeout(wire.PATIENCE_S)
        while True:
            connection, who = self.listeners[where].accept()
            self._keep(connection).settimeout(wire.PATIENCE_S)
            if who[1] not in self.fillers:
                return connection

    def stop(self) -> None:
        self.stack.close()


@pytest.fixture
def dialed(start) -> Iterator:
    """Asks a backend whose name has an address of each family; IPv6 is the preferred one."""
    with ExitStack() as stack:

        def run(answers: str | None = None, silent: tuple[str, ...] = (), **more: object):
            peers = BothFamilies(answers, list(silent))
            stack.callback(peers.stop)
            names = NameServer(srv(NAME, "both.test", peers.port), address("both.test", V4, V6))
            stack.callback(names.stop)
            router = {"dns_servers": [names.address]}
            point = pass_through("/e", backend(NAME, sd="dns"))
            return start(service(point, router=router, **more)).get("/e")

        yield run


def test_the_preferred_family_is_used_if_it_answers(dialed) -> None:
    assert dialed(V6).json == {"at": V6}


def test_the_other_family_overtakes_an_address_that_says_nothing(dialed) -> None:
    assert dialed(V4, silent=(V6,)).json == {"at": V4}


def test_a_silent_other_family_does_no_harm(dialed) -> None:
    assert dialed(V6, silent=(V4,), dialer_fallback_delay="1ms").json == {"at": V6}


def test_a_refusal_is_not_waited_out(dialed) -> None:
    assert dialed(V4, dialer_fallback_delay="1h").json == {"at": V4}


def test_both_families_refusing_is_a_connect_failure(dialed) -> None:
    assert dialed().get("X-Aggregator-Error") == "connect"


def test_one_family_refusing_and_one_silent_ends_with_the_dialers_time(dialed) -> None:
    answer = dialed(silent=(V6,), dialer_timeout="500ms", dialer_fallback_delay="1ms",
                    timeout="15s")  # with which it would be a timeout
    assert answer.get("X-Aggregator-Error") == "connect"


@pytest.mark.parametrize("answers", [V4, V6])
def test_addresses_are_tried_in_turn_without_a_fallback(dialed, answers) -> None:
    silent = (V6,) if answers == V4 else (V4,)
    answer = dialed(answers, silent, dialer_fallback_delay="-1s", dialer_timeout="500ms")
    assert answer.get("X-Aggregator-Error") == ("connect" if answers == V4 else None)


def said_on(connection: socket.socket) -> bytes:
    try:
        return connection.recv(65536)
    except ConnectionResetError:
        return b""


@pytest.mark.parametrize("order", [(V4, V6), (V6, V4)], ids=["IPv4 first", "IPv6 first"])
def test_of_two_families_that_answer_late_and_at_once_one_gets_the_request(start, order) -> None:
    with ExitStack() as stack:
        peers = BothFamilies(None, [V4, V6])
        stack.callback(peers.stop)
        names = NameServer(srv(NAME, "both.test", peers.port), address("both.test", V4, V6))
        stack.callback(names.stop)
        gateway = start(service(pass_through("/e", backend(NAME, sd="dns"), method="POST"),
                                router={"dns_servers": [names.address]},
                                dialer_fallback_delay="1ms"), "--workers", "1")
        client = stack.enter_context(gateway.client())
        client.send(wire.request("POST", "/e", body=b"x"))
        until = time.monotonic() + wire.PATIENCE_S
        while peers.strangers() < 2:
            assert time.monotonic() < until
            time.sleep(0.01)
        gateway.process.send_signal(signal.SIGSTOP)  # so that it sees both at the same time
        both = [peers.accept(family) for family in order]
        gateway.process.send_signal(signal.SIGCONT)
        said = [said_on(connection) for connection in both]
        assert sorted(text[:5] for text in said) == [b"", b"POST "]
        both[0 if said[0] else 1].sendall(json_reply({"a": 1}))
        assert client.answer("POST").json == {"a": 1}


# expect_continue_timeout

EXPECTING = b"POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"


@pytest.fixture
def expecting(serve_raw, start):
    """A gateway before a backend that handles its connections itself."""

    def run(handle, **more: object):
        server = serve_raw(handle)
        point = pass_through("/e", backend(f"http://127.0.0.1:{server.port}"), method="POST")
        return start(service(point, **more))

    return run


def nothing_came(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        connection.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return True
    finally:
        connection.settimeout(wire.PATIENCE_S)
    return False


def test_a_body_waits_for_the_backends_consent(expecting) -> None:
    asked, consent = threading.Event(), threading.Event()
    heads: list[wire.Head] = []

    def handle(exchange: Exchange) -> None:
        heads.append(exchange.reader.head())
        asked.set()
        assert consent.wait(wire.PATIENCE_S)
        exchange.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        exchange.send(reply(exchange.reader.exactly(4)))

    with expecting(handle, expect_continue_timeout="1h").client() as client:
        client.send(EXPECTING)
        assert asked.wait(wire.PATIENCE_S)
        assert nothing_came(client.socket)
        consent.set()
        assert client.answer().status == 100
        client.send(b"body")
        assert client.answer().body == b"body"
    assert heads[0].get("Expect") == "100-continue"


def test_a_body_is_never_asked_for_if_the_backend_refuses_it(expecting) -> None:
    def handle(exchange: Exchange) -> None:
        exchange.reader.head()
        exchange.send(reply(b"too large", status=413))
        exchange.wait_gone()

    with expecting(handle, expect_continue_timeout="1h").client() as client:
        client.send(EXPECTING)
        answer = client.answer()
    assert (answer.status, answer.body) == (413, b"too large")


def test_a_body_goes_out_when_no_consent_came_in_time(expecting) -> None:
    def handle(exchange: Exchange) -> None:
        exchange.reader.head()
        exchange.send(reply(exchange.reader.exactly(4)))

    with expecting(handle, expect_continue_timeout="50ms").client() as client:
        client.send(EXPECTING)
        assert client.answer().status == 100
        client.send(b"body")
        assert client.answer().body == b"body"


@pytest.mark.parametrize("more", [{}, {"expect_continue_timeout": "1h"}])
def test_a_backend_is_not_asked_unless_the_client_and_the_key_say_so(expecting, more) -> None:
    def handle(exchange: Exchange) -> None:
        expected = exchange.reader.head().get("Expect")
        exchange.reader.exactly(1 << 20)
        exchange.send(reply(str(expected).encode()))

    with expecting(handle, **more).client() as client:
        headers = {} if more else {"Expect": "100-continue"}
        client.send(wire.request("POST", "/e", headers | {"Content-Length": str(1 << 20)}))
        assert more or client.answer().status == 100
        client.send(b"x" * (1 << 20))
        assert client.answer().body == b"None"
