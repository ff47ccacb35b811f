#include <doctest/doctest.h>

#include <aggregator/plan/path.hpp>

#include <ostream>

using namespace std::string_view_literals;
using aggregator::plan::clean_path;
using aggregator::plan::climbs;
using aggregator::plan::decode_path;
using aggregator::plan::param_is_unsafe;
using aggregator::plan::split_target;

TEST_CASE("path: a target is cut at its first question mark") {
    CHECK(split_target("/a").path == "/a");
    CHECK(split_target("/a").query.empty());
    CHECK(split_target("/a?b=1?c").path == "/a");
    CHECK(split_target("/a?b=1?c").query == "b=1?c");
    CHECK(split_target("/a?").query.empty());
}

TEST_CASE("path: a path without escapes is its own decoded form") {
    std::string scratch;
    const std::string_view path = "/a/b+c";
    const auto decoded = decode_path(path, scratch);
    REQUIRE(decoded);
    CHECK(decoded->data() == path.data());
    CHECK(*decoded == "/a/b+c");
}

TEST_CASE("path: escapes are decoded once, whatever byte they mean") {
    std::string scratch = "old";
    CHECK(decode_path("/a%2Fb", scratch) == "/a/b");
    CHECK(decode_path("/%41%7a", scratch) == "/Az");
    CHECK(decode_path("/a%2541", scratch) == "/a%41");
    CHECK(decode_path("/%00%ff", scratch) == "/\0\xff"sv);
    CHECK(decode_path("/%e4x%", scratch) == std::nullopt);
}

TEST_CASE("path: a malformed escape is refused") {
    std::string scratch;
    for (const std::string_view path : {"/%", "/%4", "/%zz", "/%4z", "/a%%41", "/%-1"}) {
        CAPTURE(path);
        CHECK_FALSE(decode_path(path, scratch));
    }
}

TEST_CASE("param: a plain value is safe") {
    for (const std::string_view value : {"", "7", "a b", "a+b", "a&b=c", "\xc3\xa4"}) {
        CAPTURE(value);
        CHECK(param_is_unsafe(value) == std::nullopt);
    }
}

TEST_CASE("param: a dot segment is unsafe, for it would climb out of the backend's pattern") {
    CHECK(param_is_unsafe("."));
    CHECK(param_is_unsafe(".."));
    CHECK(param_is_unsafe("..;x"));
    CHECK(param_is_unsafe("a\\..\\b"));
    CHECK(param_is_unsafe("...") == std::nullopt);
    CHECK(param_is_unsafe("a;..") == std::nullopt);
    CHECK(climbs("%2e%2e"));
    CHECK(climbs("a%2fb") == std::nullopt);
}

TEST_CASE("param: a value that still changes when decoded again is unsafe") {
    CHECK(param_is_unsafe("%41") == "encoded url params");
    CHECK(param_is_unsafe("a%2fb") == "encoded url params");
}

TEST_CASE("param: a value with a question mark or a hash is unsafe") {
    CHECK(param_is_unsafe("a?b") == "encoded url params");
    CHECK(param_is_unsafe("a#b") == "encoded url params");
}

TEST_CASE("param: a malformed escape is named") {
    CHECK(param_is_unsafe("%zz") == R"(invalid URL escape "%zz")");
    CHECK(param_is_unsafe("%") == R"(invalid URL escape "%")");
    CHECK(param_is_unsafe("a%4") == R"(invalid URL escape "%4")");
    CHECK(param_is_unsafe("%41%zzz") == R"(invalid URL escape "%zz")");
    CHECK(param_is_unsafe("?%\"x") == R"(invalid URL escape "%\"x")");
}

TEST_CASE("path: cleaning takes out empty and dot segments and keeps a trailing slash") {
    CHECK(clean_path("") == "/");
    CHECK(clean_path("/") == "/");
    CHECK(clean_path("//") == "/");
    CHECK(clean_path("a") == "/a");
    CHECK(clean_path("//a") == "/a");
    CHECK(clean_path("/./a") == "/a");
    CHECK(clean_path("/x/../a") == "/a");
    CHECK(clean_path("/a//b///c") == "/a/b/c");
    CHECK(clean_path("/a/") == "/a/");
    CHECK(clean_path("/a//") == "/a/");
    CHECK(clean_path("/../../a") == "/a");
    CHECK(clean_path("/a/b/..") == "/a");
    CHECK(clean_path("/a/../") == "/");
    CHECK(clean_path("/a/...") == "/a/...");
    CHECK(clean_path("/.a/b.") == "/.a/b.");
}
