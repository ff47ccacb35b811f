#include "engine/late_value.hpp"
#include "support/plenty.hpp"

#include <doctest/doctest.h>

#include <ostream>
#include <string>

using namespace aggregator;
using engine::Part;

namespace {

std::vector<Part> parts_of(const std::vector<std::string_view>& texts) {
    std::vector<Part> parts(texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        REQUIRE(json::scan(texts[i], parts[i].members));
    }
    return parts;
}

// The value at `path` of part `part`, or "-" if there is none.
std::string value_at(const std::vector<std::string_view>& texts, std::uint32_t part,
                     std::vector<std::string> path) {
    testing::Plenty plenty;
    const auto parts = parts_of(texts);
    const plan::LateValue wanted{.name = "X", .part = part, .path = std::move(path)};
    return std::string(engine::late_value(wanted, parts, plenty.resources).value_or("-"));
}

std::string text_of(const std::string& value) {
    const std::string object = R"({"v":)" + value + "}";
    return value_at({object}, 0, {"v"});
}

}  // namespace

TEST_CASE("late value: each kind of value has its text") {
    CHECK(text_of(R"("a\u00e9\n/")") == "a\u00e9\n/");
    CHECK(text_of("1.0") == "1.0");
    CHECK(text_of("1e3") == "1e3");
    CHECK(text_of("true") == "true");
    CHECK(text_of("null") == "null");
    CHECK(text_of(R"({ "k" : [ 1, 2 ], "s": "a b\" }" })") == R"({"k":[1,2],"s":"a b\" }"})");
}

TEST_CASE("late value: an array is its values with commas between them") {
    CHECK(text_of(R"([1, "two", null])") == "1,two,null");
    CHECK(text_of("[]").empty());
    CHECK(text_of(R"([1,[2,[3]],[]])") == "1,2,3,");
    CHECK(text_of(R"([ { "a" : 1 } , 2 ])") == R"({"a":1},2)");
    CHECK(text_of(std::string(9000, '[') + std::string(9000, ']')).empty());
}

TEST_CASE("late value: a path leads through objects") {
    CHECK(value_at({R"({"a":{"b":{"c":7}}})"}, 0, {"a", "b", "c"}) == "7");
    CHECK(value_at({R"({"a":{"b":1}})"}, 0, {"a", "x"}) == "-");
    CHECK(value_at({R"({"a":[{"b":1}]})"}, 0, {"a", "0"}) == "-");
}

TEST_CASE("late value: where the path breaks off its end is looked up in the last object") {
    CHECK(value_at({R"({"d":5})"}, 0, {"zzz", "d"}) == "5");
    CHECK(value_at({R"({"a":{"d":6},"d":5})"}, 0, {"a", "zzz", "d"}) == "6");
    CHECK(value_at({R"({"a":[1],"d":5})"}, 0, {"a", "d"}) == "5");
}

TEST_CASE("late value: the first part has what later parts added and replaced") {
    CHECK(value_at({R"({"a":1,"b":2})", R"({"b":3,"c":4})"}, 0, {"a"}) == "1");
    CHECK(value_at({R"({"a":1,"b":2})", R"({"b":3,"c":4})"}, 0, {"b"}) == "3");
    CHECK(value_at({R"({"a":1,"b":2})", R"({"b":3,"c":4})"}, 0, {"c"}) == "4");
    CHECK(value_at({R"({"a":1})", R"({"b":3})", R"({"c":4})"}, 1, {"c"}) == "-");
}

TEST_CASE("late values: what was found once stays, whatever the parts say later") {
    testing::Plenty plenty;
    engine::LateTexts known;
    const std::vector<plan::LateValue> wanted{{.name = "Resp0_a", .part = 0, .path = {"a"}},
                                              {.name = "Resp0_e", .part = 0, .path = {"e"}},
                                              {.name = "Resp0_x", .part = 0, .path = {"x"}}};
    const auto before = parts_of({R"({"a":1,"e":""})"});
    const auto first = engine::late_values(wanted, before, known, plenty.resources);
    const auto after = parts_of({R"({"a":1,"e":""})", R"({"a":2,"e":"now","x":9})"});
    const auto second = engine::late_values(wanted, after, known, plenty.resources);
    CHECK(first[0] == "1");
    CHECK((first[1].empty() && first[1].data() != nullptr));
    CHECK(first[2].data() == nullptr);
    CHECK(second[0] == "1");
    CHECK(second[1] == "now");
    CHECK(second[2] == "9");
}
