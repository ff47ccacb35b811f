"""Plants each fault in a small sound tree and expects tidy to find that fault alone."""

import subprocess
import sys
from pathlib import Path

import pytest

import tidy

HEADER = """#pragma once

#include <cstddef>

namespace aggregator::base {

/// The sum of both. Never overflows: the caller has checked.
[[nodiscard]] std::size_t sum(std::size_t first, std::size_t second);

}  // namespace aggregator::base
"""
SOURCE = """#include <aggregator/base/sum.hpp>

namespace aggregator::base {

std::size_t sum(std::size_t first, std::size_t second) {
    return first + second;
}

}  // namespace aggregator::base
"""
HTTP = """#pragma once

namespace aggregator::http {

/// How many header lines a message may have.
inline constexpr int kHeadersMax = 200;

}  // namespace aggregator::http
"""
MAP = "| `base` | everybody | \n| `http` | messages |\nSee `base/sum` and `include/aggregator`.\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    write(tmp_path, "include/aggregator/base/sum.hpp", HEADER)
    write(tmp_path, "include/aggregator/http/limits.hpp", HTTP)
    write(tmp_path, "src/base/sum.cpp", SOURCE)
    write(tmp_path, "src/README.md", MAP)
    return tmp_path


def write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def found(root: Path) -> list[tuple[str, int, str]]:
    return [(finding.path, finding.line, finding.rule) for finding in tidy.check(root)]


def in_header(line: str) -> str:
    return HEADER.replace("#include <cstddef>", f"#include <cstddef>\n{line}")


def in_source(body: str) -> str:
    return SOURCE.replace("}  // namespace", f"{body}\n\n}}  // namespace")


def test_a_sound_tree_has_no_findings(tree: Path) -> None:
    assert found(tree) == []


def test_a_finding_is_printed_with_its_place_and_fails_the_run(tree: Path) -> None:
    write(tree, "src/base/sum.cpp", SOURCE + "// " + "x" * 98 + "\n")
    run = subprocess.run(
        [sys.executable, Path(tidy.__file__), tree], capture_output=True, text=True, check=False
    )
    assert run.returncode == 1
    assert run.stdout == "src/base/sum.cpp:10: line-length: 101 columns, 100 at most\n"


LINES = [
    ("floors", '#include <aggregator/http/limits.hpp>'),
    ("libraries", '#include <rapidjson/reader.h>'),
    ("libraries", '#include <boost/program_options.hpp>'),
    ("libraries", '#include <boost/beast/http.hpp>'),
    ("libraries", '#include <Poco/Net/Socket.h>'),
    ("libraries", '#include <openssl/ssl.h>'),
    ("libraries", '#include <sys/epoll.h>'),
    ("libraries", '#include <zlib.h>'),
    ("libraries", '#include <doctest/doctest.h>'),
    ("words", "// Lies in /ho" + "me/somebody."),
    ("words", "// See elsewhere" + ".md for the rest."),
    ("words", "// TO" + "DO: more."),
    ("tokens", "using namespace std;"),
    ("tokens", "using It = std::views;"),
    ("type-names", "class CallManager;"),
    ("parameters", "void set(bool on);"),
    ("parameters", "void put(int a, int& b, const Map<int, int>& c, int d, char* e = nullptr);"),
    ("line-length", "// " + "x" * 98),
]


@pytest.mark.parametrize(("rule", "line"), LINES, ids=[line for _, line in LINES])
def test_a_line_that_breaks_a_rule_is_found(tree: Path, rule: str, line: str) -> None:
    write(tree, "include/aggregator/base/sum.hpp", in_header(line))
    assert found(tree) == [("include/aggregator/base/sum.hpp", 4, rule)]


FINE = [
    "#include <Poco/Logger.h>",
    "using namespace std::chrono_literals;",
    'inline constexpr const char* kText = "throw std::views";',
    "void call(std::function<void(bool)> done);",
    "// https://example.org/home/page is no path of a machine.",
]


@pytest.mark.parametrize("line", FINE)
def test_a_line_that_only_looks_like_a_fault_is_let_through(tree: Path, line: str) -> None:
    write(tree, "include/aggregator/base/sum.hpp", in_header(line))
    assert found(tree) == []


def test_a_reason_on_the_line_or_above_it_excuses(tree: Path) -> None:
    fault = "class CallManager;"
    excuse = "// style: type-names: the protocol calls it so"
    write(tree, "include/aggregator/base/sum.hpp", in_header(f"{excuse}\n{fault}"))
    assert found(tree) == []
    write(tree, "include/aggregator/base/sum.hpp", in_header(f"{fault}  // style: type-names:"))
    assert found(tree) == [("include/aggregator/base/sum.hpp", 4, "type-names")]


def test_another_rooms_private_header_is_not_included(tree: Path) -> None:
    write(tree, "src/base/inner.hpp", HEADER)
    write(tree, "include/aggregator/http/limits.hpp", HTTP + '#include "base/inner.hpp"\n')
    assert found(tree) == [("include/aggregator/http/limits.hpp", 9, "floors")]


def test_a_room_without_a_floor_is_found(tree: Path) -> None:
    text = HEADER.replace("base", "attic")
    write(tree, "include/aggregator/attic/sum.hpp", text)
    assert ("include/aggregator/attic/sum.hpp", 1, "floors") in found(tree)


