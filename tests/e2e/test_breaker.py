"""The breaker of a backend, over real connections."""

from __future__ import annotations

import time

import wire
from backends import json_reply, reply, then_hang
from settings import backend, endpoint, service
from test_waits import slow_client


def test_a_trial_that_answers_slowly_keeps_nobody_out(serve, start) -> None:
    began = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbegan"
    origin = serve({"/bad": reply(status=500), "/slow": then_hang(began),
                    "/ok": json_reply({"a": 1})})
    breaker = {"qos/circuit-breaker": {"interval": 60, "timeout": 1, "max_errors": 1}}
    gateway = start(service(endpoint(
        "/{what}", backend(origin, "/{what}", encoding="no-op", extra_config=breaker),
        output_encoding="no-op", timeout="600s")), "--workers", "1")
    while gateway.get("/bad").get("X-Aggregator-Error") != "breaker_open":
        pass
    while True:  # until the breaker lets the trial through
        with slow_client(gateway, wire.request("GET", "/slow")) as trial:
            if b" 200 " in trial.recv(100):
                for _ in range(5):
                    assert gateway.get("/ok").json == {"a": 1}
                return
        time.sleep(0.1)
