#include <doctest/doctest.h>

#include <limits>
#include <string>

#include <aggregator/base/text.hpp>

using namespace aggregator;

TEST_CASE("text: case is ignored for ASCII letters only") {
    CHECK(base::equal_ignoring_case("Content-TYPE", "content-type"));
    CHECK(base::equal_ignoring_case("", ""));
    CHECK_FALSE(base::equal_ignoring_case("abc", "abcd"));
    CHECK_FALSE(base::equal_ignoring_case("@", "`"));
    CHECK_FALSE(base::equal_ignoring_case("\xC3\x84", "\xC3\xA4"));
}

TEST_CASE("text: lower case leaves everything but A to Z alone") {
    CHECK(base::to_lower("AZaz09-_[\xC3\x84") == "azaz09-_[\xC3\x84");
}

TEST_CASE("text: a decimal number is digits and nothing else") {
    CHECK(base::parse_decimal("0") == 0u);
    CHECK(base::parse_decimal("007") == 7u);
    CHECK(base::parse_decimal("18446744073709551615") == std::numeric_limits<std::uint64_t>::max());
    for (const char* bad : {"", "-1", "+1", " 1", "1 ", "1.0", "0x10", "18446744073709551616"}) {
        CAPTURE(bad);
        CHECK_FALSE(base::parse_decimal(bad).has_value());
    }
}

TEST_CASE("text: a number is appended in decimal") {
    std::string out = "n=";
    base::append_decimal(out, 0);
    base::append_decimal(out, std::numeric_limits<std::uint64_t>::max());
    CHECK(out == "n=018446744073709551615");
}

TEST_CASE("text: trim takes spaces and tabs from both ends and nothing else") {
    CHECK(base::trim(" \t a b\t ") == "a b");
    CHECK(base::trim("\na ") == "\na");
    CHECK(base::trim(" \t").empty());
    CHECK(base::trim("").empty());
}

TEST_CASE("text: the closest candidate is what a slip of the fingers meant") {
    CHECK(base::closest("hots", {"host", "method"}) == "host");
    CHECK(base::closest("url_patern", {"host", "url_pattern"}) == "url_pattern");
    CHECK(base::closest("Timeuot", {"timeout", "cache_ttl"}) == "timeout");
    CHECK(base::closest("enpoint", {"endpoint", "endpoints"}) == "endpoint");
}

TEST_CASE("text: nothing is proposed for a word that resembles no candidate") {
    CHECK_FALSE(base::closest("colour", {"host", "method"}).has_value());
    CHECK_FALSE(base::closest("x", {"y"}).has_value());
    CHECK_FALSE(base::closest("", {"a"}).has_value());
    CHECK_FALSE(base::closest("host", {}).has_value());
    CHECK_FALSE(base::closest(std::string(1000, 'a'), {"aaaa"}).has_value());
}

TEST_CASE("wrapped: lines end between words, and a word that is too long has its own") {
    CHECK(base::wrapped("one two three", {.indent = 2, .columns = 9}) == "  one two\n  three\n");
    CHECK(base::wrapped("a incomprehensible b", {.indent = 1, .columns = 6}) ==
          " a\n incomprehensible\n b\n");
    CHECK(base::wrapped("", {}) == "\n");
}
