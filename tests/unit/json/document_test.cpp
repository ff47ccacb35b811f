#include <doctest/doctest.h>

#include <string>

#include <aggregator/json/document.hpp>

using namespace aggregator;
using json::Document;
using json::Kind;
using json::Node;

namespace {

Document parsed(std::string text) {
    auto document = Document::parse(std::move(text));
    if (!document) {
        FAIL(document.error().message);
    }
    return *std::move(document);
}

json::SyntaxError refused(std::string text) {
    const auto document = Document::parse(std::move(text));
    REQUIRE_FALSE(document.has_value());
    return document.error();
}

const Node& find(const Document& document, std::string_view key) {
    const Node* const node = document.member(document.root(), key);
    REQUIRE(node != nullptr);
    return *node;
}

}  // namespace

TEST_CASE("document: every value knows its bytes in the text") {
    const std::string text = "{ \"a\": [1, \"x\\n\"], /* c */ \"b\": -2.50 }";
    const Document document = parsed(text);
    const Node& a = find(document, "a");
    CHECK(text.substr(a.offset, a.size) == "[1, \"x\\n\"]");
    REQUIRE(a.elements.size() == 2);
    const Node& string = document.at(a.elements[1]);
    CHECK(string.kind == Kind::String);
    CHECK(string.text == "x\n");
    CHECK(text.substr(string.offset, string.size) == "\"x\\n\"");
    const Node& b = find(document, "b");
    CHECK(b.text == "-2.50");
    CHECK(text.substr(b.offset, b.size) == "-2.50");
    CHECK(text[document.root().members[1].key_offset] == '"');
    CHECK(text.substr(document.root().members[1].key_offset, 3) == "\"b\"");
    CHECK(document.root().size == text.size());
}

TEST_CASE("document: keys are unescaped, duplicates are kept and the last one wins") {
    const Document document = parsed(R"({"\u0061":1,"a":2})");
    CHECK(document.root().members.size() == 2);
    CHECK(find(document, "a").text == "2");
    CHECK(document.member(document.root(), "b") == nullptr);
}

TEST_CASE("document: a pointer names every value") {
    const Document document = parsed(R"({"a":[{"x":1},{"y/z":[0,{"~":null}]}],"b":2})");
    const Node& second = document.at(find(document, "a").elements[1]);
    const Node& list = *document.member(second, "y/z");
    const Node& tilde = *document.member(document.at(list.elements[1]), "~");
    CHECK(document.pointer(document.root()).empty());
    CHECK(document.pointer(second) == "/a/1");
    CHECK(document.pointer(tilde) == "/a/1/y~1z/1/~0");
    CHECK(document.pointer(find(document, "b")) == "/b");
}

TEST_CASE("document: positions count lines from 1 and columns in characters") {
    const std::string text = "{\n  \"\xC3\xA9\xF0\x9F\x98\x80\": 1,\r\n\"b\": 2}";
    const Document document = parsed(text);
    const auto one = document.position(text.find('1'));
    CHECK(one.line == 2);
    CHECK(one.column == 9);
    const auto two = document.position(text.find('2'));
    CHECK(two.line == 3);
    CHECK(two.column == 6);
    const auto end = document.position(text.size() + 100);
    CHECK(end.line == 3);
    CHECK(end.column == 8);
    CHECK(json::position_in(text, text.find('1')).column == 9);
    CHECK(json::position_in(text, text.find('2')).line == 3);
    CHECK(json::position_in(text, 100000).column == 8);
}

TEST_CASE("document: a position far into one long line is as exact as a near one") {
    std::string text = "[";
    for (int i = 0; i < 5000; ++i) {
        text += "\"\xC3\xA9\",";
    }
    text += "7]";
    const Document document = parsed(text);
    const auto place = document.position(text.find('7'));
    CHECK(place.line == 1);
    CHECK(place.column == 1 + 5000 * 4 + 1);
    for (const std::size_t offset : {4095u, 4096u, 4097u, 8192u}) {
        CHECK(document.position(offset).column == json::position_in(text, offset).column);
    }
}

TEST_CASE("document: comments and trailing commas are accepted and the first of each is noted") {
    const std::string text = "// top\n{\"a\": [1, 2, /* x */ ], \"b\": {\"c\": 1,}, } // end";
    const Document document = parsed(text);
    REQUIRE(document.leniencies().size() == 2);
    CHECK(document.leniencies()[0].comment);
    CHECK(document.leniencies()[0].offset == 0);
    CHECK_FALSE(document.leniencies()[1].comment);
    CHECK(document.leniencies()[1].offset == text.find(", /*"));
    CHECK(find(document, "a").elements.size() == 2);
    CHECK(parsed("{}").leniencies().empty());
}

