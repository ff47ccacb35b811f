#!/usr/bin/env python3
"""Proves rule by rule that the program does what its format says: `run.py [FILE|FOLDER...]`.
With `--shadows` every endpoint has a shadow besides, and all must hold as before. The cases of
components lie in their own folders.

AGGREGATOR names the program. Each golden file states a rule of one section, in one case or more.
Told are every case that does not hold, with what was expected, and for each section how many rules
there are and how many hold. Exits with 1 if any does not.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
COMPONENTS = HERE.parent.parent / "src/components"
sys.path.insert(0, str(HERE.parent / "e2e"))

import golden  # noqa: E402
from play import Outcome, play  # noqa: E402

AT_ONCE = 2 * (os.cpu_count() or 2)


def files(paths: list[str]) -> list[Path]:
    found: list[Path] = []
    for path in map(Path, paths) if paths else [HERE, *sorted(COMPONENTS.glob("*/cases"))]:
        found += sorted(path.rglob("*.json")) if path.is_dir() else [path]
    return [path.resolve() for path in found if path.name != "sections.json"]


def tell_failures(outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        if outcome.wrong:
            print(f"FAILED {outcome.case.name}: {outcome.case.claim}")
            for difference in outcome.wrong:
                print(f"  {difference}")


def tell_sections(outcomes: list[Outcome]) -> None:
    rules = Counter(outcome.case.section for outcome in outcomes)
    hold = Counter(outcome.case.section for outcome in outcomes if not outcome.wrong)
    for section, title in golden.sections().items():
        if rules[section]:
            counts = f"{rules[section]:3} rules, {hold[section]:3} hold"
            print(f"{section + ':':19} {counts}   {title}")
    print(f"{rules.total()} rules, {hold.total()} hold")


def unnoticed(outcomes: list[Outcome]) -> list[str]:
    """The lies of `lies/` that were believed: whoever believes them proves nothing."""
    return [f"UNNOTICED {outcome.case.name}: {outcome.wrong}" for outcome in outcomes
            if not any(map(outcome.case.said["caught"].__eq__, map(_where, outcome.wrong)))]


def _where(difference: str) -> str:
    return difference.split("\n")[0]


def play_all(paths: list[Path], shadowed: bool) -> list[Outcome]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        played = pool.map(lambda path: play(golden.read(path), shadowed), paths)
        return [outcome for each in played for outcome in each]


def main(arguments: list[str]) -> int:
    try:
        shadowed = "--shadows" in arguments
        outcomes = play_all(files([one for one in arguments if one != "--shadows"]), shadowed)
    except golden.Malformed as wrong:
        print(wrong)
        return 1
    lies = [outcome for outcome in outcomes if "caught" in outcome.case.said]
    truths = [outcome for outcome in outcomes if "caught" not in outcome.case.said]
    tell_failures(truths)
    tell_sections(truths)
    print(*unnoticed(lies), sep="\n", end="")
    return 1 if unnoticed(lies) or any(outcome.wrong for outcome in truths) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
