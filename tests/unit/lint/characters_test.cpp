#include <doctest/doctest.h>

#include "lint/characters.hpp"

using namespace aggregator;
using lint::character_before;
using lint::first_character;

namespace {

constexpr std::string_view kReplacement = "\uFFFD";

}  // namespace

TEST_CASE("characters: a plain one stands for itself") {
    for (const std::string_view text : {"a", "\u00E9", "\u05E9", "\u20AC"}) {
        CHECK(first_character(text).shown == text);
        CHECK(first_character(text).bytes == text.size());
        CHECK(first_character(text).columns == 1);
    }
}

TEST_CASE("characters: only the first one of a text is looked at") {
    CHECK(first_character("ab\xFF").shown == "a");
    CHECK(first_character("\u20AC\u20AC").bytes == 3);
}

TEST_CASE("characters: East Asian ones and pictures have two columns, combining marks none") {
    CHECK(first_character("\u6F22").columns == 2);
    CHECK(first_character("\uFF21").columns == 2);
    CHECK(first_character("\U0001F600").columns == 2);
    CHECK(first_character("\u0301").columns == 0);
    CHECK(first_character("\u200D").columns == 0);
    CHECK(first_character("\uFE0F").columns == 0);
}

TEST_CASE("characters: a tab is four spaces") {
    CHECK(first_character("\tx").shown == "    ");
    CHECK(first_character("\tx").bytes == 1);
    CHECK(first_character("\tx").columns == 4);
}

TEST_CASE("characters: what would command a terminal is replaced as a whole") {
    for (const std::string_view text :
         {"\x1B", "\x07", "\x7F", "\u0085", "\u009B", "\u061C", "\u2028", "\u202E", "\u2069"}) {
        CHECK(first_character(text).shown == kReplacement);
        CHECK(first_character(text).bytes == text.size());
        CHECK(first_character(text).columns == 1);
    }
    CHECK(first_character(std::string_view("\0", 1)).shown == kReplacement);
}

TEST_CASE("characters: a byte that begins no character is replaced alone") {
    for (const std::string_view text : {"\x80", "\xBF", "\xC1\x81", "\xF5\x80\x80\x80", "\xFF",
                                        "\xC3(", "\xC3", "\xE2\x82", "\xF0\x9F\x98"}) {
        CHECK(first_character(text).shown == kReplacement);
        CHECK(first_character(text).bytes == 1);
    }
}

TEST_CASE("characters: surrogates, overlong forms and codes beyond the last are replaced") {
    for (const std::string_view text :
         {"\xED\xA0\x80", "\xE0\x82\xAC", "\xF0\x82\x82\xAC", "\xF4\x90\x80\x80"}) {
        CHECK(first_character(text).shown == kReplacement);
    }
}

TEST_CASE("characters: the one before is found from its end") {
    CHECK(character_before("ab", 2) == 1);
    CHECK(character_before("ab", 1) == 0);
    CHECK(character_before("a\u00E9", 3) == 1);
    CHECK(character_before("a\u20AC", 4) == 1);
    CHECK(character_before("\U0001F600", 4) == 0);
}

TEST_CASE("characters: before an offset in broken text stands one byte") {
    CHECK(character_before("a\x80", 2) == 1);
    CHECK(character_before("\u20AC\x80", 4) == 3);
    CHECK(character_before("\x80\x80\x80\x80\x80\x80", 6) == 5);
}

TEST_CASE("characters: going back over a text meets what going forth meets") {
    const std::string_view text = "a\t\u00E9\x80\xE2\x82\u6F22\U0001F600\xFF\u0301";
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t next = at + first_character(text.substr(at)).bytes;
        CHECK(character_before(text, next) == at);
        at = next;
    }
}
