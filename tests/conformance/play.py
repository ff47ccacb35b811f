"""Plays golden files: starts the program on what they say, asks, and looks at what happened."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from pathlib import Path
from subprocess import SubprocessError

import differences
import text
import wire
from backends import Backend, json_reply
from certificates import Authority, Identity
from gateway import Gateway, aggregator
from golden import Case, Golden
from scripts import SOON_S, Stage, content, header_lines

FINDING = re.compile(r"(?P<path>[^:\s]+)(:(?P<line>\d+):\d+)?: (?P<severity>error|warning|advice): "
                     r"(?P<message>.+) \[(?P<rule>[a-z0-9-]+)\]")
TLS_FOLDER = tempfile.TemporaryDirectory(prefix="conformance-tls-")


@dataclass
class Outcome:
    """What is wrong with a case; nothing, if it holds."""

    case: Case
    wrong: list[str] = field(default_factory=list)


@cache
def tls() -> tuple[Authority, Identity]:
    """Whom the gateways that ask for `<ca>` may trust, and one who is trusted."""
    authority = Authority(Path(TLS_FOLDER.name) / "authority")
    return authority, authority.issue("127.0.0.1")


@cache
def program_words() -> dict[str, str]:
    return {"version": aggregator("version").stdout.split()[-1]}


def play(golden: Golden, shadowed: bool = False) -> list[Outcome]:
    outcomes = [_load(case) for case in golden.cases if case.is_load]
    served = sorted((case for case in golden.cases if not case.is_load), key=lambda c: c.gateway)
    for _, cases in groupby(served, key=lambda case: case.gateway):
        outcomes += _serve(golden, list(cases), shadowed)
    return sorted(outcomes, key=lambda outcome: outcome.case.number)


def _serve(golden: Golden, cases: list[Case], shadowed: bool) -> list[Outcome]:
    outcomes = [Outcome(case) for case in cases]
    with tempfile.TemporaryDirectory(prefix="conformance-") as folder, ExitStack() as stack:
        try:
            _play_all(golden, outcomes, Path(folder), stack, shadowed)
        except (AssertionError, OSError, SubprocessError) as wrong:
            for outcome in outcomes:
                outcome.wrong.append(f"gateway\n    {wrong}")
    return outcomes


def _play_all(golden: Golden, outcomes: list[Outcome], folder: Path, stack: ExitStack,
              shadowed: bool) -> None:
    cases = [outcome.case for outcome in outcomes]
    words = program_words() | {"folder": str(folder)}
    context = None
    if "<ca>" in cases[0].gateway:
        authority, identity = tls()
        words["ca"], context = str(authority.certificate), identity.server_context()
    shared = Stage(golden.answers, words, context)
    nobody = Backend(json_reply({"shadow": "not for clients"}, status=418)) if shadowed else None
    stages = [shared if case.endpoint is None else Stage(case.answers, words, context)
              for case in cases]
    try:
        config = folder / "aggregator.json"
        service = _config(cases, shared, stages)
        config.write_text(text.spread(_with_shadows(service, nobody) if nobody else service))
        env = text.fill(cases[0].env, shared.words)
        gateway = Gateway(config, "--workers", "1", *cases[0].options, env=env)
        stack.callback(gateway.process.kill)
        for outcome, stage in zip(outcomes, stages):
            stage.words["gateway"] = f"{gateway.address[0]}:{gateway.address[1]}"
            outcome.wrong += _play_one(outcome.case, stage, gateway)
    finally:
        for stage in [*stages, shared]:
            stage.close()
        if nobody:
            nobody.stop()
    gateway.finish()
    for outcome in outcomes:
        for pattern in outcome.case.said.get("unlogged", []):
            if re.search(pattern, gateway.stderr):
                outcome.wrong.append(differences.unlike("unlogged", pattern, gateway.stderr))


def _config(cases: list[Case], shared: Stage, stages: list[Stage]) -> object:
    service = text.fill(cases[0].service, shared.words)
    own = [text.fill(case.endpoint, stage.words)
           for case, stage in zip(cases, stages) if case.endpoint is not None]
    return service | {"endpoints": service.get("endpoints", []) + own}


def _with_shadows(service: dict, nobody: Backend) -> dict:
    """The same service with one more backend at each endpoint that has a live one: a shadow."""
    copy = {"host": [nobody.host], "url_pattern": "/copy", "extra_config": {
        "proxy": {"shadow": True}, "proxy/shadow": {"name": "nobody"}}}
    endpoints = []
    for endpoint in service["endpoints"]:
        backends = endpoint.get("backend")
        if isinstance(backends, list) and any(map(_is_live, backends)):
            endpoint = endpoint | {"backend": [*backends, copy]}
        endpoints.append(endpoint)
    return service | {"endpoints": endpoints}


def _is_live(backend: object) -> bool:
    extra = backend.get("extra_config") if isinstance(backend, dict) else None
    proxy = extra.get("proxy") if isinstance(extra, dict) else None
    return not (isinstance(proxy, dict) and proxy.get("shadow") is True)


def _play_one(case: Case, stage: Stage, gateway: Gateway) -> Iterator[str]:
    before = [len(stage.received(index)) for index in range(len(stage.backends))]
    arrived = len(stage.arrived)
    said = text.fill(case.said, stage.words)
    for _ in range(int(said.get("times", 1))):
        yield from _exchange(case, said, gateway)
    if "sent" in said:
        gateway.settle()
    for index, expected in enumerate(said.get("sent", [])):
        if expected is not None:
            yield from _sent(index, expected, stage, before[index])
    if "order" in said and list(map(int, said["order"])) != stage.arrived[arrived:]:
        yield differences.unlike("order", said["order"], stage.arrived[arrived:])
    for pattern in said.get("log", []):
        if not _is_logged(re.compile(pattern), gateway):
            yield differences.unlike("log", pattern, gateway.stderr)


def _exchange(case: Case, said: dict, gateway: Gateway) -> Iterator[str]:
    request, reply = said.get("request", {}), said["reply"]
    method = request.get("method", (case.endpoint or {}).get("method", "GET"))
    with gateway.client() as client:
        client.send(_request(case, request, method))
        try:
            answer = client.answer(method)
        except (wire.Ended, OSError) as lost:
            if isinstance(lost, TimeoutError) or not reply.get("cut"):
                yield f"reply\n    {lost!r}"
            return
        if reply.get("cut"):
            yield differences.unlike("reply", "a message that is cut", "a whole one")
        yield from differences.of_reply(reply, answer)
        if reply.get("closed") and not _ends(client):
            yield differences.unlike("reply", "the end of the connection", "that it goes on")


def _ends(client: wire.Client) -> bool:
    client.socket.settimeout(SOON_S)
    try:
        return not client.reader.buffer and not client.socket.recv(1)
    except OSError:
        return False


def _request(case: Case, said: dict, method: str) -> bytes:
    if "raw" in said:
        return said["raw"].encode()
    target = said.get("target", f"/{case.number}")
    body = content(said)
    lines = header_lines({"Host": "gateway.test"} | said.get("headers", {}))
    if "pieces" in said:
        lines.append("Transfer-Encoding: chunked")
        body = wire.chunked(*(piece.encode() for piece in said["pieces"]))
    elif {"body", "json", "base64"} & set(said):
        lines.append(f"Content-Length: {len(body)}")
    head = "".join(f"{line}\r\n" for line in [f"{method} {target} HTTP/1.1", *lines])
    return head.encode() + b"\r\n" + body


def _is_logged(pattern: re.Pattern[str], gateway: Gateway) -> bool:
    """Another thread writes the log, so a line may be a little later than the reply."""
    with gateway.changed:
        return gateway.changed.wait_for(lambda: any(map(pattern.search, gateway.lines)), SOON_S)


def _sent(index: int, expected: object, stage: Stage, before: int) -> Iterator[str]:
    """A number: so many requests; an object: exactly this one; a list: exactly these, in order."""
    listed = expected if isinstance(expected, list) else [expected]
    count = int(expected) if isinstance(expected, text.Number) else len(listed)
    stage.wait_for(index, before + count)
    received = stage.received(index)[before:]
    where = f"sent[{index}]"
    if len(received) != count:
        starts = [one.start for one in received]
        yield differences.unlike(where, f"{count} requests", f"{len(received)}: {starts}")
    elif not isinstance(expected, text.Number):
        for number, (said, one) in enumerate(zip(listed, received)):
            yield from differences.of_sent(f"{where}[{number}]", said, one)


class Attempt(Gateway):
    """A start that may be refused; `code` is then the exit status."""

    def __init__(self, config: Path, env: dict[str, str]) -> None:
        self.code: int | None = None
        try:
            super().__init__(config, "--workers", "1", env=env)
        except AssertionError:
            self.code = self.wait()


def _load(case: Case) -> Outcome:
    """Refused: it ends with 1 and tells these errors. Accepted: it starts, with these warnings."""
    outcome = Outcome(case)
    with tempfile.TemporaryDirectory(prefix="conformance-") as name:
        path, content_ = _written(case)
        (Path(name) / path).write_text(text.fill(content_, {"folder": name}))
        attempt = Attempt(Path(name) / path, text.fill(case.env, {"folder": name}))
        expected = 1 if "refused" in case.said else None
        if attempt.code != expected:
            outcome.wrong.append(differences.unlike("exit status", expected, attempt.code))
        if attempt.code is None:
            attempt.finish()
        findings = ("error", case.said["refused"]) if expected else (
            "warning", case.said["accepted"])
        outcome.wrong += _findings(attempt.stderr, *findings)
    return outcome


def _findings(output: str, severity: str, wanted: list) -> Iterator[str]:
    found = [match.groupdict() | {"whole": match.group()}
             for match in map(FINDING.search, output.splitlines()) if match]
    for said in wanted:
        yield from differences.of_finding({"severity": severity} | said, found)
    if severity == "error" and not found:
        yield differences.unlike("findings", "a place and a rule", output)
    if severity == "warning" and len(found) != len(wanted):
        yield differences.unlike("findings", f"{len(wanted)} warnings", output)


def _written(case: Case) -> tuple[str, str]:
    """The configuration: its name and what stands in it."""
    name = case.said.get("file", "aggregator.json")
    if "config" in case.said:
        config = case.said["config"]
        return name, config if isinstance(config, str) else text.spread(config)
    own = {} if case.endpoint is None else {
        "endpoints": case.service.get("endpoints", []) + [case.endpoint]}
    return name, text.spread(case.service | own)
