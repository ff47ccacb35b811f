#include "engine/merge.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace aggregator;
using engine::Members;
using engine::Part;
using plan::Output;

namespace {

// The parts' objects, merged and rendered.
std::string merged(const std::vector<std::string>& objects, Output output = Output::Json) {
    std::vector<Part> parts(objects.size());
    for (std::size_t i = 0; i < objects.size(); ++i) {
        REQUIRE(json::scan(objects[i], parts[i].members));
    }
    Members root;
    engine::merge(parts, root);
    std::string text;
    engine::render(output, root, text);
    return text;
}

}  // namespace

TEST_CASE("merge: keys stand in the backends' own order, backends in theirs") {
    CHECK(merged({R"({"z":1,"a":2})", R"({"m":3})"}) == R"({"z":1,"a":2,"m":3})");
}

TEST_CASE("merge: the later backend wins a root key, which keeps its first place") {
    CHECK(merged({R"({"id":1,"tags":["a"]})", R"({"id":2,"tags":["b"],"x":null})"}) ==
          R"({"id":2,"tags":["b"],"x":null})");
    CHECK(merged({R"({"a":1,"b":1})", R"({"c":2})", R"({"b":3,"d":3})"}) ==
          R"({"a":1,"b":3,"c":2,"d":3})");
}

TEST_CASE("merge: values are replaced, never merged or concatenated") {
    CHECK(merged({R"({"g":{"x":1}})", R"({"g":{"y":2}})"}) == R"({"g":{"y":2}})");
    CHECK(merged({R"({"collection":[1]})", R"({"collection":[2]})"}) == R"({"collection":[2]})");
}

TEST_CASE("merge: an empty part adds nothing") {
    CHECK(merged({"{}", R"({"a":1})", "null"}) == R"({"a":1})");
    CHECK(merged({"null", "{}"}) == "{}");
}

TEST_CASE("merge: of duplicates within one answer the last wins") {
    CHECK(merged({R"({"a":1,"a":2})", R"({"b":1})"}) == R"({"a":2,"b":1})");
}

TEST_CASE("merge: keys clash however they are escaped") {
    CHECK(merged({R"({"\u0061":1})", R"({"a":2})"}) == R"({"\u0061":2})");
}

TEST_CASE("merge: many keys clash as few do") {
    std::string first = "{";
    std::string second = "{";
    std::string expected = "{";
    for (int i = 0; i < 50; ++i) {
        const std::string comma = i > 0 ? "," : "";
        const std::string name = "\"key" + std::to_string(i) + "\":";
        first += comma + name + "1";
        second += comma + name + "2";
        expected += comma + name + "2";
    }
    CHECK(merged({first + "}", second + "}"}) == expected + "}");
}

TEST_CASE("render: json-collection is the value at the key collection") {
    CHECK(merged({R"({"collection":[1,2]})"}, Output::JsonCollection) == "[1,2]");
    CHECK(merged({R"({"collection":null,"x":1})"}, Output::JsonCollection) == "null");
    CHECK(merged({R"({"collection":{"a":1}})"}, Output::JsonCollection) == R"({"a":1})");
    CHECK(merged({R"({"xs":[1]})"}, Output::JsonCollection) == "[]");
    CHECK(merged({R"({"collection":[1]})", R"({"collection":[2]})"}, Output::JsonCollection) ==
          "[2]");
}

TEST_CASE("render: string is the text at the key content") {
    CHECK(merged({R"({"content":"h\u00e9 \"x\"\n"})"}, Output::String) == "h\xC3\xA9 \"x\"\n");
    CHECK(merged({R"({"content":5})"}, Output::String).empty());
    CHECK(merged({R"({"other":"x"})"}, Output::String).empty());
}
