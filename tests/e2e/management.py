"""The management interface of a gateway, as its users see it."""

from __future__ import annotations

import json
import re

from gateway import Gateway
from wire import Answer, Client

TOKEN = "a-token-that-nobody-guesses"
MANAGED = re.compile(r'\bmanagement interface listening\b.*?\baddress"?[=:]"?([^\s",]+):(\d+)')
SERIES = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


def admin(**more: object) -> dict[str, object]:
    """`extra_config.admin` on any free port."""
    return {"listen": "127.0.0.1:0", "token": TOKEN, **more}


class Management:
    """Asks on a connection of its own each time, with the token unless another is given."""

    def __init__(self, gateway: Gateway) -> None:
        found = MANAGED.search(gateway.wait_for_line(MANAGED.search))
        assert found
        self.address = (found.group(1).strip("[]"), int(found.group(2)))

    def ask(self, method: str, target: str, body: object = None,
            headers: dict[str, str] | None = None, token: str | None = TOKEN) -> Answer:
        given = dict(headers or {})
        if token is not None:
            given["Authorization"] = f"Bearer {token}"
        data = None
        if body is not None:
            given.setdefault("Content-Type", "application/json")
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
        with Client(self.address) as client:
            return client.ask(method, target, given, data)

    def get(self, target: str) -> Answer:
        return self.ask("GET", target)

    def shadow(self, name: str) -> dict:
        """The representation of the shadow of that name."""
        shadows = json.loads(self.get("/api/v1/shadows").text)["shadows"]
        return next(one for one in shadows if one["name"] == name)

    def patch(self, name: str, **settings: object) -> Answer:
        return self.ask("PATCH", f"/api/v1/shadows/{self.shadow(name)['id']}", settings)

    def series(self) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
        """All metrics, by their names and labels."""
        found = {}
        for line in self.get("/metrics").text.splitlines():
            if line and not line.startswith("#"):
                match = SERIES.match(line)
                assert match, line
                key = (match[1], frozenset(LABEL.findall(match[2] or "")))
                assert key not in found, line
                found[key] = float(match[3])
        return found

    def sum(self, metric: str, **labels: str) -> float:
        """A metric's value, over all series that bear these labels."""
        wanted = set(labels.items())
        return sum(value for (name, given), value in self.series().items()
                   if name == metric and wanted <= given)
