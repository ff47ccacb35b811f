#include "engine/decode.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace aggregator;
using base::Code;
using config::Encoding;

namespace {

plan::Backend backend(Encoding encoding, bool is_collection = false) {
    plan::Backend made;
    made.encoding = encoding;
    made.is_collection = is_collection;
    return made;
}

// The part as text, `null`, or the name of the failure.
std::string decoded(std::string_view body, const plan::Backend& by) {
    engine::Part part;
    engine::Arena arena;
    const auto result = engine::decode(by, body, part, arena);
    if (!result) {
        return std::string(base::row(result.error().code).name);
    }
    if (part.null) {
        return "null";
    }
    std::string text;
    engine::append_object(text, part.members);
    return text;
}

}  // namespace

TEST_CASE("json: an object or null is accepted") {
    CHECK(decoded(R"({"a":[1]})", backend(Encoding::Json)) == R"({"a":[1]})");
    CHECK(decoded("{}", backend(Encoding::Json)) == "{}");
    CHECK(decoded(" null ", backend(Encoding::Json)) == "null");
    CHECK(decoded(R"({"a":1} trailing)", backend(Encoding::Json)) == R"({"a":1})");
}

TEST_CASE("json: another root is of the wrong shape") {
    for (const std::string_view body : {"[1]", "5", "\"x\"", "true", "false"}) {
        CAPTURE(body);
        CHECK(decoded(body, backend(Encoding::Json)) == "wrong_shape");
    }
}

TEST_CASE("json: a wrong shape is told with what was seen and what was expected") {
    engine::Part part;
    engine::Arena arena;
    const auto result = engine::decode(backend(Encoding::Json), "[1]", part, arena);
    REQUIRE_FALSE(result);
    CHECK(result.error().detail ==
          "the answer is an array, expected an object (is_collection is false)");
}

TEST_CASE("json: what is not JSON is refused") {
    for (const std::string_view body : {"", "{", "\xEF\xBB\xBF{}", "{'a':1}", "oops"}) {
        CAPTURE(body);
        CHECK(decoded(body, backend(Encoding::Json)) == "bad_json");
    }
}

TEST_CASE("json: a collection is wrapped") {
    CHECK(decoded("[1, 2]", backend(Encoding::Json, true)) == R"({"collection":[1, 2]})");
    CHECK(decoded("null", backend(Encoding::Json, true)) == R"({"collection":null})");
    CHECK(decoded(R"({"a":1})", backend(Encoding::Json, true)) == "wrong_shape");
    CHECK(decoded("7", backend(Encoding::Json, true)) == "wrong_shape");
}

TEST_CASE("safejson: any root is accepted, whatever is_collection says") {
    for (const bool is_collection : {false, true}) {
        const auto safe = backend(Encoding::SafeJson, is_collection);
        CHECK(decoded(R"({"a":1})", safe) == R"({"a":1})");
        CHECK(decoded("[1]", safe) == R"({"collection":[1]})");
        CHECK(decoded("\"x\"", safe) == R"({"content":"x"})");
        CHECK(decoded("null", safe) == R"({"content":null})");
        CHECK(decoded("", safe) == "bad_json");
    }
}

TEST_CASE("string: the body is a JSON string at the key content") {
    CHECK(decoded("a \"b\"\n", backend(Encoding::String)) == R"({"content":"a \"b\"\n"})");
    CHECK(decoded("", backend(Encoding::String)) == R"({"content":""})");
    CHECK(decoded("x", backend(Encoding::String, true)) == R"({"content":"x"})");
}

TEST_CASE("no-op: the body adds nothing and is not looked at") {
    CHECK(decoded("not json", backend(Encoding::NoOp)) == "{}");
}
