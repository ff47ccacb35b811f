#include "admin/times.hpp"

#include <charconv>
#include <chrono>
#include <cstdio>
#include <limits>

#include <aggregator/reading/times.hpp>

namespace aggregator::admin {

namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

std::int64_t whole_milliseconds(nanoseconds time) {
    return nanoseconds(std::chrono::floor<milliseconds>(time)).count();
}

}  // namespace

std::string duration_text(std::int64_t nanoseconds) {
    struct Unit {
        const char* name;
        std::int64_t size;
    };
    constexpr Unit kUnits[] = {{"s", 1'000'000'000}, {"ms", 1'000'000}, {"us", 1'000}, {"ns", 1}};
    const Unit* unit = kUnits;
    while (nanoseconds % unit->size != 0) {
        ++unit;
    }
    return std::to_string(nanoseconds / unit->size) + unit->name;
}

std::string instant_text(std::int64_t unix_nanoseconds) {
    const std::chrono::sys_time<nanoseconds> time{nanoseconds(unix_nanoseconds)};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const auto left = std::chrono::floor<milliseconds>(time - day);
    const auto second = static_cast<int>(left.count() / 1000);
    const auto rest = static_cast<int>(left.count() % 1000);
    char text[64];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  second / 3600, second / 60 % 60, second % 60);
    std::string out = text;
    if (rest != 0) {
        std::snprintf(text, sizeof text, ".%03d", rest);
        out += text;
    }
    return out + 'Z';
}

std::optional<std::int64_t> parse_expiry(std::string_view text, std::int64_t now) {
    if (const auto instant = reading::strict::parse_time(text)) {
        return whole_milliseconds(instant->time_since_epoch());
    }
    const auto duration = reading::parse_duration(text);
    if (!duration || duration->count() > std::numeric_limits<std::int64_t>::max() - now) {
        return std::nullopt;
    }
    return whole_milliseconds(nanoseconds(now) + *duration);
}

std::string number_text(double number) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, number);
    return {text, end.ptr};
}

}  // namespace aggregator::admin
