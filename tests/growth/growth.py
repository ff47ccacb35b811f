#!/usr/bin/env python3
"""Every parser and every transformation costs in proportion to its input: instructions are counted
(callgrind) for inputs of one, two and four times a size, never time. growth.py PROGRAM [NAME]"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

# Twice the input may cost twice as much, and what sorting adds.
RATIO_MAX = 2.3
INSTRUCTIONS_MIN = 200_000  # of the smallest input: below, what does not grow hides what does


def counts(program: str, name: str) -> dict[str, list[int]]:
    """Instructions by subject, the smallest input first."""
    with tempfile.TemporaryDirectory(prefix="aggregator-growth-") as folder:
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", program, name],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            sys.exit(f"FAILED: {done.stdout}{done.stderr}")
        found: dict[str, dict[int, int]] = {}
        for path in Path(folder).glob("out.*"):
            text = path.read_text()
            title = re.search(r"^desc: Trigger: Client Request: (.*) x(\d)$", text, re.M)
            cost = re.search(r"^(?:summary|totals): (\d+)", text, re.M)
            if title and cost:
                found.setdefault(title.group(1), {})[int(title.group(2))] = int(cost.group(1))
    listed = done.stdout.splitlines()
    return {subject: [found[subject][factor] for factor in (1, 2, 4)] for subject in listed}


def main(program: str, name: str = "") -> None:
    measured = counts(program, name)
    bad = []
    for subject, cost in measured.items():
        ratios = [cost[1] / cost[0], cost[2] / cost[1]]
        small = cost[0] < INSTRUCTIONS_MIN
        fast = max(ratios) > RATIO_MAX
        if small or fast:
            bad.append(subject)
        figures = " ".join(f"{count:>10}" for count in cost)
        print(f"{subject:58} {figures} {ratios[0]:5.2f} {ratios[1]:5.2f}"
              f"{'  TOO FEW TO JUDGE' if small else ''}{'  GROWS TOO FAST' if fast else ''}")
    print(f"{len(measured)} subjects, {len(bad)} bad")
    if bad or not measured:
        sys.exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
