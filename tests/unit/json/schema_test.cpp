#include <doctest/doctest.h>

#include <string>

#include <aggregator/json/schema.hpp>

using namespace aggregator::json;

namespace {

Shown all(const Node&) { return Shown::Whole; }

/// The first violation as `pointer keyword schema`; empty if there is none.
std::string violation(const std::string& schema, const std::string& text,
                      const Schema::Show& show = all) {
    const auto compiled = Schema::compile(schema);
    REQUIRE(compiled.has_value());
    const auto document = Document::parse(text);
    REQUIRE(document.has_value());
    const auto found = compiled->check(*document, document->root(), show);
    return found ? document->pointer(*found->node) + ' ' + found->keyword + ' ' + found->schema
                 : std::string();
}

const std::string kClosed =
    R"({"properties": {"a": {"type": "integer"}, "b": {"$ref": "#/definitions/word"}},
        "patternProperties": {"^#": {}}, "additionalProperties": false,
        "definitions": {"word": {"type": "string", "pattern": "^(x|µ+)?$"}}})";

}  // namespace

TEST_CASE("schema: a value that keeps to it has no violation") {
    CHECK(violation(kClosed, R"({"a": 1, "b": "µµ", "#c": {"d": 1}})").empty());
    CHECK(violation(kClosed, R"({"b": ""})").empty());
    CHECK(violation("{}", "[1, null, {}]").empty());
}

TEST_CASE("schema: the first violation is told with its place, its keyword and its schema") {
    CHECK(violation(kClosed, R"({"a": "1", "b": 1})") == "/a type /properties/a");
    CHECK(violation(kClosed, R"({"b": "xx"})") == "/b pattern /definitions/word");
    CHECK(violation(R"({"required": ["a"]})", "{}") == " required ");
    CHECK(violation(R"({"items": {"enum": [1, "2"]}})", R"([1, "2", 2])") == "/2 enum /items");
}

TEST_CASE("schema: a key that may not stand there is the place, whatever stood before it") {
    const std::string wrong = " additionalProperties /additionalProperties";
    CHECK(violation(kClosed, R"({"c": 1})") == "/c" + wrong);
    CHECK(violation(kClosed, R"({"a": 1, "#": [], "c": {"d": 1}})") == "/c" + wrong);
    CHECK(violation(R"({"properties": {"not": {"not": {}}}})", R"({"not": 1})") ==
          "/not not /properties/not");
}

TEST_CASE("schema: only digits make a whole number, of 64 bits") {
    for (const char* whole : {"0", "-1", "9223372036854775807", "18446744073709551615"}) {
        CAPTURE(whole);
        CHECK(violation(R"({"type": "integer"})", whole).empty());
    }
    for (const char* real : {"-0", "1.0", "1e3", "18446744073709551616", "-9223372036854775809"}) {
        CAPTURE(real);
        CHECK(violation(R"({"type": "number"})", real).empty());
        CHECK(violation(R"({"type": "integer"})", real) == " type ");
    }
}

TEST_CASE("schema: numbers that are too large for any type are compared") {
    const std::string limits = R"({"minimum": -5, "maximum": 5})";
    for (const char* large : {"1e30", "1e400", "5.1"}) {
        CAPTURE(large);
        CHECK(violation(limits, large) == " maximum ");
    }
    for (const char* small : {"-1e30", "-1e400", "-6"}) {
        CAPTURE(small);
        CHECK(violation(limits, small) == " minimum ");
    }
    CHECK(violation(limits, "1e-400").empty());
    CHECK(violation(R"({"enum": [1]})", "1e300") == " enum ");
}

TEST_CASE("schema: what is hidden is not there, what is hollow is empty") {
    const std::string schema = R"({"required": ["a"], "items": {"required": ["b"]},
                                   "properties": {"a": {"required": ["b"]}}})";
    const auto show = [](Shown shown) {
        return
            [shown](const Node& node) { return node.kind == Kind::Object ? shown : Shown::Whole; };
    };
    CHECK(violation(schema, R"({"a": {"b": 1}})", show(Shown::Whole)).empty());
    CHECK(violation(schema, R"({"a": {"b": 1}})", show(Shown::Hollow)) ==
          "/a required /properties/a");
    CHECK(violation(schema, R"({"a": {"b": 1}})", show(Shown::Hidden)) == " required ");
    CHECK(violation(schema, R"([{"c": 1}])", show(Shown::Hidden)).empty());
}

TEST_CASE("schema: it is held against one value after the other") {
    const auto schema = Schema::compile(kClosed);
    const auto document = Document::parse(R"([{"a": ""}, {"a": 1}, {"b": 1}])");
    const auto valid = [&](std::size_t i) {
        const Node& value = document->at(document->root().elements.at(i));
        return !schema->check(*document, value, all).has_value();
    };
    CHECK(!valid(0));
    CHECK(valid(1));
    CHECK(!valid(2));
    CHECK(valid(1));
}

TEST_CASE("schema: what is no JSON object is none") {
    for (const char* text : {"", "{", "[]", "1", R"({"type": "string"} x)"}) {
        CAPTURE(text);
        CHECK(!Schema::compile(text).has_value());
    }
}
