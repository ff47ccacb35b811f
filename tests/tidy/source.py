"""The tree under check: its files, and C++ text with comments and literals told apart from code."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/|R"([^(\s]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*\""""
    r"""|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'""",
    re.DOTALL,
)
ALLOW = re.compile(r"style: ([a-z-]+): \S.{8,}")
SKIPPED = {".git", "build", "__pycache__", ".pytest_cache"}


@dataclass(frozen=True)
class Finding:
    path: str
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.message}"


@dataclass
class Source:
    """One text file, `path` relative to the root of the tree."""

    path: str
    text: str

    @cached_property
    def lines(self) -> list[str]:
        return self.text.split("\n")[: -1 if self.text.endswith("\n") else None]

    @property
    def is_cpp(self) -> bool:
        return self.path.endswith((".hpp", ".cpp"))

    @property
    def is_header(self) -> bool:
        return self.path.endswith(".hpp")

    @property
    def room(self) -> str | None:
        """The room the file lives in, or None outside of src/ and include/aggregator/."""
        parts = self.path.split("/")
        if parts[0] == "src" and len(parts) >= 3:
            return parts[1]
        if parts[:2] == ["include", "aggregator"] and len(parts) == 4:
            return parts[2]
        return None

    @cached_property
    def code(self) -> str:
        """The text with comments blanked out and literals emptied; every line keeps its place."""
        return TOKEN.sub(_blank, self.text)

    @cached_property
    def comment_lines(self) -> set[int]:
        """The numbers of the lines that hold a comment or a part of one."""
        numbers: set[int] = set()
        for match in TOKEN.finditer(self.text):
            if match.group().startswith(("//", "/*")):
                first = self.line_at(match.start())
                numbers.update(range(first, first + match.group().count("\n") + 1))
        return numbers

    @cached_property
    def code_lines(self) -> set[int]:
        return {n for n, line in enumerate(self.code.split("\n"), 1) if line.strip()}

    def line_at(self, offset: int) -> int:
        return self.text.count("\n", 0, offset) + 1

    def allows(self, rule: str, line: int) -> bool:
        """Whether a comment `style: <rule>: <why>` stands on the line or on the one above it."""
        near = self.lines[max(line - 2, 0) : line]
        return any(m.group(1) == rule for text in near for m in ALLOW.finditer(text))


def _blank(match: re.Match[str]) -> str:
    text = match.group()
    if text.startswith(("//", "/*")):
        return re.sub(r"[^\n]", " ", text)
    quote = '"' if '"' in text[:2] else "'"
    return quote + re.sub(r"[^\n]", " ", text[1:-1]) + quote


@dataclass
class Tree:
    root: Path
    sources: list[Source] = field(default_factory=list)

    @classmethod
    def read(cls, root: Path) -> "Tree":
        tree = cls(root)
        for path in sorted(root.rglob("*")):
            relative = path.relative_to(root)
            if path.is_file() and not SKIPPED.intersection(relative.parts):
                text = _text_of(path)
                if text is not None:
                    tree.sources.append(Source(str(relative), text))
        return tree

    @cached_property
    def cpp(self) -> list[Source]:
        return [source for source in self.sources if source.is_cpp]

    def find(self, path: str) -> Source | None:
        return next((source for source in self.sources if source.path == path), None)

    def rooms(self) -> list[str]:
        return sorted({source.room for source in self.cpp if source.room})


def _text_of(path: Path) -> str | None:
    data = path.read_bytes()
    if b"\0" in data:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None
