#include "components/retry/retry_after.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <string_view>

namespace aggregator::components {

namespace {

using std::chrono::seconds;

// Longer than any request waits; what is above cannot be told from it.
constexpr std::uint32_t kSecondsMax = 86'400 * 365;

std::optional<std::uint32_t> number(std::string_view text) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool digits = !text.empty() && text.front() >= '0' && text.front() <= '9';
    if (!digits || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return error == std::errc::result_out_of_range ? kSecondsMax : std::min(value, kSecondsMax);
}

/// IMF-fixdate, the one form that is sent: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 5.6.7).
std::optional<std::chrono::sys_seconds> date(std::string_view text) {
    constexpr std::size_t kLength = 29;
    constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    if (text.size() != kLength || !text.ends_with(" GMT")) {
        return std::nullopt;
    }
    const auto month = std::ranges::find(kMonths, text.substr(8, 3));
    const auto day = number(text.substr(5, 2));
    const auto year = number(text.substr(12, 4));
    const auto hour = number(text.substr(17, 2));
    const auto minute = number(text.substr(20, 2));
    const auto second = number(text.substr(23, 2));
    if (month == kMonths.end() || !day || !year || !hour || !minute || !second) {
        return std::nullopt;
    }
    const std::chrono::year_month_day calendar{
        std::chrono::year(static_cast<int>(*year)),
        std::chrono::month(static_cast<unsigned>(month - kMonths.begin()) + 1),
        std::chrono::day(*day)};
    if (!calendar.ok()) {
        return std::nullopt;
    }
    return std::chrono::sys_days(calendar) + std::chrono::hours(*hour) +
           std::chrono::minutes(*minute) + seconds(*second);
}

std::string_view value_of(http::Fields headers, std::string_view name) {
    const http::Field* const field = http::find(headers, name);
    return field == nullptr ? std::string_view() : field->value;
}

}  // namespace

std::optional<base::Duration> retry_after_of(http::Fields headers) {
    const std::string_view text = value_of(headers, "Retry-After");
    if (const auto after = number(text)) {
        return seconds(*after);
    }
    const auto until = date(text);
    if (!until) {
        return std::nullopt;
    }
    const auto from = date(value_of(headers, "Date"))
                          .value_or(std::chrono::floor<seconds>(std::chrono::system_clock::now()));
    return std::clamp(*until - from, seconds(0), seconds(kSecondsMax));
}

}  // namespace aggregator::components