TEST_CASE("document: what looks like a comment inside a string is text") {
    CHECK(find(parsed(R"({"u":"http://a/*b*/"})"), "u").text == "http://a/*b*/");
}

TEST_CASE("document: a syntax error says where and what was expected") {
    CHECK(refused("").message == "expected a value, found the end of the text");
    CHECK(refused("{\"a\": 1\n \"b\": 2}").offset == 9);
    CHECK(refused("{\"a\": 1\n \"b\": 2}").position.line == 2);
    CHECK(refused("{\"a\": 1\n \"b\": 2}").position.column == 2);
    CHECK(refused("{\"a\": 1\n \"b\": 2}").message ==
          "expected ',' or '}' after a member, found '\"'");
    CHECK(refused("[1 2]").message == "expected ',' or ']' after an element, found '2'");
    CHECK(refused("{a: 1}").message == "expected a key in double quotes, found 'a'");
    CHECK(refused("{\"a\" = 1}").message == "expected ':' after a key, found '='");
    CHECK(refused("{} {}").message ==
          "expected nothing more after the document's value, found '{'");
    CHECK(refused("[1,,2]").offset == 3);
    CHECK(refused("[,]").offset == 1);
    CHECK(refused("{\"a\": tru}").offset == 6);
    CHECK(refused("[1] / 2").message == "expected a value or a comment, found '/'");
    CHECK(refused("\xEF\xBB\xBF{}").message ==
          "expected UTF-8 without a byte order mark, found byte 0xEF");
}

TEST_CASE("document: a comment that never ends is told at its beginning") {
    CHECK(refused("{} /* x").offset == 3);
    CHECK(refused("{} /*/").message.find("'*/'") != std::string::npos);
}

TEST_CASE("document: binary junk and broken UTF-8 are refused where they begin") {
    CHECK(refused(std::string("\0\0\0", 3)).offset == 0);
    CHECK(refused("{\"a\": \"x\xFFy\"}").offset == 8);
    CHECK(refused("{\"\xED\xA0\x80\": 1}").offset == 2);
    CHECK(refused(std::string("[1") + '\0' + "]").offset == 2);
    CHECK(refused("\x7F"
                  "ELF\x02\x01")
              .offset == 0);
}

TEST_CASE("document: nesting has a limit") {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    CHECK(Document::parse(nested(Document::kNestingMax)).has_value());
    CHECK(refused(nested(Document::kNestingMax + 1)).offset == Document::kNestingMax);
    CHECK(refused(std::string(100000, '[')).offset == Document::kNestingMax);
    std::string objects;
    for (int i = 0; i < 100000; ++i) {
        objects += "{\"a\":";
    }
    CHECK(refused(objects).message.find("200 levels") != std::string::npos);
}

TEST_CASE("document: a text above the limit is refused unread") {
    CHECK(refused(std::string(Document::kBytesMax + 1, ' ')).message ==
          "expected at most 256 MiB of text");
}

TEST_CASE("document: the number of values has a limit") {
    std::string text = "[";
    for (std::size_t i = 0; i < Document::kNodesMax; ++i) {
        text += "1,";
    }
    CHECK(refused(text).message.find("4194304 values") != std::string::npos);
}

TEST_CASE("document: compact text has neither white space nor comments and keeps numbers") {
    const Document document = parsed(
        "{ \"a\" : [ 1.0 , 1e5, {} , [ ], ] , // x\n \"\\u00e9\": \"\\u0041\\n\", \"t\":true }");
    CHECK(document.compact(document.root()) ==
          "{\"a\":[1.0,1e5,{},[]],\"\xC3\xA9\":\"A\\n\",\"t\":true}");
    CHECK(document.compact(find(document, "t")) == "true");
}

TEST_CASE("document: a position leads back to its offset") {
    std::string text = "[\n \"\xC3\xA4\xE2\x82\xAC\", \"";
    for (int i = 0; i < 5000; ++i) {
        text += i % 2 == 0 ? "\xC3\xA4" : "b";
    }
    text += "\",\n\n1 ]";
    const auto document = Document::parse(text);
    REQUIRE(document);
    std::size_t passed = 0;
    for (std::size_t offset = 0; offset <= text.size(); ++offset) {
        const bool inside = offset < text.size() && (text[offset] & 0xC0) == 0x80;
        if (!inside) {
            passed += document->offset(document->position(offset)) == offset ? 1u : 0u;
        } else {
            ++passed;
        }
    }
    CHECK(passed == text.size() + 1);
    CHECK(document->offset({1, 100}) == 1);
    CHECK(document->offset({100, 1}) == text.size());
    CHECK(document->offset({0, 0}) == text.size());
}

TEST_CASE("document: a text that cannot be read is given back") {
    CHECK(refused("[1, 2").text == "[1, 2");
}