def test_a_function_over_sixty_lines_is_found(tree: Path) -> None:
    long = "int count(int n) {\n" + "    n += 1;\n" * 58 + "    return n;\n}"
    write(tree, "src/base/sum.cpp", in_source(long))
    assert found(tree) == [("src/base/sum.cpp", 9, "function-length")]


def test_a_class_over_sixty_lines_with_short_functions_is_let_through(tree: Path) -> None:
    body = "class Sums {\npublic:\n" + "    void add() { sum_ += 1; }\n" * 60 + "};"
    write(tree, "src/base/sum.cpp", in_source(body))
    assert found(tree) == []


@pytest.mark.parametrize(
    ("path", "limit"),
    [("src/base/sum.cpp", 400), ("src/base/inner.hpp", 200), ("tests/unit/base/sum_test.cpp", 600)],
)
def test_a_file_over_its_limit_is_found(tree: Path, path: str, limit: int) -> None:
    text = in_source("int one();\n" * (limit - len(SOURCE.splitlines()) - 2))
    text = text.replace("#include <aggregator/base/sum.hpp>", "#pragma once" if "hpp" in path else
                        "#include <aggregator/base/sum.hpp>")
    write(tree, path, text)
    assert len(text.splitlines()) == limit
    assert found(tree) == []
    write(tree, path, text + "\n")
    assert found(tree) == [(path, limit + 1, "file-length")]


def test_a_source_full_of_comments_is_found(tree: Path) -> None:
    write(tree, "src/base/sum.cpp", in_source("// Adds.\n" * 6))
    assert found(tree) == [("src/base/sum.cpp", 1, "comments")]


def test_a_public_header_without_comments_is_found(tree: Path) -> None:
    bare = "\n".join(line for line in HEADER.splitlines() if "//" not in line) + "\n}\n"
    write(tree, "include/aggregator/base/sum.hpp", bare)
    assert found(tree) == [("include/aggregator/base/sum.hpp", 1, "comments")]


def test_a_file_not_in_snake_case_is_found(tree: Path) -> None:
    write(tree, "src/base/SumUp.cpp", SOURCE)
    assert found(tree) == [("src/base/SumUp.cpp", 1, "file-names")]


def test_a_file_outside_of_its_rooms_namespace_is_found(tree: Path) -> None:
    write(tree, "src/base/sum.cpp", SOURCE.replace("aggregator::base", "aggregator"))
    assert found(tree) == [("src/base/sum.cpp", 1, "namespaces")]


def test_a_folder_in_a_room_is_looked_at_like_the_room(tree: Path) -> None:
    write(tree, "src/base/rules/one.cpp", "#include <aggregator/http/limits.hpp>\n")
    assert found(tree) == [("src/base/rules/one.cpp", 1, "floors"),
                           ("src/base/rules/one.cpp", 1, "namespaces")]


def test_a_header_without_pragma_once_is_found(tree: Path) -> None:
    write(tree, "include/aggregator/base/sum.hpp", HEADER.replace("#pragma once\n", "\n"))
    assert found(tree) == [("include/aggregator/base/sum.hpp", 1, "pragma-once")]


def test_a_source_that_does_not_include_its_header_first_is_found(tree: Path) -> None:
    write(tree, "src/base/sum.cpp", "#include <cstddef>\n" + SOURCE)
    assert found(tree) == [("src/base/sum.cpp", 1, "own-header-first")]


def test_a_map_that_names_what_is_not_there_is_found(tree: Path) -> None:
    write(tree, "src/README.md", MAP + "And `base/product`.\n")
    assert found(tree) == [("src/README.md", 4, "map")]


def test_a_map_that_forgets_a_room_is_found(tree: Path) -> None:
    write(tree, "src/README.md", MAP.replace("`http`", "http"))
    assert found(tree) == [("src/README.md", 1, "map")]


@pytest.mark.parametrize("line", ["using std::chrono::days;", "namespace clocks = std::chrono;"])
def test_a_name_that_is_taken_and_not_used_is_found(tree: Path, line: str) -> None:
    write(tree, "src/base/sum.cpp", in_source(line))
    assert found(tree) == [("src/base/sum.cpp", 9, "unused-names")]
    write(tree, "src/base/sum.cpp", in_source(line + "\nint of(clocks::days);"))
    assert found(tree) == []


@pytest.mark.parametrize("statement", ["throw 1;", "co_return;", "std::source_location here;"])
def test_a_forbidden_statement_is_found(tree: Path, statement: str) -> None:
    write(tree, "src/base/sum.cpp", in_source(f"void stop() {{\n    {statement}\n}}"))
    assert found(tree) == [("src/base/sum.cpp", 10, "tokens")]


def test_a_function_of_a_source_that_is_called_as_one_of_its_room_is_found(tree: Path) -> None:
    own = "namespace {\n\nint sum(int first) {\n    return first;\n}\n\n}  // namespace"
    write(tree, "src/base/more.cpp", SOURCE.replace("std::size_t sum", f"{own}\n\nint use"))
    assert ("src/base/more.cpp", 7, "hidden-names") in found(tree)
    write(tree, "src/base/more.cpp", SOURCE.replace("std::size_t sum",
                                                    own.replace("sum", "total") + "\n\nint use"))
    assert "hidden-names" not in {rule for _, _, rule in found(tree)}
