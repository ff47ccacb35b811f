"""Rules about how a file reads: sizes, parameters, comments, words."""

import re
from collections.abc import Iterator

from source import Finding, Source, Tree

COLUMNS_MAX = 100
FUNCTION_LINES_MAX = 60
PARAMETERS_MAX = 4
SOURCE_COMMENTS_MAX = 0.15
SOURCE_COMMENTS_FREE = 6  # in a short file a few comments are no habit
HEADER_COMMENTS_MIN = 0.2

BOOL_PARAMETER = re.compile(r"(\w*)\s*\(([^(){};]*)\)")
DECLARATION = re.compile(r"(?:const\s+)?[\w:]+(?:\s*[&*]+\s*|\s+)(?:const\s+)?\w+(?:\s*=.*)?")
NOT_FUNCTIONS = re.compile(
    r"(?:namespace|class|struct|enum|union|if|for|while|switch|do|else|try|catch|return|extern)\b"
)
TAKEN_NAME = re.compile(r"^\s*(?:using [\w:]+::(\w+);|namespace (\w+) = )", re.MULTILINE)
FREE_FUNCTION = re.compile(
    r"(?:\[\[nodiscard\]\] )?(?!using|namespace|class|struct|enum|template|static_assert|friend)"
    r"[A-Za-z][\w:<>,&* ]*[ &*](\w+)\("
)
TYPE_NAME = re.compile(
    r"\b(?:class|struct)\s+(?:\[\[\w+\]\]\s*)?"
    r"(\w*(?:Manager|Helper|Util|Utils|Impl|Base|Data|Info))\b"
)

# What the code may not say, and why.
TOKENS = [
    (r"\busing\s+namespace\s+(?!std::\w*literals)\w+", "name what is used"),
    (r"\bstd::(?:ranges::)?views\b", "Clang 14 cannot compile range adaptors"),
    (r"\bstd::source_location\b", "Clang 14 has none"),
    (r"\bco_(?:await|return|yield)\b", "callbacks, not coroutines"),
    (r"\bthrow\b", "a failure is a value"),
    (r"\b(?:weak_ptr|enable_shared_from_this)\b", "hold the Call instead"),
]
PLACES = re.compile(r"(?<![\w.:/-])/(?:home|root|work|Users)/[A-Za-z0-9.]")
DOCUMENT = re.compile(r"(?<![\w./*-])([A-Za-z][\w-]*\.md)\b")
OPEN_WORK = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")


def line_length(tree: Tree) -> Iterator[Finding]:
    for source in tree.sources:
        if source.is_cpp or source.path.endswith(".py"):
            for number, line in enumerate(source.lines, 1):
                if len(line) > COLUMNS_MAX:
                    message = f"{len(line)} columns, {COLUMNS_MAX} at most"
                    yield Finding(source.path, number, "line-length", message)


def file_length(tree: Tree) -> Iterator[Finding]:
    for source in tree.sources:
        limit = _lines_max(source)
        if limit and len(source.lines) > limit:
            message = f"{len(source.lines)} lines, {limit} at most"
            yield Finding(source.path, limit + 1, "file-length", message)


def _lines_max(source: Source) -> int | None:
    if source.path.startswith("tests/") and source.path.endswith((".cpp", ".hpp", ".py")):
        return 600
    if source.is_header:
        return 200
    return 400 if source.path.endswith((".cpp", ".py")) else None


def function_length(tree: Tree) -> Iterator[Finding]:
    for source in tree.cpp:
        for first, last in functions(source):
            if last - first + 1 > FUNCTION_LINES_MAX:
                message = f"{last - first + 1} lines, {FUNCTION_LINES_MAX} at most"
                yield Finding(source.path, first, "function-length", message)


def functions(source: Source) -> Iterator[tuple[int, int]]:
    """First and last line of each outermost function body, found by its braces."""
    code = re.sub(r"^[ \t]*#(?:.*\\\n)*.*$", _blank, source.code, flags=re.MULTILINE)
    depth, since, body = 0, 0, None
    for match in re.finditer(r"[{};]", code):
        if match.group() == "{":
            depth += 1
            if body is None and _opens_function(code[since : match.start()]):
                body = (depth, match.start())
        elif match.group() == "}":
            if body and body[0] == depth:
                yield source.line_at(body[1]), source.line_at(match.start())
                body = None
            depth -= 1
        since = match.end()


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match.group())


def _opens_function(head: str) -> bool:
    head = re.sub(r"^\s*(?:(?:public|private|protected)\s*:\s*)+", "", head).strip()
    head = re.sub(r"^template\s*<[^{}]*?>\s*(?=\w)", "", head)
    return "(" in head and not NOT_FUNCTIONS.match(head) and not head.endswith(("=", ",", "("))


