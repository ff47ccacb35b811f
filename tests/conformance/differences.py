"""What was expected and did not come, told so that one can read it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import text
from backends import Received
from golden import Json
from scripts import content
from wire import Answer, Head

SHOWN = 2000


def of_reply(said: Json, answer: Answer) -> Iterator[str]:
    status = str(said.get("status", 200))
    if status != str(answer.status):
        yield unlike("reply.status", status, answer.start)
    expected = dict(said.get("headers", {}))
    if "completed" in said:
        expected["X-Aggregator-Completed"] = "true" if said["completed"] else "false"
    if "error" in said:
        expected["X-Aggregator-Error"] = said["error"]
    yield from _headers("reply", expected, answer)
    yield from _body("reply", said, answer.body)


def of_sent(where: str, said: Json, received: Received) -> Iterator[str]:
    for key, have in (("method", received.method), ("target", received.target)):
        if key in said and said[key] != have:
            yield unlike(f"{where}.{key}", said[key], have)
    yield from _headers(where, said.get("headers", {}), received)
    yield from _body(where, said, received.body)


def of_finding(wanted: Json, findings: list[dict[str, str]]) -> Iterator[str]:
    """Whether one of the findings is the one that was expected."""
    if not any(_fits(wanted, finding) for finding in findings):
        told = "\n".join(finding["whole"] for finding in findings)
        yield unlike("finding", text.compact(wanted), told)


def unlike(where: str, expected: object, have: object) -> str:
    return f"{where}\n    expected {str(expected)[:SHOWN]}\n    have     {str(have)[:SHOWN]}"


def _fits(wanted: Json, finding: dict[str, str]) -> bool:
    says = wanted.get("says")
    return (all(str(value) == finding[key] for key, value in wanted.items() if key != "says")
            and (says is None or says in finding["whole"]))


def _headers(where: str, expected: Json, head: Head) -> Iterator[str]:
    """`null`: absent; `*`: there; a text: all its values joined by `, `; a list: them in order."""
    for name, value in expected.items():
        have = head.all(name)
        if value is None:
            holds = not have
        elif value == "*":
            holds = bool(have)
        elif isinstance(value, list):
            holds = have == value
        else:
            holds = bool(have) and ", ".join(have) == value
        if not holds:
            yield unlike(f"{where}.headers.{name}", value, have)


def _body(where: str, said: Json, have: bytes) -> Iterator[str]:
    if "matches" in said:
        if not re.fullmatch(said["matches"], have.decode(errors="replace"), re.DOTALL):
            yield unlike(f"{where}.body", f"what matches {said['matches']}", have)
    elif {"body", "json", "base64"} & set(said):
        expected = content(said)
        if expected != have:
            yield unlike(f"{where}.body", _shown(expected), _shown(have))


def _shown(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return repr(body)
