#include <aggregator/reading/times.hpp>

#include <algorithm>
#include <limits>

namespace aggregator::reading {

namespace {

struct Unit {
    std::string_view name;
    std::int64_t nanoseconds;
};

// A unit stands before those that begin like it: `ms` before `m`. The micro sign has two code
// points.
constexpr Unit kUnits[] = {
    {"ns", 1},         {"us", 1'000},        {"\xC2\xB5s", 1'000},  {"\xCE\xBCs", 1'000},
    {"ms", 1'000'000}, {"s", 1'000'000'000}, {"m", 60'000'000'000}, {"h", 3'600'000'000'000}};

const Unit* take_unit(std::string_view& text) {
    for (const Unit& unit : kUnits) {
        if (text.substr(0, unit.name.size()) == unit.name) {
            text.remove_prefix(unit.name.size());
            return &unit;
        }
    }
    return nullptr;
}

std::string_view take_digits(std::string_view& text) {
    const std::size_t size = std::min(text.find_first_not_of("0123456789"), text.size());
    const std::string_view digits = text.substr(0, size);
    text.remove_prefix(size);
    return digits;
}

// Where sums and products end that would not fit.
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

std::int64_t add(std::int64_t one, std::int64_t other) {
    return one > kMost - other ? kMost : one + other;
}

/// The digits times `unit`.
std::int64_t whole(std::string_view digits, std::int64_t unit) {
    std::int64_t number = 0;
    for (const char c : digits) {
        const std::int64_t digit = c - '0';
        number = number > (kMost - digit) / 10 ? kMost : number * 10 + digit;
    }
    return number > kMost / unit ? kMost : number * unit;
}

/// The digits behind a decimal point times `unit`, rounded down.
std::int64_t fraction(std::string_view digits, std::int64_t unit) {
    std::int64_t sum = 0;
    for (const char c : digits) {
        const std::int64_t digit = c - '0';
        // Units are multiples of ten down to a nanosecond, except minutes and hours, which leave a
        // rest that is less than that.
        sum += unit * digit / 10;
        unit /= 10;
    }
    return sum;
}

/// A number and its unit.
std::optional<std::int64_t> take_term(std::string_view& text) {
    const std::string_view digits = take_digits(text);
    std::string_view decimals;
    if (!text.empty() && text.front() == '.') {
        text.remove_prefix(1);
        decimals = take_digits(text);
    }
    const Unit* const unit = digits.empty() && decimals.empty() ? nullptr : take_unit(text);
    if (unit == nullptr) {
        return std::nullopt;
    }
    return add(whole(digits, unit->nanoseconds), fraction(decimals, unit->nanoseconds));
}

/// As parse_duration(), but up to `kMost`, which stands for more as well.
std::optional<Duration> parse_any(std::string_view text) {
    const bool negative = !text.empty() && text.front() == '-';
    if (negative || (!text.empty() && text.front() == '+')) {
        text.remove_prefix(1);
    }
    if (text == "0") {
        return Duration::zero();
    }
    if (text.empty()) {
        return std::nullopt;
    }
    std::int64_t sum = 0;
    while (!text.empty()) {
        const auto term = take_term(text);
        if (!term) {
            return std::nullopt;
        }
        sum = add(sum, *term);
    }
    return Duration(negative ? -sum : sum);
}

bool fits(Duration duration) { return duration >= -kDurationMax && duration <= kDurationMax; }

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
    const auto duration = parse_any(text);
    return duration && fits(*duration) ? duration : std::nullopt;
}

bool is_too_long_duration(std::string_view text) {
    const auto duration = parse_any(text);
    return duration && !fits(*duration);
}

}  // namespace aggregator::reading