def parameters(tree: Tree) -> Iterator[Finding]:
    """In headers, where functions are declared; clang-tidy counts in the definitions."""
    for source in tree.cpp:
        if not source.path.startswith(("src/", "include/")):
            continue
        for match in BOOL_PARAMETER.finditer(source.code):
            yield from _parameters_of(source, match)


def _parameters_of(source: Source, match: re.Match[str]) -> Iterator[Finding]:
    if match.group(1) in ("if", "for", "while", "switch"):
        return
    line = source.line_at(match.start(2))
    names = [name for name in _split(match.group(2)) if _declares(name)]
    if source.is_header and len(names) > PARAMETERS_MAX:
        message = f"{len(names)} parameters, {PARAMETERS_MAX} at most"
        yield Finding(source.path, line, "parameters", message)
    if any(re.match(r"(?:const\s+)?bool\s*&?\s*\w+(\s*=.*)?$", name) for name in names):
        message = "a bool parameter says nothing at the call"
        yield Finding(source.path, line, "parameters", message)


def _split(text: str) -> list[str]:
    while "<" in text and ">" in text:
        text, count = re.subn(r"<[^<>]*>", "", text)
        if not count:
            break
    return [" ".join(part.split()) for part in text.split(",")]


def _declares(text: str) -> bool:
    """Whether the text looks like `type name`, so that a call's arguments are not counted."""
    return DECLARATION.fullmatch(text) is not None


def comments(tree: Tree) -> Iterator[Finding]:
    for source in tree.cpp:
        code, said = len(source.code_lines), len(source.comment_lines)
        if source.path.startswith("src/") and not source.is_header:
            if said > max(SOURCE_COMMENTS_FREE, SOURCE_COMMENTS_MAX * code):
                message = f"{said} comment lines for {code} lines of code: say it in the header"
                yield Finding(source.path, 1, "comments", message)
        if source.path.startswith("include/") and said < HEADER_COMMENTS_MIN * code:
            message = f"{said} comment lines for {code} lines of code: a public header is explained"
            yield Finding(source.path, 1, "comments", message)


def tokens(tree: Tree) -> Iterator[Finding]:
    for source in tree.cpp:
        if source.room is None:
            continue
        for pattern, why in TOKENS:
            for match in re.finditer(pattern, source.code):
                line = source.line_at(match.start())
                yield Finding(source.path, line, "tokens", f"no `{match.group()}`: {why}")


def type_names(tree: Tree) -> Iterator[Finding]:
    for source in tree.cpp:
        for match in TYPE_NAME.finditer(source.code):
            line = source.line_at(match.start())
            yield Finding(source.path, line, "type-names", f"{match.group(1)} names no thing")


def unused_names(tree: Tree) -> Iterator[Finding]:
    """A name that a source takes from another namespace, or gives to one, is used there."""
    for source in tree.cpp:
        if source.is_header:
            continue
        for match in TAKEN_NAME.finditer(source.code):
            name = match.group(1) or match.group(2)
            if len(re.findall(rf"\b{name}\b", source.code)) == 1:
                line = source.line_at(match.start(match.lastindex or 0))
                yield Finding(source.path, line, "unused-names", f"`{name}` is not used")


def hidden_names(tree: Tree) -> Iterator[Finding]:
    """A source's own function is not called as one that its room declares: of sources that are
    compiled together, another one would get this in the place of that."""
    declared: dict[str | None, set[str]] = {}
    for source in tree.cpp:
        if source.is_header:
            names = (match.group(1) for match in map(FREE_FUNCTION.match, source.lines) if match)
            declared.setdefault(source.room, set()).update(names)
    for source in tree.cpp:
        if source.is_header or source.room is None:
            continue
        own = False
        for number, line in enumerate(source.lines, 1):
            match = FREE_FUNCTION.match(line)
            if own and match and match.group(1) in declared.get(source.room, set()):
                message = f"`{match.group(1)}` is a function of the room {source.room}"
                yield Finding(source.path, number, "hidden-names", message)
            own = line == "namespace {" or own and not line.startswith("}  // namespace")


def words(tree: Tree) -> Iterator[Finding]:
    """Nothing of the machine it was written on, no document that is not here, no open work."""
    documents = {source.path.rsplit("/", 1)[-1] for source in tree.sources}
    for source in tree.sources:
        for number, line in enumerate(source.lines, 1):
            for match in PLACES.finditer(line):
                message = f"{match.group()}: a path of somebody's machine"
                yield Finding(source.path, number, "words", message)
            for match in DOCUMENT.finditer(line):
                if match.group(1) not in documents:
                    message = f"{match.group(1)} is not in this tree"
                    yield Finding(source.path, number, "words", message)
            if source.is_cpp and OPEN_WORK.search(line):
                yield Finding(source.path, number, "words", "open work belongs to no comment")


RULES = [
    line_length,
    file_length,
    function_length,
    parameters,
    comments,
    tokens,
    type_names,
    unused_names,
    hidden_names,
    words,
]
