#include <aggregator/plan/pattern_set.hpp>

#include <string>

#include <doctest/doctest.h>

using aggregator::plan::PatternSet;

namespace {

PatternSet set_of(PatternSet::Match match, std::initializer_list<const char*> patterns) {
    PatternSet set(match);
    for (const char* const pattern : patterns) {
        REQUIRE(set.add(pattern));
    }
    REQUIRE(set.close());
    return set;
}

}  // namespace

TEST_CASE("patterns: one of them is enough, anywhere in the text and with case") {
    const PatternSet set = set_of(PatternSet::Match::Anywhere, {"^curl/", "bot", "(?i)spider$"});
    CHECK(set.matches("curl/8"));
    CHECK(set.matches("a bot b"));
    CHECK(set.matches("the SPIDER"));
    CHECK_FALSE(set.matches("libcurl/8"));
    CHECK_FALSE(set.matches("a Bot"));
    CHECK_FALSE(set.matches("spiders"));
    CHECK_FALSE(set.matches(""));
}

TEST_CASE("patterns: as a whole, a text fits from its beginning to its end, without case") {
    const PatternSet set = set_of(PatternSet::Match::Whole, {"a|ab", "[a-z]+[.]example[.]com"});
    CHECK(set.matches("ab"));
    CHECK(set.matches("WWW.example.com"));
    CHECK_FALSE(set.matches("abc"));
    CHECK_FALSE(set.matches("www.example.com.evil.org"));
    CHECK_FALSE(set.matches("wwwxexample.com"));
}

TEST_CASE("patterns: none fit nothing") {
    const PatternSet set = set_of(PatternSet::Match::Anywhere, {});
    CHECK(set.empty());
    CHECK_FALSE(set.matches("a"));
}

TEST_CASE("patterns: bytes that are not UTF-8 hide nothing") {
    const PatternSet set = set_of(PatternSet::Match::Anywhere, {"^.*bot$", "^.\xC3\xA9$"});
    CHECK(set.matches("\xFF bot"));
    CHECK(set.matches("a\xC3 bot"));
    CHECK(set.matches("\xE2\x82\xC3\xA9") == false);  // two bytes in front, each U+FFFD
    CHECK(set.matches("\xFF\xC3\xA9"));
    CHECK(set.matches("e\xC3\xA9"));
}

TEST_CASE("patterns: what is no expression, too long or too complex is refused") {
    PatternSet set(PatternSet::Match::Anywhere);
    for (const std::string& pattern :
         {std::string("("), std::string("a(?!b)"), std::string("\\1"), std::string("[b-a]"),
          std::string(PatternSet::kPatternBytesMax + 1, 'a'),
          std::string("((a{1,100}){1,100}){1,100}")}) {
        CAPTURE(pattern.substr(0, 40));
        CHECK_FALSE(set.add(pattern));
    }
    CHECK(set.add(std::string(PatternSet::kPatternBytesMax, 'a')));
    CHECK(set.close());
}

TEST_CASE("patterns: a text that leads to ever new states is compared rightly") {
    const PatternSet set = set_of(PatternSet::Match::Anywhere, {"[ab]*a[ab]{200}c", "x"});
    std::string text;
    for (std::uint32_t i = 0, state = 1; i < 20'000; ++i) {
        state = state * 1664525U + 1013904223U;
        text += (state >> 24 & 1) != 0 ? 'a' : 'b';
    }
    CHECK_FALSE(set.matches(text));
    CHECK(set.matches(text + "x"));
    CHECK(set.matches("a" + text.substr(0, 200) + "c"));
}
