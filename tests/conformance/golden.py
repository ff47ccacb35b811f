"""The golden files: what they may say, and how a table's short rows become whole cases."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import text

Json = dict[str, object]

HERE = Path(__file__).parent
FILE_KEYS = {"section", "rule", "differs", "service", "env", "options", "answers", "answer",
             "endpoint", "backend", "cases"}
SERVED_KEYS = {"claim", "service", "env", "options", "endpoint", "backend", "answers", "answer",
               "request", "times", "reply", "sent", "order", "log", "unlogged", "caught"}
LOADED_KEYS = {"claim", "service", "env", "endpoint", "backend", "config", "file", "refused",
               "accepted", "caught"}
REQUEST_KEYS = {"method", "target", "headers", "body", "json", "base64", "pieces", "raw"}
REPLY_KEYS = {"status", "completed", "error", "headers", "body", "json", "base64", "matches",
              "closed", "cut"}
SENT_KEYS = {"method", "target", "headers", "body", "json"}
SCRIPT_KEYS = {"status", "headers", "body", "json", "base64", "pieces", "nested", "gzip", "raw",
               "end", "after", "paths", "tls"}
FINDING_KEYS = {"severity", "rule", "line", "says"}


class Malformed(Exception):
    """A golden file says what it may not say."""


@dataclass
class Case:
    """One rule's row, whole: everything that the file says for all of its cases is filled in."""

    path: Path
    number: int
    section: str
    claim: str
    said: Json
    service: Json
    endpoint: Json | None
    answers: list[object]
    env: dict[str, str]
    options: list[str] = field(default_factory=list)

    @property
    def is_load(self) -> bool:
        return "refused" in self.said or "accepted" in self.said

    @property
    def name(self) -> str:
        return f"{os.path.relpath(self.path, HERE)} case {self.number}"

    @property
    def gateway(self) -> str:
        """Cases that say the same here are put to the same gateway."""
        return text.compact([self.service, self.env, self.options])


@dataclass
class Golden:
    path: Path
    section: str
    rule: str
    answers: list[object]
    cases: list[Case]


def sections() -> dict[str, str]:
    """The sections of the format's description, in its order, and what each is about."""
    return text.read((HERE / "sections.json").read_text())  # type: ignore[return-value]


def read(path: Path) -> Golden:
    try:
        said = text.read(path.read_text())
        known(said, FILE_KEYS, "the file")
        golden = Golden(path, said["section"], said["rule"], said.get("answers", []), [])
        if golden.section not in sections():
            raise Malformed(f"no section is called {golden.section!r}")
        if HERE in path.parents and not _is_well_named(path, golden.section, "differs" in said):
            raise Malformed(f"its name does not say that it is about {golden.section}")
        for number, case in enumerate(said["cases"], 1):
            golden.cases.append(_case(path, number, case, said))
    except (Malformed, KeyError, ValueError, TypeError, AttributeError) as wrong:
        raise Malformed(f"{path}: {type(wrong).__name__}: {wrong}") from wrong
    return golden


def _is_well_named(path: Path, section: str, differs: bool) -> bool:
    """`merge/07-04-…` is section 7 of `merge`, `merge/07-04-differs-…` a difference there."""
    part, number = section.split()
    if path.parent.name in ("examples", "lies"):
        return True
    name = path.name.lstrip("0")
    return (path.parent.name == part and name.startswith(f"{number}-")
            and ("-differs-" in name) == differs)


def known(said: object, keys: set[str], where: str) -> None:
    if not isinstance(said, dict):
        raise Malformed(f"{where}: expected an object, found {text.compact(said)}")
    if unknown := set(said) - keys:
        raise Malformed(f"{where}: {', '.join(sorted(unknown))} cannot be said there")


def _case(path: Path, number: int, said: Json, file: Json) -> Case:
    _check(said, f"case {number}")
    endpoint = _endpoint(said, file, number)
    case = Case(
        path, number, file["section"], said.get("claim") or file["rule"], said,
        {"version": text.Number(3), "timeout": "30s"} | file.get("service", {})
        | said.get("service", {}),
        endpoint, [], file.get("env", {}) | said.get("env", {}),
        file.get("options", []) + said.get("options", []))
    if endpoint is not None and not case.is_load:
        case.answers = _answers(said, file, len(endpoint["backend"]))
        _give_hosts(endpoint["backend"], case.service)
    return case


def _check(said: Json, where: str) -> None:
    loaded = "refused" in said or "accepted" in said
    known(said, LOADED_KEYS if loaded else SERVED_KEYS, where)
    if loaded:
        for finding in said.get("refused", []) + said.get("accepted", []):
            known(finding, FINDING_KEYS, f"{where}, a finding")
        return
    known(said.get("request", {}), REQUEST_KEYS, f"{where}, request")
    known(said["reply"], REPLY_KEYS, f"{where}, reply")
    if "cut" in said["reply"] and len(said["reply"]) > 1:
        raise Malformed(f"{where}, reply: nothing is looked at where a reply is cut")
    for backend in said.get("sent", []):
        for request in backend if isinstance(backend, list) else [backend]:
            if isinstance(request, dict):
                known(request, SENT_KEYS, f"{where}, sent")


def _endpoint(said: Json, file: Json, number: int) -> Json | None:
    """The case's own endpoint: `/<number>` with a backend for each answer, unless it says more."""
    own = {"endpoint", "backend", "answers", "answer"} & set(said)
    if not own and not {"endpoint", "backend"} & set(file):
        return None
    endpoint = {"endpoint": f"/{number}"} | file.get("endpoint", {}) | said.get("endpoint", {})
    backends = said.get("backend", endpoint.get("backend"))
    if backends is None:
        backends = [{}] * len(said.get("answers", [0]))
    if isinstance(backends, dict):
        backends = [backends]
    shared = file.get("backend", {})
    endpoint["backend"] = [shared | backend if isinstance(backend, dict) else backend
                           for backend in backends]
    return endpoint


def _answers(said: Json, file: Json, backends: int) -> list[object]:
    """A script for each backend; `{"json": {"ok": true}}` where nothing is said."""
    usual = file.get("answer", {"json": {"ok": True}})
    answers = said.get("answers") or [said.get("answer", usual)]
    return answers + [usual] * (backends - len(answers))


def _give_hosts(backends: list[Json], service: Json) -> None:
    """Backends that name no host get the listener that stands at their own place."""
    if "host" not in service:
        for index, backend in enumerate(backends):
            backend.setdefault("host", [f"http://<b{index}>"])
