#include <doctest/doctest.h>

#include <string>

#include "format/tree.hpp"

using namespace aggregator;
using format::Tree;
using format::TreeValue;
using json::Kind;

TEST_CASE("tree: values stand in the order of the text, each with the end of what is below") {
    const std::string text = R"( { "a" : [ 1 , [ ] ,"x"] , "b":{"c":null}, "d" : true } )";
    const Tree tree(text);
    CHECK(tree.root().kind == Kind::Object);
    CHECK(tree.root().end == 8);
    CHECK(tree[1].key == "a");
    CHECK(tree[1].kind == Kind::Array);
    CHECK(tree[1].end == 5);
    CHECK(tree[2].text == "1");
    CHECK(tree[3].end == 4);
    CHECK(tree[4].text == "x");
    CHECK(tree[5].key == "b");
    CHECK(tree[6].kind == Kind::Null);
    CHECK(tree[6].text == "null");
    CHECK(tree[7].kind == Kind::True);
}

TEST_CASE("tree: a scalar is a tree of one value") {
    CHECK(Tree("12").root().text == "12");
    CHECK(Tree(R"("a\"b")").root().text == "a\"b");
    CHECK(Tree("false").root().end == 1);
}

TEST_CASE("tree: escapes are undone in keys and in strings") {
    const Tree tree(R"({"\u0061\\":"\ud83d\ude00\n"})");
    CHECK(tree[1].key == "a\\");
    CHECK(tree[1].text == "\xF0\x9F\x98\x80\n");
}

TEST_CASE("tree: of members with one key the last counts, escaped or not") {
    const Tree tree(R"({"a":1,"b":2,"\u0061":{"a":3}})");
    CHECK(tree[1].replaced);
    CHECK_FALSE(tree[2].replaced);
    CHECK_FALSE(tree[3].replaced);
    const TreeValue* const found = tree.member(tree.root(), "a");
    REQUIRE(found != nullptr);
    CHECK(found->kind == Kind::Object);
    CHECK(tree.children(tree.root()).size() == 2);
}

TEST_CASE("tree: of many members with one key the last counts") {
    std::string text = "{";
    for (int i = 0; i < 40; ++i) {
        text += "\"k" + std::to_string(i % 20) + "\":" + std::to_string(i) + ",";
    }
    text.back() = '}';
    const Tree tree(text);
    const auto members = tree.children(tree.root());
    REQUIRE(members.size() == 20);
    CHECK(members.front()->text == "20");
    CHECK(members.back()->text == "39");
}

TEST_CASE("tree: a member of what is no object is none") {
    const Tree tree(R"([{"a":1}])");
    CHECK(tree.member(tree.root(), "a") == nullptr);
    CHECK(tree.member(tree[1], "b") == nullptr);
    CHECK(tree.member(tree[1], "a")->text == "1");
}
