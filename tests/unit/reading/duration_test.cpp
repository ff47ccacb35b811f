#include <doctest/doctest.h>

#include <chrono>
#include <limits>
#include <string>

#include <aggregator/config/service.hpp>
#include <aggregator/reading/times.hpp>

using namespace std::chrono_literals;
using aggregator::reading::Duration;
using aggregator::reading::is_too_long_duration;
using aggregator::reading::parse_duration;

TEST_CASE("duration: a number and a unit, as many of them as one likes") {
    CHECK(parse_duration("300ms") == 300ms);
    CHECK(parse_duration("1.5s") == 1500ms);
    CHECK(parse_duration("1h30m") == 90min);
    CHECK(parse_duration("2h0.5m3s4ms5us6ns") == 2h + 33s + 4ms + 5us + 6ns);
    CHECK(parse_duration("1s1s") == 2s);
    CHECK(parse_duration(".5s") == 500ms);
    CHECK(parse_duration("1.s") == 1s);
}

TEST_CASE("duration: the micro sign has two code points and both count") {
    CHECK(parse_duration("7us") == 7us);
    CHECK(parse_duration("7\xC2\xB5s") == 7us);
    CHECK(parse_duration("7\xCE\xBCs") == 7us);
}

TEST_CASE("duration: a sign stands in front of the whole") {
    CHECK(parse_duration("-1s") == -1s);
    CHECK(parse_duration("-1h30m") == -90min);
    CHECK(parse_duration("+2ms") == 2ms);
}

TEST_CASE("duration: zero alone needs no unit") {
    CHECK(parse_duration("0") == Duration::zero());
    CHECK(parse_duration("-0") == Duration::zero());
    CHECK(parse_duration("0s") == Duration::zero());
}

TEST_CASE("duration: fractions are exact to the nanosecond") {
    CHECK(parse_duration("0.35h") == 21min);
    CHECK(parse_duration("0.000000001s") == 1ns);
    CHECK(parse_duration("0.0000000019s") == 1ns);
    CHECK(parse_duration("1.123456789s") == 1123456789ns);
    CHECK(parse_duration("0." + std::string(1000, '9') + "s") == 999999999ns);
}

TEST_CASE("duration: what is no duration is none") {
    for (const char* bad : {"", "5", "2 s", "1d", "s", "1", ".s", "-", "+", "--1s", "1s ", " 1s",
                            "1S", "1.2.3s", "1e3s", "1h-30m", "00", "1\xC2s"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_duration(bad).has_value());
    }
}

TEST_CASE("duration: a hundred years are the most, whichever way they are written") {
    CHECK(parse_duration("876000h") == 876000h);
    CHECK(parse_duration("-876000h") == -876000h);
    CHECK(parse_duration("438000h438000h") == 876000h);
    CHECK(parse_duration("3153600000000000000ns") == 876000h);
    for (const std::string most :
         {"876000h1ns", "438000h438000h0.000000001s", "3153600000000000001ns",
          "876000.0000000001h1ns", "9223372036854775807ns", "9223372036854775808ns", "2562048h",
          "99999999999999999999s", "2562047h2562047h", "9223372036s9223372036s"}) {
        CAPTURE(most);
        CHECK_FALSE(parse_duration(most).has_value());
        CHECK_FALSE(parse_duration("-" + most).has_value());
        CHECK(is_too_long_duration(most));
        CHECK(is_too_long_duration("-" + most));
    }
    for (const char* const other : {"876000h", "-876000h", "1s", "", "x", "9999999999999999999"}) {
        CAPTURE(other);
        CHECK_FALSE(is_too_long_duration(other));
    }
}

TEST_CASE("duration: the longest reaches no end of a clock, not even twice") {
    const Duration most = *parse_duration("876000h");
    const auto clock_end = std::chrono::steady_clock::time_point::max();
    CHECK(clock_end - most - most > std::chrono::steady_clock::now());
    const auto wall_end = std::chrono::time_point<std::chrono::system_clock, Duration>::max();
    CHECK(wall_end - most > std::chrono::system_clock::now());
}
