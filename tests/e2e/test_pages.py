"""The pages: short where they have to be, and no link leads nowhere."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from gateway import aggregator

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(path for pattern in ("*.md", "src/*.md", "schemas/*.md", "bench/*.md",
                                    "examples/*.md", "examples/*/*.md", "tests/*/*.md")
               for path in ROOT.glob(pattern))
GUIDES = sorted(path.parent.name for path in ROOT.glob("examples/[0-9]*/README.md"))


def anchors(page: Path) -> set[str]:
    """What a link may name behind `#`: the page's headings, as GitHub and GitLab write them."""
    found = set()
    for heading in re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE):
        kept = re.sub(r"[^\w\- ]", "", heading.lower())
        found.add(kept.replace(" ", "-"))
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_is_alive(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), target
        if anchor:
            there = there / "README.md" if there.is_dir() else there
            assert anchor in anchors(there), target


def test_the_first_page_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 150


@pytest.mark.parametrize("page", ["README.md", "examples/README.md"])
def test_the_lists_of_guides_are_complete(page: str) -> None:
    linked = set(re.findall(r"\]\((?:examples/)?(\d\d-[\w-]+)\)", (ROOT / page).read_text()))
    assert linked == set(GUIDES)


@pytest.mark.parametrize("guide", GUIDES)
def test_every_guide_begins_with_what_it_is_about(guide: str) -> None:
    lines = (ROOT / "examples" / guide / "README.md").read_text().splitlines()
    assert lines[0].startswith("# ") and lines[1] == "" and lines[2]


def test_every_command_that_a_page_names_is_one() -> None:
    known = set(re.findall(r"^  aggregator (\w+)", aggregator("help").stdout, re.MULTILINE))
    for page in PAGES:
        for command in re.findall(r"`aggregator ([a-z]+)\b", page.read_text()):
            assert command in known, (page, command)


def test_the_unit_of_systemd_is_sound() -> None:
    unit = (ROOT / "examples/18-production/systemd/aggregator.service").read_text()
    commands = re.findall(r"^ExecStart(?:Pre)?=/usr/local/bin/aggregator (.*)$", unit, re.MULTILINE)
    config = str(ROOT / "examples/18-production/aggregator.json")
    for command in commands:
        words = command.replace("/etc/aggregator/aggregator.json", config).split()
        if "--config" in words:
            words.append("--check")
        result = aggregator(*words)
        assert result.returncode == 0 and "Syntax OK!" in result.stderr
    assert len(commands) == 2


def test_the_pages_are_those_of_the_project() -> None:
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "*.md"], cwd=ROOT,
                            capture_output=True, text=True, check=False).stdout.split()
    assert {str(path.relative_to(ROOT)) for path in PAGES} >= set(listed)
