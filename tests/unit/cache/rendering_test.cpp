#include <aggregator/cache/rendering.hpp>

#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace aggregator;
using namespace std::chrono_literals;
using cache::Conditions;
using cache::Entry;
using Fields = std::vector<http::Field>;

namespace {

struct Rendered {
    int status;
    std::string body;
    std::string fields;
};

Rendered render(const Conditions& conditions, const Fields& headers = {}, int status = 200) {
    const Entry entry({.key = "k",
                       .status = status,
                       .headers = headers,
                       .body = std::make_shared<const std::string>("0123456789")});
    cache::Rendering rendering;
    const http::Response made = rendering.render(entry, conditions, {.age = 2500ms, .status = "s"});
    std::string fields;
    for (const http::Field& field : made.headers) {
        fields.append(field.name).append("=").append(field.value).append(";");
    }
    return {made.status, std::string(made.body), fields};
}

std::string range(std::string_view text, std::uint64_t size = 10) {
    const auto read = cache::read_range(text, size);
    return read ? std::to_string(read->begin) + "-" + std::to_string(read->end) : "none";
}

}  // namespace

TEST_CASE("rendering: an answer is given as it was, with its age and what the cache did") {
    const Rendered made = render({}, {{"Content-Type", "text/plain"}}, 404);
    CHECK(made.status == 404);
    CHECK(made.body == "0123456789");
    CHECK(made.fields == "Content-Type=text/plain;Age=2;Cache-Status=s;");
}

TEST_CASE("rendering: who has this answer gets 304 without it") {
    const Fields headers{{"ETag", "\"a\""}, {"Content-Type", "text/plain"}};
    const Rendered made = render({.none_match = "\"b\", W/\"a\""}, headers);
    CHECK(made.status == 304);
    CHECK(made.body.empty());
    CHECK(made.fields == "ETag=\"a\";Age=2;Cache-Status=s;");
    CHECK(render({.none_match = "\"b\""}, headers).status == 200);
    CHECK(render({.none_match = "\"a\""}, headers, 404).status == 404);
}

TEST_CASE("rendering: If-Modified-Since counts only without If-None-Match") {
    const Fields headers{{"ETag", "\"a\""}, {"Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT"}};
    CHECK(render({.modified_since = "Sun, 06 Nov 1994 08:49:37 GMT"}, headers).status == 304);
    CHECK(render({.modified_since = "Sun, 06 Nov 1994 08:49:36 GMT"}, headers).status == 200);
    CHECK(render({.modified_since = "yesterday"}, headers).status == 200);
    CHECK(
        render({.none_match = "\"b\"", .modified_since = "Sun, 06 Nov 1994 08:49:37 GMT"}, headers)
            .status == 200);
}

TEST_CASE("rendering: without Last-Modified an answer is as old as its Date") {
    const Fields headers{{"Date", "Sun, 06 Nov 1994 08:49:37 GMT"}};
    CHECK(render({.modified_since = "Sun, 06 Nov 1994 08:49:38 GMT"}, headers).status == 304);
    CHECK(render({.modified_since = "Sun, 06 Nov 1994 08:49:36 GMT"}, headers).status == 200);
}

TEST_CASE("rendering: a part of an answer") {
    const Rendered made = render({.range = "bytes=2-4"}, {{"A", "b"}});
    CHECK(made.status == 206);
    CHECK(made.body == "234");
    CHECK(made.fields == "A=b;Content-Range=bytes 2-4/10;Age=2;Cache-Status=s;");
    const Rendered beyond = render({.range = "bytes=10-"}, {});
    CHECK(beyond.status == 416);
    CHECK(beyond.body.empty());
    CHECK(beyond.fields == "Content-Range=bytes */10;Age=2;Cache-Status=s;");
    CHECK(render({.range = "bytes=1-2,4-5"}).status == 200);
    CHECK(render({.range = "bytes=2-4"}, {}, 404).status == 404);
}

TEST_CASE("rendering: If-Range has to fit exactly") {
    const Fields headers{{"ETag", "\"a\""}, {"Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT"}};
    CHECK(render({.range = "bytes=0-0", .if_range = "\"a\""}, headers).status == 206);
    CHECK(render({.range = "bytes=0-0", .if_range = "\"b\""}, headers).status == 200);
    CHECK(render({.range = "bytes=0-0", .if_range = "W/\"a\""}, {{"ETag", "W/\"a\""}}).status ==
          200);
    CHECK(render({.range = "bytes=0-0", .if_range = "Sun, 06 Nov 1994 08:49:37 GMT"}, headers)
              .status == 206);
}

TEST_CASE("rendering: ranges of bytes are read as they are written") {
    CHECK(range("bytes=0-0") == "0-1");
    CHECK(range("Bytes= 3-") == "3-10");
    CHECK(range("bytes=-3") == "7-10");
    CHECK(range("bytes=-30") == "0-10");
    CHECK(range("bytes=-0") == "10-10");
    CHECK(range("bytes=5-99") == "5-10");
    CHECK(range("bytes=10-12") == "10-10");
    CHECK(range("bytes=0-18446744073709551615") == "0-10");
    for (const char* const none :
         {"", "bytes", "bytes=", "bytes=-", "bytes=4-3", "bytes=a-3", "bytes=1-b", "items=1-2",
          "bytes=1", "bytes=1-2, 4-5", "bytes=0-18446744073709551616"}) {
        CAPTURE(none);
        CHECK(range(none) == "none");
    }
}
