#include "engine/flatmap_elements.hpp"

#include <random>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "engine/decode.hpp"
#include "engine/flatmap.hpp"
#include "plan/flatmap.hpp"
#include "support/operations.hpp"
#include "support/plenty.hpp"

using namespace aggregator;

namespace {

using testing::del;
using testing::move;
using Kind = config::FlatmapConfig::Kind;
using Operations = std::vector<config::FlatmapConfig>;

std::string applied(const plan::Flatmap& flatmap, const std::string& answer) {
    engine::Part part;
    testing::Plenty plenty;
    engine::Flattener flattener;
    REQUIRE(engine::decode(plan::Backend{}, answer, part, plenty.resources));
    REQUIRE(flattener.apply(flatmap, part, plenty.resources));
    std::string text;
    engine::append_object(text, part.members);
    return part.null ? "null" : text;
}

/// The same operations, all of them run on a tree.
plan::Flatmap on_a_tree(plan::Flatmap flatmap) {
    for (plan::FlatmapOperation& operation : flatmap) {
        operation.list_depth = 0;
    }
    return flatmap;
}

/// A value with few different names, so that paths often lead somewhere.
std::string any_value(std::mt19937& random, int depth) {
    static const char* const kLeaves[] = {"1", "\"t\"", "null", "{}", "[]", "[ 7 ]"};
    static const char* const kNames[] = {"a", "b", "c", "\\u0061", "l", ""};
    const auto kind = depth == 0 ? 0 : random() % 4;
    if (kind == 0) {
        return kLeaves[random() % std::size(kLeaves)];
    }
    std::string out(1, kind == 1 ? '[' : '{');
    const auto count = random() % 5;
    for (std::size_t i = 0; i < count; ++i) {
        out += i == 0 ? "" : random() % 4 == 0 ? " , " : ",";
        if (kind != 1) {
            out += std::string("\"") + kNames[random() % std::size(kNames)] + "\":";
            out += random() % 4 == 0 ? " " : "";
        }
        out += any_value(random, depth - 1);
    }
    return out + (kind == 1 ? ']' : '}');
}

std::string any_path(std::mt19937& random, bool in_list) {
    static const char* const kSegments[] = {"a", "b", "c", "d", ""};
    std::string path = random() % 3 == 0 ? "l.b" : "l";
    path += in_list || random() % 2 == 0 ? ".*" : "";
    const auto below = 1 + random() % 3;
    for (std::size_t i = 0; i < below; ++i) {
        path += std::string(".") + kSegments[random() % std::size(kSegments)];
    }
    return path;
}

Operations any_operations(std::mt19937& random) {
    Operations operations;
    const auto count = 1 + random() % 4;
    for (std::size_t i = 0; i < count; ++i) {
        const bool in_list = random() % 4 != 0;
        if (random() % 3 == 0) {
            operations.push_back(del({any_path(random, in_list), any_path(random, in_list)}));
        } else {
            operations.push_back(move(any_path(random, in_list), any_path(random, in_list)));
        }
    }
    return operations;
}

}  // namespace

TEST_CASE("flatmap of each element: what changes an element by itself is known by its paths") {
    const auto depth = [](const config::FlatmapConfig& one) {
        return plan::compile_flatmap({one}).front().list_depth;
    };
    CHECK(depth(move("l.*.a.b", "l.*.c")) == 2);
    CHECK(depth(move("x.l.*.a", "x.l.*.c")) == 3);
    CHECK(depth(move("l.*.a.b", "l.*.a.c")) == 2);
    CHECK(depth(del({"l.*.a", "l.*.b.c"})) == 2);
    // Another list, the root's members, a wildcard more, the element itself.
    CHECK(depth(del({"l.*.a", "m.*.a"})) == 0);
    CHECK(depth(move("l.*.a", "m.*.a")) == 0);
    CHECK(depth(del({"*.a"})) == 0);
    CHECK(depth(del({"l.*.*.a"})) == 0);
    CHECK(depth(del({"l.*"})) == 0);
    // Elements by their numbers, and what is made on the way.
    CHECK(depth(del({"l.*.0"})) == 0);
    CHECK(depth(del({"l.0.*.a"})) == 0);
    CHECK(depth(move("l.*.a", "l.*.b.c")) == 0);
    CHECK(depth(move("l.*.a.b.c", "l.*.a.d")) == 0);
    CHECK(depth(move("l.*.a.b", "l.c")) == 0);
    CHECK(depth({Kind::Append, {"l.*.a", "l.*.b"}}) == 0);
    // A name that is written otherwise in JSON.
    CHECK(depth(move("l.*.a", "l.*.\"")) == 0);
}

TEST_CASE("flatmap of each element: its answers are those of the tree, byte for byte") {
    std::mt19937 random(20);  // NOLINT(cert-msc51-cpp): the same cases each time
    int changed = 0;
    int edited = 0;
    for (int round = 0; round < 4000; ++round) {
        const std::string list = any_value(random, 5);
        const std::string answer = R"({"l":)" + list + R"(,"z":1})";
        const plan::Flatmap flatmap = plan::compile_flatmap(any_operations(random));
        CAPTURE(answer);
        const std::string expected = applied(on_a_tree(flatmap), answer);
        REQUIRE(applied(flatmap, answer) == expected);
        changed += expected == applied({}, answer) ? 0 : 1;
        edited += flatmap.front().list_depth > 0 ? 1 : 0;
    }
    CHECK(changed > 400);
    CHECK(edited > 1000);
}

TEST_CASE("flatmap of each element: more elements than a tree may have nodes are no failure") {
    std::string many = R"({"l":[{"a":0})";
    for (std::size_t i = 0; i < engine::FlatmapTree::kNodesMax; ++i) {
        many += ",0";
    }
    const std::string expected = many;
    const std::string shown = applied(plan::compile_flatmap({move("l.*.a", "l.*.b")}), many + "]}");
    CHECK(shown ==
          R"({"l":[{"b":0})" + expected.substr(std::string(R"({"l":[{"a":0})").size()) + "]}");
}

TEST_CASE("flatmap of each element: work that is too much is given up") {
    std::string answer = R"({"l":[{"a":1})";
    for (int i = 0; i < 2000; ++i) {
        answer += R"(,{"a":1,"b":2})";
    }
    answer += "]}";
    const plan::Flatmap flatmap = plan::compile_flatmap({move("l.*.a", "l.*.c")});
    engine::Part part;
    testing::Plenty plenty;
    engine::Flattener flattener;
    REQUIRE(engine::decode(plan::Backend{}, answer, part, plenty.resources));
    engine::WorkBudget enough(1'000'000);
    REQUIRE(flattener.apply(flatmap, part, {plenty.arena, enough}));
    const std::uint64_t needed = 1'000'000 - enough.left();
    for (const std::uint64_t little : {std::uint64_t{100}, needed / 2, needed - 1}) {
        REQUIRE(engine::decode(plan::Backend{}, answer, part, plenty.resources));
        engine::WorkBudget budget(little);
        const auto given_up = flattener.apply(flatmap, part, {plenty.arena, budget});
        REQUIRE_FALSE(given_up);
        CHECK(given_up.error().code == base::Code::AnswerTooCostly);
    }
}
