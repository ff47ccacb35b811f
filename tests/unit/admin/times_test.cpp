#include <doctest/doctest.h>

#include <cstdint>
#include <string>

#include "admin/times.hpp"

using namespace aggregator::admin;

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

}  // namespace

TEST_CASE("times: a duration is written in the largest unit that needs no decimals") {
    CHECK(duration_text(0) == "0s");
    CHECK(duration_text(120 * kSecond) == "120s");
    CHECK(duration_text(1'500'000'000) == "1500ms");
    CHECK(duration_text(2'500) == "2500ns");
    CHECK(duration_text(3'000) == "3us");
}

TEST_CASE("times: an instant is written in UTC, with milliseconds if there are any") {
    CHECK(instant_text(0) == "1970-01-01T00:00:00Z");
    CHECK(instant_text(1'709'210'096 * kSecond) == "2024-02-29T12:34:56Z");
    CHECK(instant_text(1'709'210'096 * kSecond + 7'000'000) == "2024-02-29T12:34:56.007Z");
}

TEST_CASE("times: an expiry is an instant or a duration from now on, in whole milliseconds") {
    const std::int64_t now = 1'000 * kSecond + 123'456'789;
    CHECK(parse_expiry("2024-02-29T12:34:56Z", now) == 1'709'210'096 * kSecond);
    CHECK(parse_expiry("2024-02-29T13:34:56+01:00", now) == 1'709'210'096 * kSecond);
    CHECK(parse_expiry("1m", now) == 1'060 * kSecond + 123'000'000);
    CHECK_FALSE(parse_expiry("tomorrow", now));
    CHECK_FALSE(parse_expiry("2000000h", INT64_MAX - 1));
    CHECK_FALSE(parse_expiry("", now));
}

TEST_CASE("times: a written instant reads back the same") {
    const std::int64_t when = 1'709'210'096 * kSecond + 7'000'000;
    CHECK(parse_expiry(instant_text(when), 0) == when);
}

TEST_CASE("times: a number is as short as it can be") {
    CHECK(number_text(5) == "5");
    CHECK(number_text(0.01) == "0.01");
    CHECK(number_text(12.5) == "12.5");
}
