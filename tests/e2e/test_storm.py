"""Backends that die, hang, reset and come back under load. STORM_SECONDS says for how long."""

from __future__ import annotations

import itertools
import os
import random
import threading
import time

import wire
from backends import Backend, Exchange, hang, json_reply, reply, then_close, then_reset
from gateway import Gateway
from settings import backend, endpoint, pass_through, service, shadow

SECONDS = float(os.environ.get("STORM_SECONDS", "4"))
CLIENTS = 8


def who(name: str):
    """Answers with the last segment of the path, so that no answer can pass for another's."""

    def script(exchange: Exchange) -> None:
        exchange.send(json_reply({name: exchange.received.target.rsplit("/", 1)[1]}))

    return script


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"
FAULTS = [hang, then_close(b""), then_reset(b""), then_reset(HEAD), then_close(HEAD),
          then_close(b"noise\r\n\r\n"), reply(b"", status=500)]


class Weather(threading.Thread):
    """Changes what a backend does, and now and then takes it away altogether."""

    def __init__(self, server: Backend, name: str, until: float) -> None:
        super().__init__()
        self.server = server
        self.good = who(name)
        self.until = until
        self.chance = random.Random(name)

    def run(self) -> None:
        while time.monotonic() < self.until:
            away = self.chance.random() < 0.2
            if away:
                self.server.stop()
            self.server.scripts = self.chance.choice([self.good, self.good, *FAULTS])
            self._last()
            if away:
                self.server.listen()
            self.server.scripts = self.good
            self.server.drop_connections()
            self._last()

    def _last(self) -> None:
        time.sleep(self.chance.uniform(0.01, 0.15))


def check(n: str, answer) -> None:
    """Whole or partial, but never wrong."""
    assert answer.status == 200, answer
    value = answer.json
    assert value in ({"calm": n, "wild": n}, {"calm": n})
    assert answer.get("X-Aggregator-Completed") == str("wild" in value).lower()


def check_passed(n: str, answer) -> None:
    named = answer.get("X-Aggregator-Error")
    assert (answer.status == 500) if named or not answer.body else answer.json == {"wild": n}


def ask(gateway: Gateway, number: int, until: float, wrong: list[str]) -> None:
    count = itertools.count()
    while time.monotonic() < until and not wrong:
        try:
            with gateway.client() as client:
                for _ in range(20):
                    n = f"{number}x{next(count)}"
                    check(n, client.ask("GET", f"/merged/{n}"))
        except Exception as problem:  # told by the main thread
            wrong.append(f"{type(problem).__name__}: {problem}")


def ask_passed(gateway: Gateway, until: float, wrong: list[str]) -> None:
    """Answers that pass may break off, for the status has gone out; none may be another's."""
    for count in itertools.count():
        if time.monotonic() > until or wrong:
            return
        try:
            check_passed(f"p{count}", gateway.get(f"/passed/p{count}"))
        except AssertionError as problem:
            wrong.append(str(problem))
        except TimeoutError as problem:
            wrong.append(f"no end of {count}: {problem}")
        except (wire.Ended, OSError):
            continue


def test_every_reply_is_right_whatever_the_backends_do(serve, start) -> None:
    until = time.monotonic() + SECONDS
    calm, wild, copy = serve(who("calm")), serve(who("wild")), serve(who("copy"))
    points = [
        endpoint("/merged/{n}", backend(calm, "/{n}"), backend(wild, "/{n}"),
                 shadow(copy, "/{n}", timeout="300ms"), timeout="2s"),
        pass_through("/passed/{n}", backend(wild, "/{n}"), timeout="300ms"),
    ]
    gateway = start(service(*points, router={"disable_access_log": True}))
    wrong: list[str] = []
    threads: list[threading.Thread] = [Weather(wild, "wild", until), Weather(copy, "copy", until)]
    threads += [threading.Thread(target=ask, args=(gateway, n, until, wrong))
                for n in range(CLIENTS)]
    threads.append(threading.Thread(target=ask_passed, args=(gateway, until, wrong)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, wrong[0]
    gateway.settle()
    check("after", gateway.get("/merged/after"))
    assert gateway.counters()["requests"] > 100
