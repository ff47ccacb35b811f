#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <aggregator/json/spans.hpp>

#include "support/repeated.hpp"
#include "unit/json/reference.hpp"

using namespace aggregator;
using aggregator::testing::repeated;
using json::Kind;
using json::Member;

namespace {

bool accepts(std::string_view text) {
    std::vector<Member> members;
    const bool accepted = json::scan(text, members).has_value();
    CHECK(json::testing::disagreement(text) == "");
    return accepted;
}

std::string complaint(std::string_view text) {
    std::vector<Member> members;
    const auto root = json::scan(text, members);
    REQUIRE_FALSE(root.has_value());
    CHECK(root.error().code == base::Code::BadJson);
    CHECK(members.empty());
    return root.error().detail;
}

}  // namespace

TEST_CASE("scan: the members of a root object are spans of the original bytes") {
    const std::string text = R"( { "a" : 1.50 , "b":{"x":[1, 2]},"c":"\u0041" } tail)";
    std::vector<Member> members;
    const auto root = json::scan(text, members);
    REQUIRE(root.has_value());
    CHECK(root->kind == Kind::Object);
    CHECK(root->value == R"({ "a" : 1.50 , "b":{"x":[1, 2]},"c":"\u0041" })");
    REQUIRE(members.size() == 3);
    CHECK(members[0].key == "a");
    CHECK(members[0].value == "1.50");
    CHECK(members[1].value == R"({"x":[1, 2]})");
    CHECK(members[2].value == R"("\u0041")");
    CHECK(members[2].value.data() >= text.data());
    CHECK(members[2].value.data() < text.data() + text.size());
}

TEST_CASE("scan: duplicate keys are noted as they stand") {
    std::vector<Member> members;
    REQUIRE(json::scan(R"({"a":1,"a":2})", members).has_value());
    REQUIRE(members.size() == 2);
    CHECK(members[0].value == "1");
    CHECK(members[1].value == "2");
}

TEST_CASE("scan: the members of an earlier text are forgotten") {
    std::vector<Member> members;
    REQUIRE(json::scan(R"({"a":1,"b":2})", members).has_value());
    REQUIRE(json::scan("[1]", members).has_value());
    CHECK(members.empty());
}

TEST_CASE("scan: a root that is no object has a kind and no members") {
    const std::vector<std::pair<std::string, Kind>> roots = {
        {"[{\"a\":1}]", Kind::Array}, {"\"x\"", Kind::String}, {"-0.1e+5", Kind::Number},
        {"true", Kind::True},         {"false", Kind::False},  {"null", Kind::Null},
        {"{}", Kind::Object}};
    for (const auto& root_text : roots) {
        const std::string& text = root_text.first;
        const Kind kind = root_text.second;
        CAPTURE(text);
        std::vector<Member> members;
        const auto root = json::scan(text, members);
        REQUIRE(root.has_value());
        CHECK(root->kind == kind);
        CHECK(root->value == text);
        CHECK(members.empty());
    }
}

TEST_CASE("scan: what follows the first value is not looked at") {
    for (const char* text : {"{} x", "{}{", "1 2", "null\xFF", "[]]", "truely", "01"}) {
        CAPTURE(text);
        CHECK(accepts(text));
    }
}

TEST_CASE("scan: numbers are those of RFC 8259 and of no other language") {
    for (const char* good : {"[0]", "[-0]", "[10]", "[1.0]", "[1e5]", "[1E+5]", "[1.25e-7]",
                             "[123456789012345678901234567890]", "[1e400]"}) {
        CAPTURE(good);
        CHECK(accepts(good));
    }
    for (const char* bad :
         {"[01]", "[-]", "[+1]", "[.5]", "[1.]", "[1e]", "[1e+]", "[0x1]", "[1_0]", "[NaN]",
          "[Infinity]", "[-Infinity]", "[1.e5]", "[--1]", "-"}) {
        CAPTURE(bad);
        CHECK_FALSE(accepts(bad));
    }
}

TEST_CASE("scan: structure that is not quite JSON is refused") {
    for (const char* bad : {"",           "  \n",
                            "{",          "[",
                            "{\"a\"",     "{\"a\":",
                            "{\"a\":1",   "{\"a\":1,",
                            "{\"a\":1,}", "[1,]",
                            "[,1]",       "[1 2]",
                            "{\"a\" 1}",  "{\"a\":1 \"b\":2}",
                            "{a:1}",      "{'a':1}",
                            "{1:2}",      "[1}",
                            "{\"a\":1]",  "[tru]",
                            "[nul",       "[True]",
                            "// x\n[]",   "[/* x */]",
                            "{\"a\":}",   "{,}",
                            "}",          "]",
                            ":",          ",",
                            "[[[1]]",     "{\"a\":{\"b\":1}"}) {
        CAPTURE(bad);
        CHECK_FALSE(accepts(bad));
    }
}

