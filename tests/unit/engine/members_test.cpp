#include "engine/members.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace aggregator;
using engine::Arena;
using engine::Members;

namespace {

std::string after_keep_last(const std::string& object) {
    Members members;
    REQUIRE(json::scan(object, members));
    engine::keep_last(members);
    std::string text;
    engine::append_object(text, members);
    return text;
}

}  // namespace

TEST_CASE("members: the last of a name wins and stands where the first stood") {
    CHECK(after_keep_last(R"({"a":1,"b":2,"a":3})") == R"({"a":3,"b":2})");
    CHECK(after_keep_last(R"({"a":1,"a":2,"a":3})") == R"({"a":3})");
    CHECK(after_keep_last("{}") == "{}");
    CHECK(after_keep_last(R"({"":1,"":2})") == R"({"":2})");
}

TEST_CASE("members: names of the same length, first and last letter are told apart") {
    CHECK(after_keep_last(R"({"abcd":1,"axyd":2,"abcd":3})") == R"({"abcd":3,"axyd":2})");
}

TEST_CASE("members: an escaped name is the same as its plain spelling") {
    CHECK(after_keep_last(R"({"a":1,"\u0061":2})") == R"({"a":2})");
    CHECK(after_keep_last(R"({"\u0061":1,"b":0,"a":2})") == R"({"\u0061":2,"b":0})");
    CHECK(after_keep_last(R"({"\/":1,"/":2,"\u002f":3})") == R"({"\/":3})");
}

TEST_CASE("members: the rule is the same for many names as for few") {
    std::string object = "{";
    std::string expected = "{";
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < 100; ++i) {
            const std::string name = "\"k" + std::to_string(i) + "\":";
            object += (object.size() > 1 ? "," : "") + name + std::to_string(round * 1000 + i);
            if (round == 1) {
                expected += (i > 0 ? "," : "") + name + std::to_string(1000 + i);
            }
        }
    }
    CHECK(after_keep_last(object + "}") == expected + "}");
}

TEST_CASE("members: object_size is what append_object writes") {
    const std::string object = R"({"a":1,"bb":[1,2],"":"x"})";
    for (std::size_t count = 0; count <= 3; ++count) {
        Members members;
        REQUIRE(json::scan(object, members));
        members.resize(count);
        std::string text = "before";
        engine::append_object(text, members);
        CHECK(text.size() == 6 + engine::object_size(members));
        Arena arena;
        CHECK(engine::write_object(members, arena) == text.substr(6));
    }
}

TEST_CASE("members: what was kept outlives the text it came from") {
    std::string object = R"({"name":"value","":2,"list":[1,2,3]})";
    Members members;
    REQUIRE(json::scan(object, members));
    Arena arena;
    engine::keep(members, arena);
    object.assign(object.size(), '#');
    std::string text;
    engine::append_object(text, members);
    CHECK(text == R"({"name":"value","":2,"list":[1,2,3]})");
}

TEST_CASE("arena: what was taken stays where it is while more is taken") {
    Arena arena;
    std::vector<std::string_view> kept;
    for (std::size_t i = 0; i < 1000; ++i) {
        kept.push_back(arena.keep(std::string(i, static_cast<char>('a' + i % 26))));
    }
    for (std::size_t i = 0; i < kept.size(); ++i) {
        CHECK(kept[i] == std::string(i, static_cast<char>('a' + i % 26)));
    }
}

TEST_CASE("arena: after clear the first block is used again") {
    Arena arena;
    const char* const first = arena.take(100);
    const char* const big = arena.take(100000);
    CHECK(big != nullptr);
    arena.clear();
    CHECK(arena.take(100) == first);
}
