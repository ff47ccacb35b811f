#!/usr/bin/python3
"""Checks the tree against the house style: `tidy.py [ROOT]`.

Prints `path:line: rule: message` for everything found and exits with 1 if there is anything. A line
may break a rule if it, or the line above it, holds a comment `style: <rule>: <why>`.
"""

import sys
from pathlib import Path

import layout
import text
from source import Finding, Tree


def check(root: Path) -> list[Finding]:
    tree = Tree.read(root)
    by_path = {source.path: source for source in tree.sources}
    findings = []
    for rule in layout.RULES + text.RULES:
        for finding in rule(tree):
            source = by_path.get(finding.path)
            if source is None or not source.allows(finding.rule, finding.line):
                findings.append(finding)
    return findings


def main(arguments: list[str]) -> int:
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parents[2]
    findings = check(root)
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
