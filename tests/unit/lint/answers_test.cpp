#include <doctest/doctest.h>

#include "lint/rules/answers.hpp"

using namespace aggregator;
using config::BackendConfig;
using config::Encoding;
using config::FlatmapConfig;
using lint::Roots;

namespace {

FlatmapConfig move(const char* from, const char* to) {
    return {FlatmapConfig::Kind::Move, {from, to}};
}

std::string names_of(const Roots& roots) {
    std::string text = roots.open ? "* " : "";
    for (const std::string& name : roots.names) {
        text += name + ' ';
    }
    return text;
}

BackendConfig list() {
    BackendConfig backend;
    backend.is_collection = true;
    return backend;
}

}  // namespace

TEST_CASE("roots: an encoding says what an answer becomes") {
    BackendConfig backend;
    CHECK(names_of(lint::part_roots(backend)) == "* ");
    backend.encoding = Encoding::Xml;
    CHECK(names_of(lint::part_roots(backend)) == "* ");
    backend.is_collection = true;
    CHECK(names_of(lint::part_roots(backend)) == "collection ");
    backend.encoding = Encoding::String;
    CHECK(names_of(lint::part_roots(backend)) == "content ");
    backend.encoding = Encoding::SafeJson;
    CHECK(names_of(lint::part_roots(backend)) == "* ");
    backend.encoding = Encoding::NoOp;
    CHECK(names_of(lint::part_roots(backend)).empty());
    CHECK(names_of(lint::part_roots(list())) == "collection ");
}

TEST_CASE("roots: target opens an object that may be there, and nothing else") {
    BackendConfig backend;
    backend.target = "data.user";
    CHECK(names_of(lint::part_roots(backend)) == "* ");
    backend.encoding = Encoding::Rss;
    CHECK(names_of(lint::part_roots(backend)).empty());
    backend.target = "author";
    CHECK(names_of(lint::part_roots(backend)) == "* ");
    BackendConfig wrapped = list();
    wrapped.target = "collection";
    CHECK(names_of(lint::part_roots(wrapped)).empty());
    wrapped.encoding = Encoding::Xml;
    CHECK(names_of(lint::part_roots(wrapped)) == "* ");
}

TEST_CASE("roots: allow, deny, mapping and group leave what they leave of an answer") {
    BackendConfig backend;
    backend.deny = {"cost", "user.mail"};
    CHECK(!lint::part_roots(backend).may_have("cost"));
    CHECK(lint::part_roots(backend).may_have("user"));
    backend.allow = {"id", "user.name", "cost"};
    CHECK(names_of(lint::part_roots(backend)) == "cost id user ");
    backend.mapping = {{"id", "key.part"}, {"user", "user"}, {"absent", "x"}};
    CHECK(names_of(lint::part_roots(backend)) == "cost key ");
    backend.group = "a.b";
    CHECK(names_of(lint::part_roots(backend)) == "a.b ");
    BackendConfig wrapped = list();
    wrapped.allow = {"id", "collection.id"};
    CHECK(names_of(lint::part_roots(wrapped)).empty());
}

TEST_CASE("roots: a flatmap_filter moves and deletes keys, and turns the filters off") {
    BackendConfig backend = list();
    backend.allow = {"id"};
    backend.flatmap = {move("collection", "users")};
    CHECK(names_of(lint::part_roots(backend)) == "users ");
    backend.flatmap = {move("collection", "shop.users"), move("shop.users.*.id", "ids")};
    CHECK(names_of(lint::part_roots(backend)) == "ids shop ");
    backend.flatmap = {move("absent", "users"), move("*", "users")};
    CHECK(names_of(lint::part_roots(backend)) == "collection ");
    backend.flatmap = {{FlatmapConfig::Kind::Delete, {"collection.0", "*"}}};
    CHECK(names_of(lint::part_roots(backend)).empty());
}

TEST_CASE("roots: what all parts have is what one of them has") {
    BackendConfig open;
    open.deny = {"collection"};
    BackendConfig wrapped = list();
    CHECK(names_of(lint::merged_roots({&open, &wrapped})) == "* collection ");
    CHECK(lint::merged_roots({&open, &wrapped}).may_have("x"));
    CHECK(!lint::merged_roots({&wrapped}).may_have("x"));
}

TEST_CASE("paths: they are cut at their dots, and go on where another ends") {
    CHECK(lint::keys_of("a..b").size() == 3);
    CHECK(lint::keys_of("").size() == 1);
    CHECK(lint::root_of("a.b") == "a");
    CHECK(lint::goes_on("a.b", "a"));
    CHECK(!lint::goes_on("ab", "a"));
    CHECK(!lint::goes_on("a", "a"));
}

TEST_CASE("passing through: one backend of no-op, and no output that renders") {
    config::EndpointConfig endpoint;
    endpoint.backends.resize(2);
    endpoint.backends[0].encoding = Encoding::NoOp;
    endpoint.backends[1].shadow = true;
    CHECK(!lint::passes_through(endpoint));
    endpoint.output_encoding = "no-op";
    CHECK(lint::passes_through(endpoint));
    endpoint.output_encoding = "unknown";
    CHECK(lint::passes_through(endpoint));
    endpoint.backends[1].shadow = false;
    CHECK(!lint::passes_through(endpoint));
}
