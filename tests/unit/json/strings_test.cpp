#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <aggregator/json/spans.hpp>

using namespace aggregator;
using json::Member;

namespace {

std::string as_string(std::string_view text) {
    std::string out;
    json::append_string(out, text);
    return out;
}

}  // namespace

TEST_CASE("members_of: finds the members of a nested object as scan would") {
    const std::string text =
        R"({ "a" : "x\"}" ,"b":[{"c":"]"},2], "d":{"e":{}} , "f":-1.5e3 ,"\u0067":null})";
    std::vector<Member> members;
    json::members_of(text, members);
    REQUIRE(members.size() == 5);
    CHECK(members[0].value == R"("x\"}")");
    CHECK(members[1].value == R"([{"c":"]"},2])");
    CHECK(members[2].value == R"({"e":{}})");
    CHECK(members[3].value == "-1.5e3");
    CHECK(members[4].value == "null");
    CHECK(members[4].escaped);
    CHECK_FALSE(members[0].escaped);
}

TEST_CASE("members_of: an empty object has none") {
    std::vector<Member> members(3);
    json::members_of("{ \n }", members);
    CHECK(members.empty());
}

TEST_CASE("members_of: escapes and brackets in strings are seen wherever a block of bytes ends") {
    const std::string inner = R"(["\\","\"]}","\\\"[",{"{\u005d":"\\\\"},[[],{}]])";
    std::vector<json::Member> scanned;
    std::vector<json::Member> members;
    for (std::size_t pad = 0; pad < 200; ++pad) {
        const std::string value = "[\"" + std::string(pad, 'x') + "\"," + inner + "]";
        const std::string text = R"({"a":)" + value + R"(,"b":)" + inner + R"(,"c":1})";
        REQUIRE(json::scan(text, scanned));
        json::members_of(text, members);
        REQUIRE(members.size() == 3);
        CHECK(members[0].value == value);
        CHECK(members[1].value == inner);
        CHECK(members[2].value == scanned[2].value);
    }
}

TEST_CASE("elements_of: finds the values of an array, whatever stands in them and between them") {
    const std::string text = R"( [ 1,"a,]" ,[2,[3]] , {"x":[4],"y":"}"},null,-5e2 ,{}, [ ],true])";
    std::vector<std::string_view> elements;
    std::vector<json::Member> members;
    const auto root = json::scan(text, members);
    REQUIRE(root);
    json::elements_of(root->value, elements);
    CHECK(elements == std::vector<std::string_view>{"1", R"("a,]")", "[2,[3]]",
                                                    R"({"x":[4],"y":"}"})", "null", "-5e2", "{}",
                                                    "[ ]", "true"});
    json::elements_of("[false]", elements);
    CHECK(elements == std::vector<std::string_view>{"false"});
}

TEST_CASE("elements_of: an empty array has none") {
    std::vector<std::string_view> elements = {"x"};
    json::elements_of("[ \n ]", elements);
    CHECK(elements.empty());
}

TEST_CASE("unescape: every escape becomes its character") {
    CHECK(json::unescape("") == "");
    CHECK(json::unescape("plain") == "plain");
    CHECK(json::unescape(R"(\"\\\/\b\f\n\r\t)") == "\"\\/\b\f\n\r\t");
    CHECK(json::unescape(R"(a\u0041\u00e9\u20AC\uD83D\uDE00z)") ==
          "aA\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z");
    CHECK(json::unescape(R"(\u0000)") == std::string(1, '\0'));
}

TEST_CASE("unescape: a lone surrogate becomes U+FFFD") {
    CHECK(json::unescape(R"(\uD800)") == "\xEF\xBF\xBD");
    CHECK(json::unescape(R"(\uDC00x)") == "\xEF\xBF\xBDx");
    CHECK(json::unescape(R"(\uD800\uD83D\uDE00)") == "\xEF\xBF\xBD\xF0\x9F\x98\x80");
    CHECK(json::unescape(R"(\uD800\u0041)") == "\xEF\xBF\xBD\x41");
}

TEST_CASE("named: escapes in a key do not hide its name") {
    std::vector<Member> members;
    REQUIRE(json::scan(R"({"\u0061b":1,"ab":2,"a\\b":3})", members).has_value());
    CHECK(json::named(members[0], "ab"));
    CHECK_FALSE(json::named(members[0], "\\u0061b"));
    CHECK(json::named(members[1], "ab"));
    CHECK(json::named(members[2], "a\\b"));
    CHECK_FALSE(json::named(members[2], "a\\\\b"));
}

TEST_CASE("append_string: what must be escaped is escaped, the rest stays") {
    CHECK(as_string("") == "\"\"");
    CHECK(as_string("a\"b\\c/d") == R"("a\"b\\c/d")");
    CHECK(as_string("\b\f\n\r\t\x01\x1F\x7F") == "\"\\b\\f\\n\\r\\t\\u0001\\u001f\x7F\"");
    CHECK(as_string(std::string(1, '\0')) == R"("\u0000")");
    CHECK(as_string("\xC3\xA9\xF0\x9F\x98\x80") == "\"\xC3\xA9\xF0\x9F\x98\x80\"");
}

TEST_CASE("append_string: invalid UTF-8 becomes U+FFFD, byte by byte") {
    CHECK(as_string("a\xFFz") == "\"a\xEF\xBF\xBDz\"");
    CHECK(as_string("\xE2\x82") == "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
    CHECK(as_string("\xED\xA0\x80") == "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST_CASE("append_string: whatever goes in comes out of scan and unescape again") {
    std::string all;
    for (int point = 0; point < 0x80; ++point) {
        all += static_cast<char>(point);
    }
    all += "\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF";
    const std::string text = as_string(all);
    std::vector<Member> members;
    const auto root = json::scan(text, members);
    REQUIRE(root.has_value());
    CHECK(json::unescape(root->value.substr(1, root->value.size() - 2)) == all);
}

TEST_CASE("repair_utf8: each bad byte becomes U+FFFD, and good text is left alone") {
    using aggregator::json::repair_utf8;
    CHECK(!repair_utf8(""));
    CHECK(!repair_utf8("a\xC3\xA9z"));
    CHECK(repair_utf8("a\xFFz") == "a\xEF\xBF\xBDz");
    CHECK(repair_utf8("\xC3") == "\xEF\xBF\xBD");
    CHECK(repair_utf8("\xE2\x82\"") == "\xEF\xBF\xBD\xEF\xBF\xBD\"");
}
