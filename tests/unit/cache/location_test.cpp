#include <aggregator/cache/location.hpp>

#include <string>

#include <doctest/doctest.h>

using namespace aggregator;

namespace {

std::string led(std::string_view reference, std::string_view from = "/a/b/c?q=1") {
    return cache::resolve({"http://h:80", from}, reference).value_or("none");
}

}  // namespace

TEST_CASE("location: a reference leads on from a path") {
    CHECK(led("d") == "/a/b/d");
    CHECK(led("/d?x=2") == "/d?x=2");
    CHECK(led("?x=2") == "/a/b/c?x=2");
    CHECK(led("") == "/a/b/c?q=1");
    CHECK(led("../d#f") == "/a/d");
    CHECK(led("../../../d/./e") == "/d/e");
    CHECK(led("..") == "/a/");
    CHECK(led(".") == "/a/b/");
    CHECK(led("d/") == "/a/b/d/");
    CHECK(led("d:e/", "/a") == "none");
    CHECK(led("./d:e", "/a") == "/d:e");
}

TEST_CASE("location: only the same origin is one") {
    CHECK(led("http://h:80/x") == "/x");
    CHECK(led("HTTP://H:80") == "/");
    CHECK(led("http://h:80?q") == "/?q");
    CHECK(led("//h:80/x") == "/x");
    CHECK(led("https://h:80/x") == "none");
    CHECK(led("http://h:81/x") == "none");
    CHECK(led("//other/x") == "none");
    CHECK(led("mailto:a") == "none");
}
