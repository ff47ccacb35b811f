#include <doctest/doctest.h>

#include <string>

#include "lint/excerpt.hpp"

using namespace aggregator;
using lint::Excerpt;

namespace {

/// The excerpt of a finding in a JSON text.
Excerpt excerpt(const std::string& text, std::uint32_t line, std::uint32_t column,
                std::uint32_t length = 0) {
    const auto document = json::Document::parse(text);
    REQUIRE(document.has_value());
    reading::Diagnostic diagnostic;
    diagnostic.line = line;
    diagnostic.column = column;
    diagnostic.length = length;
    return lint::excerpt_of(*document, diagnostic);
}

std::string quoted(std::size_t size) { return '"' + std::string(size - 2, 'x') + '"'; }

}  // namespace

TEST_CASE("excerpt: the line is shown whole, with the value marked") {
    const Excerpt found = excerpt("{\n  \"a\": true,\n  \"b\": 1\n}", 2, 8, 4);
    CHECK(found.text == "  \"a\": true,");
    CHECK(found.indent == 7);
    CHECK(found.width == 4);
}

TEST_CASE("excerpt: a value of unknown length gets a mark of one column") {
    CHECK(excerpt("{\"a\": true}", 1, 7).width == 1);
}

TEST_CASE("excerpt: the mark does not go beyond the line") {
    const Excerpt found = excerpt("[[1,\n2]]", 1, 2, 50);
    CHECK(found.text == "[[1,");
    CHECK(found.width == 3);
}

TEST_CASE("excerpt: the end of the text has a mark behind it") {
    const Excerpt found = excerpt("[]", 1, 3);
    CHECK(found.text == "[]");
    CHECK(found.indent == 2);
    CHECK(found.width == 1);
}

TEST_CASE("excerpt: white space at the end of a line is not shown") {
    CHECK(excerpt("[1,  \t\r\n2]", 1, 2, 1).text == "[1,");
}

TEST_CASE("excerpt: a tab is four columns, a wide character two, a combining one none") {
    CHECK(excerpt("\t[1]", 1, 2, 3).indent == 4);
    CHECK(excerpt("\t[1]", 1, 2, 3).text == "    [1]");
    CHECK(excerpt("[\"\u6F22\u5B57\", 1]", 1, 8, 1).indent == 9);
    CHECK(excerpt("[\"\u6F22\u5B57\"]", 1, 2, 4).width == 6);
    CHECK(excerpt("[\"e\u0301\"]", 1, 2, 4).width == 3);
}

TEST_CASE("excerpt: a long line is cut behind the value") {
    const Excerpt found = excerpt("[1, " + quoted(300) + "]", 1, 2, 1);
    CHECK(found.text == "[1, \"" + std::string(95, 'x') + "...");
    CHECK(found.indent == 1);
}

TEST_CASE("excerpt: a long line is cut in front of the value, which stays marked") {
    const Excerpt found = excerpt("[" + quoted(300) + ", true]", 1, 304, 4);
    CHECK(found.text.substr(0, 4) == "...x");
    CHECK(found.text.substr(found.indent) == "true]");
    CHECK(found.text.size() == 103);
    CHECK(found.width == 4);
}

TEST_CASE("excerpt: a value in the middle of a long line has some of it on either side") {
    const Excerpt found = excerpt("[" + quoted(300) + ", true, " + quoted(300) + "]", 1, 304, 4);
    CHECK(found.indent == 43);
    CHECK(found.text.substr(found.indent, 6) == "true, ");
    CHECK(found.text.substr(0, 3) == "...");
    CHECK(found.text.substr(found.text.size() - 3) == "...");
    CHECK(found.text.size() == 106);
}

TEST_CASE("excerpt: a mark is no wider than what is shown of the value") {
    const Excerpt found = excerpt("[" + quoted(300) + "]", 1, 2, 300);
    CHECK(found.indent == 1);
    CHECK(found.width == 99);
}

TEST_CASE("excerpt: characters without a width do not make it grow without end") {
    std::string marks;
    for (int i = 0; i < 100'000; ++i) {
        marks += "\u0301";
    }
    CHECK(excerpt("[\"" + marks + "\", true]", 1, 2, 100'002).text.size() < 4096);
    CHECK(excerpt("[\"" + marks + "\", true]", 1, 100'006, 4).text.size() < 4096);
}

TEST_CASE("printable: line breaks and tabs are spaces, other control characters are replaced") {
    CHECK(lint::printable("a\tb\nc\rd") == "a b c d");
    CHECK(lint::printable("a\x1B[2J") == "a\uFFFD[2J");
    CHECK(lint::printable(std::string_view("\0\x7F", 2)) == "\uFFFD\uFFFD");
    CHECK(lint::printable("\xC2\x9B") == "\uFFFD");
    CHECK(lint::printable("").empty());
}

TEST_CASE("printable: what reorders text is replaced, letters of all scripts stay") {
    CHECK(lint::printable("a\u202Eb\u2066c\u200Fd\uFEFF") == "a\uFFFDb\uFFFDc\uFFFDd\uFFFD");
    CHECK(lint::printable("\u05E9\u6F22\u00E9") == "\u05E9\u6F22\u00E9");
}

TEST_CASE("printable: each byte that is not UTF-8 is replaced") {
    CHECK(lint::printable("\xFF"
                          "a\xC3") ==
          "\uFFFD"
          "a\uFFFD");
    CHECK(lint::printable("\xC3(") == "\uFFFD(");
}
