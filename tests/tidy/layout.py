"""Rules about where things stand: floors, libraries, names of files, headers, the map."""

import re
from collections.abc import Iterator

from source import Finding, Source, Tree

# What each room may include besides itself and `base`; `app` may include all.
REACHES = {
    "base": set(),
    "json": set(),
    "http": set(),
    "token_bucket": set(),
    "format": {"json"},
    "jose": {"json"},
    "reading": {"format", "json"},
    "config": {"reading", "format", "json"},
    "net": {"http"},
    "cache": {"http"},
    "plan": {"config", "reading", "json", "http"},
    "engine": {"plan", "format", "json", "http"},
    "component": {"cache", "plan", "config", "reading", "json", "http"},
    "lint": {"component", "plan", "config", "reading", "json", "http"},
    "shadow": {"plan", "json", "http"},
    "components": {
        "component", "cache", "jose", "lint", "token_bucket", "plan", "config", "reading", "json",
        "http",
    },
    "admin": {"shadow", "component", "lint", "plan", "config", "reading", "json", "http"},
    "app": None,
}

# The first prefix that fits an include says which rooms may have it.
LIBRARIES = [
    ("rapidjson/", {"json"}),
    ("boost/program_options", {"app"}),
    ("boost/", set()),
    ("Poco/Net/", {"net"}),
    ("Poco/Crypto/", {"net"}),
    ("Poco/Data/", {"admin"}),
    ("Poco/", {"base", "net"}),
    ("openssl/", {"jose", "net"}),
    ("sys/epoll.h", {"net"}),
    ("sys/eventfd.h", {"net"}),
    ("zlib.h", {"http"}),
    ("pugixml.hpp", {"format"}),
    ("yaml-cpp/", {"format"}),
    ("toml++/", {"format"}),
    ("ares", {"net"}),
    ("xxhash.h", {"base"}),
    ("re2/", {"plan"}),
    ("prometheus/", {"admin"}),
    ("tl/", {"base", "json", "app"}),
    ("doctest/", set()),
    ("benchmark/", set()),
]

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)
FILE_NAME = re.compile(r"[a-z][a-z0-9_]*\.(hpp|cpp)")
MAP_WORD = re.compile(r"`([A-Za-z0-9_.*-]+(?:/[A-Za-z0-9_.*-]+)+/?)`")


def includes(source: Source) -> Iterator[tuple[int, str]]:
    for match in INCLUDE.finditer(source.text):
        yield source.line_at(match.start(1)), match.group(1)


def floors(tree: Tree) -> Iterator[Finding]:
    for source in tree.cpp:
        if source.room and source.room not in REACHES:
            yield Finding(source.path, 1, "floors", f"the room {source.room} has no floor")
        elif source.room:
            yield from _floors_of(source, tree)


def _floors_of(source: Source, tree: Tree) -> Iterator[Finding]:
    rooms = set(tree.rooms())
    for line, name in includes(source):
        parts = name.split("/")
        public = parts[0] == "aggregator" and len(parts) >= 3
        other = parts[1] if public else parts[0]
        if other == source.room or other not in rooms:
            continue
        if not public:
            message = f"{name} is private to {other}"
            yield Finding(source.path, line, "floors", message)
        elif not _reaches(source.room, other):
            message = f"{source.room} may not include from {other}"
            yield Finding(source.path, line, "floors", message)


def _reaches(room: str | None, other: str) -> bool:
    reach = REACHES[room or ""]
    return reach is None or other == "base" or other in reach


def libraries(tree: Tree) -> Iterator[Finding]:
    for source in tree.cpp:
        if source.room is None:
            continue
        for line, name in includes(source):
            rooms = next((rooms for prefix, rooms in LIBRARIES if name.startswith(prefix)), None)
            if rooms is not None and source.room not in rooms:
                where = ", ".join(sorted(rooms)) or "tests and benchmarks"
                yield Finding(source.path, line, "libraries", f"<{name}> belongs to {where}")


def file_names(tree: Tree) -> Iterator[Finding]:
    for source in tree.cpp:
        name = source.path.rsplit("/", 1)[-1]
        if not FILE_NAME.fullmatch(name):
            yield Finding(source.path, 1, "file-names", f"{name} is not snake_case")


def namespaces(tree: Tree) -> Iterator[Finding]:
    for source in tree.cpp:
        if source.room and not source.path.endswith("/main.cpp"):
            wanted = f"namespace aggregator::{source.room}"
            if wanted not in source.code:
                yield Finding(source.path, 1, "namespaces", f"nothing in `{wanted}`")


def pragma_once(tree: Tree) -> Iterator[Finding]:
    for source in tree.cpp:
        if source.is_header and not source.code.lstrip().startswith("#pragma once"):
            message = "a header begins with #pragma once"
            yield Finding(source.path, 1, "pragma-once", message)


def own_header_first(tree: Tree) -> Iterator[Finding]:
    for source in tree.cpp:
        if not source.room or source.is_header:
            continue
        stem = source.path[len("src/") : -len(".cpp")]
        public, private = f"aggregator/{stem}.hpp", f"{stem}.hpp"
        own = {name for name in (public, private) if _header_exists(tree, name)}
        first = next(includes(source), (1, ""))
        if own and first[1] not in own:
            message = f"the first include is {sorted(own)[0]}"
            yield Finding(source.path, first[0], "own-header-first", message)


def _header_exists(tree: Tree, name: str) -> bool:
    folder = "include" if name.startswith("aggregator/") else "src"
    return tree.find(f"{folder}/{name}") is not None


def map_is_true(tree: Tree) -> Iterator[Finding]:
    """src/README.md names every room, and nothing that does not exist."""
    page = tree.find("src/README.md")
    if page is None:
        yield Finding("src/README.md", 1, "map", "the map is missing")
        return
    for match in MAP_WORD.finditer(page.text):
        if not _names_something(tree, match.group(1)):
            message = f"{match.group(1)} does not exist"
            yield Finding(page.path, page.line_at(match.start()), "map", message)
    for room in tree.rooms():
        if f"`{room}`" not in page.text:
            yield Finding(page.path, 1, "map", f"the room `{room}` is not named")


def _names_something(tree: Tree, word: str) -> bool:
    for folder in ("", "src/", "include/", "include/aggregator/"):
        base = tree.root / (folder + word)
        candidates = [base, base.with_name(base.name + ".hpp"), base.with_name(base.name + ".cpp")]
        if any(candidate.exists() for candidate in candidates):
            return True
    return False


RULES = [
    floors,
    libraries,
    file_names,
    namespaces,
    pragma_once,
    own_header_first,
    map_is_true,
]
