#include <doctest/doctest.h>

#include <aggregator/json/writer.hpp>

using aggregator::json::Writer;

TEST_CASE("json writer: commas stand between values and nowhere else") {
    Writer writer;
    writer.object().member("a", "x").count("b", 18446744073709551615u);
    writer.key("c").array().text("1").object().end().array().end().number(0).end();
    writer.key("d").object().end().end();
    CHECK(std::move(writer).take() ==
          R"({"a":"x","b":18446744073709551615,"c":["1",{},[],0],"d":{}})");
}

TEST_CASE("json writer: keys and texts are escaped") {
    Writer writer;
    writer.object().member("\"\n", "\x01\xFF").end();
    CHECK(std::move(writer).take() == "{\"\\\"\\n\":\"\\u0001\xEF\xBF\xBD\"}");
}
