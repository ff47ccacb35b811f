#include "engine/decode.hpp"
#include "support/plenty.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace aggregator;
using config::Encoding;

namespace {

plan::Backend backend(Encoding encoding) {
    plan::Backend made;
    made.encoding = encoding;
    return made;
}

plan::Backend collection(Encoding encoding) {
    plan::Backend made = backend(encoding);
    made.is_collection = true;
    return made;
}

// The part as text, `null`, or the name of the failure.
std::string decoded(std::string_view body, const plan::Backend& by) {
    engine::Part part;
    testing::Plenty plenty;
    const auto result = engine::decode(by, body, part, plenty.resources);
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
    testing::Plenty plenty;
    const auto result = engine::decode(backend(Encoding::Json), "[1]", part, plenty.resources);
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

TEST_CASE("json: bytes that are not UTF-8 become U+FFFD, and the answer is kept") {
    CHECK(decoded("{\"a\":\"\xFF\"}", backend(Encoding::Json)) == "{\"a\":\"\xEF\xBF\xBD\"}");
    CHECK(decoded("{\"a\":\xFF}", backend(Encoding::Json)) == "bad_json");
}

TEST_CASE("json: a collection is wrapped") {
    CHECK(decoded("[1, 2]", collection(Encoding::Json)) == R"({"collection":[1, 2]})");
    CHECK(decoded("null", collection(Encoding::Json)) == R"({"collection":null})");
    CHECK(decoded(R"({"a":1})", collection(Encoding::Json)) == "wrong_shape");
    CHECK(decoded("7", collection(Encoding::Json)) == "wrong_shape");
}

TEST_CASE("safejson: any root is accepted, whatever is_collection says") {
    for (const auto& safe : {backend(Encoding::SafeJson), collection(Encoding::SafeJson)}) {
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
    CHECK(decoded("x", collection(Encoding::String)) == R"({"content":"x"})");
}

TEST_CASE("no-op: the body adds nothing and is not looked at") {
    CHECK(decoded("not json", backend(Encoding::NoOp)) == "{}");
}