TEST_CASE("scan: escapes are those of RFC 8259") {
    CHECK(accepts(R"(["\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00"])"));
    for (const char* bad : {R"(["\a"])", R"(["\x41"])", R"(["\u12"])", R"(["\u12G4"])", R"(["\)",
                            R"(["\u)", R"(["\u123)", R"(["\U0041"])", R"(["\'"])"}) {
        CAPTURE(bad);
        CHECK_FALSE(accepts(bad));
    }
}

TEST_CASE("scan: the escape of a lone surrogate is JSON, and passes as it stands") {
    for (const char* odd :
         {R"({"\uD800":1})", R"({"a":"\uDC00"})", R"(["\uD800\n"])", R"(["\uD800\u0041"])"}) {
        CAPTURE(odd);
        CHECK(accepts(odd));
    }
    CHECK_FALSE(accepts(R"(["\uD83D)"));
}

TEST_CASE("scan: control characters have to be escaped") {
    for (int c = 0; c < 0x20; ++c) {
        CAPTURE(c);
        CHECK_FALSE(accepts(std::string("[\"") + static_cast<char>(c) + "\"]"));
        CHECK_FALSE(accepts(std::string("[\"0123456789abcdef0123456789abcdef") +
                            static_cast<char>(c) + "0123456789abcdef\"]"));
    }
    CHECK(accepts("[\"\x7F\"]"));
}

TEST_CASE("scan: UTF-8 is checked to the letter") {
    for (const char* good : {"[\"\xC3\xA9\"]", "[\"\xE2\x82\xAC\"]", "[\"\xF0\x9F\x98\x80\"]",
                             "[\"\xF4\x8F\xBF\xBF\"]", "[\"\xEF\xBB\xBF\"]", "{\"\xC3\xA9\":1}",
                             "[\"\xED\x9F\xBF \xEE\x80\x80, \xE0\xA0\x80\"]"}) {
        CAPTURE(good);
        CHECK(accepts(good));
    }
    for (const char* bad :
         {"[\"\x80\"]", "[\"\xC3\"]", "[\"\xC0\xAF\"]", "[\"\xC1\xBF\"]", "[\"\xE0\x9F\xBF\"]",
          "[\"\xE2\x82\"]", "[\"\xED\xA0\x80\"]", "[\"\xF0\x8F\xBF\xBF\"]",
          "[\"\xF4\x90\x80\x80\"]", "[\"\xF5\x80\x80\x80\"]", "[\"\xFF\"]", "[\"\xE2\x82",
          "[\"\xF0\x9F\x98", "{\"\xE9\":1}"}) {
        CAPTURE(bad);
        CHECK_FALSE(accepts(bad));
    }
}

TEST_CASE("scan: a byte order mark is refused") {
    CHECK_FALSE(accepts("\xEF\xBB\xBF{}"));
    CHECK(complaint("\xEF\xBB\xBF{}") == "byte 0: expected a value, found byte 0xEF");
}

TEST_CASE("scan: strings of every length around the width of a vector are checked to their end") {
    for (std::size_t size = 0; size < 70; ++size) {
        CAPTURE(size);
        const std::string body(size, 'x');
        CHECK(accepts("[\"" + body + "\"]"));
        CHECK(accepts("{\"" + body + "\":\"" + body + "\\n\"}"));
        CHECK_FALSE(accepts("[\"" + body));
        CHECK_FALSE(accepts("[\"" + body + "\x01\"]"));
        CHECK_FALSE(accepts("[\"" + body + "\xFF\"]"));
        CHECK_FALSE(accepts("[\"" + body + "\\q\"]"));
    }
}

TEST_CASE("scan: nesting down to the limit is accepted, one level more is refused") {
    const std::size_t most = json::kDepthMax;
    CHECK(accepts(repeated("[", most) + repeated("]", most)));
    CHECK(accepts(repeated("{\"a\":", most) + "1" + repeated("}", most)));
    CHECK(complaint(repeated("[", most + 1) + repeated("]", most + 1)) ==
          "byte 10000: nested too deeply (the limit is 10000 levels), found '['");
    CHECK(complaint("{\"a\":" + repeated("[", most) + repeated("]", most) + "}")
              .find("nested too deeply") != std::string::npos);
    CHECK_FALSE(accepts(repeated("[", 1000000)));
}

TEST_CASE("scan: a failure says where, what was expected and what was found") {
    CHECK(complaint("") == "byte 0: expected a value, found the end of the text");
    CHECK(complaint("{\"a\" 1}") == "byte 5: expected ':' after a key, found '1'");
    CHECK(complaint("{\"a\":1;") == "byte 6: expected ',' or '}' after a member, found ';'");
    CHECK(complaint("{\"a\":[1;") == "byte 7: expected ',' or ']' after an element, found ';'");
    CHECK(complaint("{'a'") == "byte 1: expected a key in double quotes, found '''");
    CHECK(complaint("[\"a") ==
          "byte 3: expected the closing '\"' of a string, found the end of the text");
    CHECK(complaint("[\"\xFF") == "byte 2: expected valid UTF-8, found byte 0xFF");
}

TEST_CASE("scan: damage in any byte of a text is judged as RapidJSON judges it") {
    const std::string text =
        "{\"id\":42,\"n\\u00e4me\":\"Ada \xC3\xA9 "
        "L\\uD83D\\uDE00\",\"t\":[true,false,null,-1.5e+3,[],{}],"
        "\"o\":{\"x\":{\"y\":\"\\\"}]\"}},\"long\":\"0123456789abcdefghijklmnopqrstuvwxyz\"}";
    REQUIRE(json::testing::disagreement(text) == "");
    for (std::size_t at = 0; at < text.size(); ++at) {
        CHECK(json::testing::disagreement(text.substr(0, at)) == "");
        CHECK(json::testing::disagreement(text.substr(at)) == "");
        for (const char byte : std::string_view("\0\n \"\\{}[]:,0-eu\x80\xC3\xFF", 18)) {
            std::string damaged = text;
            damaged[at] = byte;
            CAPTURE(damaged);
            CHECK(json::testing::disagreement(damaged) == "");
            damaged = text;
            damaged.insert(at, 1, byte);
            CHECK(json::testing::disagreement(damaged) == "");
        }
    }
}
