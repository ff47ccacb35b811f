#include <aggregator/cache/freshness.hpp>

#include <vector>

#include <doctest/doctest.h>

using namespace aggregator;
using namespace std::chrono_literals;
using cache::Freshness;
using Fields = std::vector<http::Field>;

namespace {

constexpr std::int64_t kSunday = 784111777;  // Sun, 06 Nov 1994 08:49:37 GMT
constexpr base::Time kCame{1h};

Freshness of(const Fields& fields, base::Duration took = {}) {
    return cache::freshness_of(fields, {.asked = kCame - took, .came = kCame, .calendar = kSunday});
}

bool stores(const Fields& fields, int status = 200, const cache::Question& question = {}) {
    return cache::may_store(status, fields, of(fields), question);
}

}  // namespace

TEST_CASE("freshness: dates are read in the three forms of HTTP") {
    CHECK(cache::read_date("Sun, 06 Nov 1994 08:49:37 GMT", kSunday) == kSunday);
    CHECK(cache::read_date("Sunday, 06-Nov-94 08:49:37 GMT", kSunday) == kSunday);
    CHECK(cache::read_date("Sun Nov  6 08:49:37 1994", kSunday) == kSunday);
    CHECK(cache::read_date("Thu, 01 Jan 1970 00:00:00 GMT", kSunday) == 0);
}

TEST_CASE("freshness: a year of two digits is at most 50 years ahead") {
    CHECK(cache::read_date("Sunday, 06-Nov-94 08:49:37 GMT", 1'700'000'000) == kSunday);
    const auto later = cache::read_date("Monday, 06-Nov-44 08:49:37 GMT", 1'700'000'000);
    CHECK(later == cache::read_date("Sun, 06 Nov 2044 08:49:37 GMT", kSunday));
}

TEST_CASE("freshness: what is no date is none") {
    for (const char* const text :
         {"", "0", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET",
          "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
          "Sun, 6 Nov 1994 08:49:37 GMT", "Sun,06 Nov 1994 08:49:37 GMT",
          "Sun, 06 Nov 1994 08:49:37 GMT ", "1994-11-06T08:49:37Z"}) {
        CAPTURE(text);
        CHECK_FALSE(cache::read_date(text, kSunday));
    }
}

TEST_CASE("freshness: s-maxage comes before max-age, and that before Expires") {
    const http::Field expires{"Expires", "Sun, 06 Nov 1994 08:50:37 GMT"};
    CHECK(of({expires}).lifetime == 60s);
    CHECK(of({expires, {"Cache-Control", "max-age=5"}}).lifetime == 5s);
    CHECK(of({expires, {"Cache-Control", "max-age=5, s-maxage=7"}}).lifetime == 7s);
    CHECK_FALSE(of({{"Last-Modified", "Sun, 06 Nov 1993 08:49:37 GMT"}}).lifetime);
}

TEST_CASE("freshness: Expires counts from Date, and is over if it cannot be read") {
    const http::Field expires{"Expires", "Sun, 06 Nov 1994 08:50:37 GMT"};
    CHECK(of({expires, {"Date", "Sun, 06 Nov 1994 08:49:57 GMT"}}).lifetime == 40s);
    CHECK(of({expires, {"Date", "x"}}).lifetime == 60s);
    CHECK(of({{"Expires", "0"}}).lifetime == 0s);
    CHECK(of({expires, expires}).lifetime == 0s);
    CHECK(of({{"Expires", "Sun, 06 Nov 1994 08:49:36 GMT"}}).lifetime == 0s);
}

TEST_CASE("freshness: the age is the larger of what Age and Date say") {
    CHECK(of({}).age == 0s);
    CHECK(of({{"Age", "9"}}).age == 9s);
    CHECK(of({{"Age", "9"}}, 2s).age == 11s);
    CHECK(of({{"Date", "Sun, 06 Nov 1994 08:49:07 GMT"}}).age == 30s);
    CHECK(of({{"Date", "Sun, 06 Nov 1994 08:49:07 GMT"}, {"Age", "40"}}).age == 40s);
    CHECK(of({{"Date", "Sun, 06 Nov 1994 09:49:07 GMT"}}).age == 0s);
}

TEST_CASE("freshness: one second between the clocks makes nothing older") {
    CHECK(of({{"Date", "Sun, 06 Nov 1994 08:49:36 GMT"}}).age == 0s);
    CHECK(of({{"Date", "Sun, 06 Nov 1994 08:49:35 GMT"}}).age == 2s);
}

TEST_CASE("freshness: an Age that is no number makes it as old as can be") {
    for (const char* const age : {"x", "-1", "1.5", "x, 0", "1;a", "", ", 1"}) {
        CAPTURE(age);
        CHECK(of({{"Age", age}}).age > 1000h);
    }
    CHECK(of({{"Age", "x"}, {"Age", "0"}}).age > 1000h);
}

TEST_CASE("freshness: of several values of Age the first counts") {
    CHECK(of({{"Age", "7"}, {"Age", "9"}}).age == 7s);
    CHECK(of({{"Age", "9"}, {"Age", "x"}}).age == 9s);
    CHECK(of({{"Age", "7, 9"}}).age == 7s);
    CHECK(of({{"Age", "9 ,x"}}).age == 9s);
}

TEST_CASE("freshness: stored is what has a time of its own and is for everybody") {
    CHECK(stores({{"Cache-Control", "max-age=5"}}));
    CHECK(stores({{"Expires", "Sun, 06 Nov 1994 08:50:37 GMT"}}, 404));
    CHECK(stores({{"Cache-Control", "no-cache"}}));
    CHECK_FALSE(stores({}));
    CHECK_FALSE(stores({{"Cache-Control", "public"}}));
    CHECK_FALSE(stores({{"Cache-Control", "max-age=5, no-store"}}));
    CHECK_FALSE(stores({{"Cache-Control", "max-age=5, private"}}));
    CHECK_FALSE(stores({{"Cache-Control", "max-age=5, private=\"a\""}}));
    CHECK_FALSE(stores({{"Cache-Control", "max-age=5"}, {"Vary", "Accept"}, {"Vary", "A, *"}}));
}

TEST_CASE("freshness: parts, interim answers and answers to validations are not stored") {
    for (const int status : {101, 206, 304}) {
        CHECK_FALSE(stores({{"Cache-Control", "max-age=5"}}, status));
    }
    CHECK(stores({{"Cache-Control", "max-age=5"}}, 599));
    CHECK_FALSE(stores({{"Cache-Control", "max-age=5, must-understand"}}, 599));
    CHECK(stores({{"Cache-Control", "max-age=5, must-understand"}}, 404));
}

TEST_CASE("freshness: with credentials an answer has to say that it is for others too") {
    const cache::Question asked{.authorized = true};
    CHECK_FALSE(stores({{"Cache-Control", "max-age=5"}}, 200, asked));
    CHECK(stores({{"Cache-Control", "max-age=5, public"}}, 200, asked));
    CHECK(stores({{"Cache-Control", "s-maxage=5"}}, 200, asked));
    CHECK(stores({{"Cache-Control", "max-age=5, must-revalidate"}}, 200, asked));
    CHECK_FALSE(stores({{"Cache-Control", "max-age=5, public"}}, 200, {.no_store = true}));
}

TEST_CASE("freshness: a cookie is not stored unless its answer is public") {
    CHECK_FALSE(stores({{"Cache-Control", "max-age=5"}, {"Set-Cookie", "a=b"}}));
    CHECK(stores({{"Cache-Control", "max-age=5, public"}, {"Set-Cookie", "a=b"}}));
}
