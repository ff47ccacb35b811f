#include <doctest/doctest.h>

#include "plan/shape.hpp"

#include <ostream>

using aggregator::config::BackendConfig;
using aggregator::config::Encoding;
using aggregator::plan::compile_shape;
using aggregator::plan::PathTree;
using aggregator::plan::Shape;

namespace {

using Names = std::vector<std::string>;

/// `{a,b{c}}` for a tree of a and b.c.
std::string text_of(const PathTree& tree) {
    std::string text;
    for (const PathTree::Branch& branch : tree.branches) {
        text += (text.empty() ? "" : ",") + ("'" + branch.key + "'") + text_of(branch.below);
    }
    return text.empty() ? text : "{" + text + "}";
}

std::string allow(const Names& paths) {
    BackendConfig config;
    config.allow = paths;
    return text_of(compile_shape(config).allow);
}

std::string deny(const Names& paths) {
    BackendConfig config;
    config.deny = paths;
    return text_of(compile_shape(config).deny);
}

}  // namespace

TEST_CASE("shape: dotted paths become a tree in the order of the list") {
    CHECK(allow({}).empty());
    CHECK(allow({"b", "a"}) == "{'b','a'}");
    CHECK(allow({"a.x", "b", "a.y.z"}) == "{'a'{'x','y'{'z'}},'b'}");
    CHECK(allow({"a", "a"}) == "{'a'}");
    CHECK(deny({"a.x", "a.y", "a.x"}) == "{'a'{'x','y'}}");
}

TEST_CASE("shape: an empty text is a key of no letters, a trailing dot adds one") {
    CHECK(allow({""}) == "{''}");
    CHECK(allow({"a."}) == "{'a'{''}}");
    CHECK(deny({".a"}) == "{''{'a'}}");
}

TEST_CASE("shape: in allow the later of two paths of different depth counts") {
    CHECK(allow({"b", "b.z"}) == "{'b'{'z'}}");
    CHECK(allow({"b.z", "b"}) == "{'b'}");
    CHECK(allow({"b.y", "b", "b.z"}) == "{'b'{'z'}}");
    CHECK(allow({"a.b.c", "a.b", "d"}) == "{'a'{'b'},'d'}");
}

TEST_CASE("shape: in deny the shorter of two paths counts, in any order") {
    CHECK(deny({"a.x.q", "a.x"}) == "{'a'{'x'}}");
    CHECK(deny({"a.x", "a.x.q"}) == "{'a'{'x'}}");
    CHECK(deny({"a", "a.x.q", "b"}) == "{'a','b'}");
}

TEST_CASE("shape: deny is not used beside allow") {
    BackendConfig config;
    config.allow = {"a"};
    config.deny = {"a", "b"};
    CHECK(compile_shape(config).deny.branches.empty());
}

TEST_CASE("shape: a tree finds its branches by their exact key") {
    BackendConfig config;
    config.allow = {"a.x", "b"};
    const PathTree tree = compile_shape(config).allow;
    REQUIRE(tree.find("a") != nullptr);
    CHECK(tree.find("a")->below.find("x") != nullptr);
    CHECK(tree.find("b")->below.branches.empty());
    CHECK(tree.find("A") == nullptr);
    CHECK(tree.find("a.x") == nullptr);
}

TEST_CASE("shape: target is cut at its dots, nothing means the whole") {
    BackendConfig config;
    CHECK(compile_shape(config).target.empty());
    config.target = "a.b";
    CHECK(compile_shape(config).target == Names{"a", "b"});
}

TEST_CASE("shape: mapping keeps its order, literal sources, and names up to their first dot") {
    BackendConfig config;
    config.mapping = {{"z", "b.c"}, {"a.x", "y"}, {"e", ""}, {"f", ".g"}};
    using Mapping = std::vector<std::pair<std::string, std::string>>;
    CHECK(
        (compile_shape(config).mapping == Mapping{{"z", "b"}, {"a.x", "y"}, {"e", ""}, {"f", ""}}));
}

TEST_CASE("shape: group is finished JSON") {
    BackendConfig config;
    CHECK_FALSE(compile_shape(config).group);
    config.group = "a.\"b\"";
    CHECK(compile_shape(config).group == R"("a.\"b\"")");
}

TEST_CASE("shape: members pass as they are when nothing but group is asked") {
    BackendConfig config;
    config.group = "g";
    CHECK(compile_shape(config).passes_members());
    config.deny = {"a"};
    CHECK_FALSE(compile_shape(config).passes_members());
}

TEST_CASE("shape: nothing is done to a no-op answer") {
    BackendConfig config;
    config.encoding = Encoding::NoOp;
    config.target = "a";
    config.allow = {"a"};
    config.mapping = {{"a", "b"}};
    config.group = "g";
    const Shape shape = compile_shape(config);
    CHECK(shape.passes_members());
    CHECK_FALSE(shape.group);
}
