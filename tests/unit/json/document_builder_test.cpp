#include <doctest/doctest.h>

#include <aggregator/json/document_builder.hpp>

using namespace aggregator::json;

TEST_CASE("document builder: a tree in another syntax has pointers and places as one in JSON") {
    DocumentBuilder builder("b: x\n\xC3\xA9: [1]\n");
    const auto root = builder.root({Kind::Object, 0, {}});
    builder.member(root, {"b/~", 0}, {Kind::String, 3, "x\n"});
    const auto list = builder.member(root, {"\xC3\xA9", 5}, {Kind::Array, 9, {}});
    const auto one = builder.element(list, {Kind::Number, 10, "1.0"});
    builder.element(list, {Kind::True, 10, {}});
    builder.element(list, {Kind::False, 10, {}});
    builder.element(list, {Kind::Null, 10, {}});
    CHECK(builder.size() == 7);
    const Document document = std::move(builder).finish();
    CHECK(document.compact(document.root()) ==
          "{\"b/~\":\"x\\n\",\"\xC3\xA9\":[1.0,true,false,null]}");
    CHECK(document.pointer(document.at(one)) == "/\xC3\xA9/0");
    CHECK(document.pointer(*document.member(document.root(), "b/~")) == "/b~1~0");
    CHECK(document.position(document.at(one).offset).line == 2);
    CHECK(document.position(document.at(one).offset).column == 5);
    CHECK(document.text().size() == 13);
    CHECK(document.leniencies().empty());
}

TEST_CASE("document builder: a text may be empty, and the root a scalar") {
    DocumentBuilder builder{std::string()};
    builder.root({});
    const Document document = std::move(builder).finish();
    CHECK(document.compact(document.root()) == "null");
    CHECK(document.pointer(document.root()).empty());
    CHECK(document.position(0).line == 1);
}
