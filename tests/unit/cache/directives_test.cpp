#include <aggregator/cache/directives.hpp>

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace aggregator;
using cache::Directives;
using cache::Seconds;

namespace {

Directives read(std::string_view value) {
    const http::Field fields[] = {{"cache-control", value}};
    return cache::read_directives(fields);
}

std::vector<std::string> elements(std::string_view list) {
    std::vector<std::string> found;
    cache::for_each_element(list, [&found](std::string_view one) { found.emplace_back(one); });
    return found;
}

}  // namespace

TEST_CASE("directives: names are compared without case, and other directives are passed over") {
    const Directives says = read("nO-StOrE, x, MAX-age=5, y=\"a, private\", Public");
    CHECK(says.no_store);
    CHECK(says.is_public);
    CHECK_FALSE(says.is_private);
    CHECK(says.max_age == Seconds(5));
    CHECK_FALSE(says.s_maxage);
}

TEST_CASE("directives: all fields of the name count together") {
    const http::Field fields[] = {
        {"Cache-Control", "max-age=5"}, {"Expires", "0"}, {"CACHE-CONTROL", "must-revalidate"}};
    const Directives says = cache::read_directives(fields);
    CHECK(says.max_age == Seconds(5));
    CHECK(says.must_revalidate);
}

TEST_CASE("directives: a number may be quoted, and what is none counts as 0") {
    CHECK(read("max-age=\"7\"").max_age == Seconds(7));
    CHECK(read("max-age=0070").max_age == Seconds(70));
    for (const char* const none : {"max-age", "max-age=", "max-age='7'", "max-age=-7",
                                   "max-age=7.5", "max-age=7s", "max-age=\"7", "max-age= 7"}) {
        CAPTURE(none);
        CHECK(read(none).max_age == Seconds(0));
    }
}

TEST_CASE("directives: the largest number is 2^31") {
    CHECK(read("max-age=2147483648").max_age == Seconds(2147483648));
    CHECK(read("max-age=99999999999").max_age == Seconds(2147483648));
    CHECK(read("max-age=99999999999999999999999999").max_age == Seconds(2147483648));
}

TEST_CASE("directives: of two values of one directive the smaller counts") {
    CHECK(read("max-age=9, max-age=5").max_age == Seconds(5));
    CHECK(read("max-age=5, max-age=9").max_age == Seconds(5));
}

TEST_CASE("directives: a list of fields makes no difference") {
    CHECK(read("no-cache=\"Set-Cookie, X\"").no_cache);
    CHECK(read("private=\"X\"").is_private);
}

TEST_CASE("directives: max-stale without a value is without end") {
    CHECK(read("max-stale").max_stale == Seconds(2147483648));
    CHECK(read("max-stale=3").max_stale == Seconds(3));
    CHECK(read("stale-if-error=1, stale-while-revalidate=2").stale_if_error == Seconds(1));
    CHECK(read("stale-if-error=1, stale-while-revalidate=2").stale_while_revalidate == Seconds(2));
}

TEST_CASE("directives: what forbids that stale answers are given") {
    for (const char* const one :
         {"must-revalidate", "proxy-revalidate", "no-cache", "s-maxage=5"}) {
        CAPTURE(one);
        CHECK(read(one).forbids_stale());
    }
    CHECK_FALSE(read("max-age=5, public").forbids_stale());
}

TEST_CASE("directives: elements of a list are separated by commas outside of quotes") {
    CHECK(elements(" a ,, b=\"c, \\\"d\" ,\te") ==
          std::vector<std::string>{"a", "b=\"c, \\\"d\"", "e"});
    CHECK(elements(" , ").empty());
    CHECK(elements("a, \"open, b") == std::vector<std::string>{"a", "\"open, b"});
}

TEST_CASE("directives: entity tags are compared weakly") {
    CHECK(cache::lists_tag("\"a\", W/\"b\"", "\"b\""));
    CHECK(cache::lists_tag("\"a\"", "W/\"a\""));
    CHECK(cache::lists_tag(" * ", "\"a\""));
    CHECK_FALSE(cache::lists_tag("\"a\"", "\"b\""));
    CHECK_FALSE(cache::lists_tag("", ""));
}
