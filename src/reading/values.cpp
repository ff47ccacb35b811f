#include <aggregator/reading/values.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>
#include <vector>

#include <aggregator/base/text.hpp>

#include <aggregator/reading/grammar.hpp>

namespace aggregator::reading {

std::optional<Value> member_of(const Value& value, std::string_view key) {
    const json::Node* const found = value.node.kind == json::Kind::Object
                                        ? value.file.document.member(value.node, key)
                                        : nullptr;
    return found == nullptr ? std::nullopt
                            : std::optional(Value{value.file, *found, key, value.report});
}

namespace strict {

namespace {

using json::Kind;

constexpr std::size_t kLabelMax = 64;
constexpr std::int64_t kStatusMin = 100;
constexpr std::int64_t kStatusMax = 599;

constexpr Word<std::uint64_t> kUnits[] = {
    {"KiB", 1u << 10}, {"MiB", 1u << 20}, {"GiB", 1u << 30}, {"B", 1}};

/// Fields that belong to a connection or to a message's framing (RFC 9110 7.6.1, 8.6, 10.1.1).
constexpr std::string_view kNotToBeSet[] = {
    "Connection",        "Content-Length",   "Expect", "HTTP2-Settings",
    "Keep-Alive",        "Proxy-Connection", "TE",     "Trailer",
    "Transfer-Encoding", "Upgrade"};

std::optional<std::uint64_t> parse_size(std::string_view text) {
    for (const auto& [name, unit] : kUnits) {
        if (!text.ends_with(name)) {
            continue;
        }
        text.remove_suffix(name.size());
        const auto number = base::parse_decimal(text);
        const bool fits = number && *number <= std::numeric_limits<std::uint64_t>::max() / unit;
        return fits ? std::optional(*number * unit) : std::nullopt;
    }
    return std::nullopt;
}

/// Cuts a number of exactly that many digits off the text; nothing if there is none.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
    const std::string_view digits = text.substr(0, count);
    if (digits.size() < count || digits.find_first_not_of("0123456789") != std::string_view::npos) {
        return std::nullopt;
    }
    text.remove_prefix(count);
    return static_cast<int>(*base::parse_decimal(digits));
}

bool take(std::string_view& text, std::string_view characters) {
    const bool found = !text.empty() && characters.find(text.front()) != std::string_view::npos;
    text.remove_prefix(found ? 1 : 0);
    return found;
}

/// The numbers of a text of which the form says how many digits each has, and what stands between.
bool take_numbers(std::string_view& text, std::string_view form, std::span<int> numbers) {
    std::size_t taken = 0;
    for (const char& c : form) {
        if (c < '0' || c > '9') {
            if (!take(text, {&c, 1})) {
                return false;
            }
            continue;
        }
        const auto number = take_digits(text, static_cast<std::size_t>(c - '0'));
        if (!number) {
            return false;
        }
        numbers[taken++] = *number;
    }
    return true;
}

/// What the decimals behind the seconds say, down to a nanosecond.
std::optional<Duration> take_fraction(std::string_view& text) {
    if (!take(text, ".")) {
        return Duration::zero();
    }
    const std::size_t size = std::min(text.find_first_not_of("0123456789"), text.size());
    Duration::rep sum = 0;
    Duration::rep unit = 100'000'000;
    for (const char c : text.substr(0, size)) {
        sum += unit * (c - '0');
        unit /= 10;
    }
    text.remove_prefix(size);
    return size == 0 ? std::nullopt : std::optional(Duration(sum));
}

/// East of Greenwich: `Z`, `+01:00`.
std::optional<std::chrono::minutes> take_offset(std::string_view& text) {
    if (take(text, "Zz")) {
        return std::chrono::minutes(0);
    }
    const bool west = text.starts_with('-');
    std::array<int, 2> numbers{};
    if (!take(text, "+-") || !take_numbers(text, "2:2", numbers) || numbers[0] > 23 ||
        numbers[1] > 59) {
        return std::nullopt;
    }
    const std::chrono::minutes offset(numbers[0] * 60 + numbers[1]);
    return west ? -offset : offset;
}

std::string shown(double number) {
    char text[32];
    return {text, static_cast<std::size_t>(std::snprintf(text, sizeof text, "%g", number))};
}

}  // namespace

void read_size(const Value& value, std::uint64_t& bytes) {
    const bool text = value.node.kind == Kind::String;
    const auto number = text ? parse_size(value.node.text) : base::parse_decimal(value.node.text);
    if ((text || value.node.kind == Kind::Number) && number) {
        bytes = *number;
        return;
    }
    const std::string expected = "a size as \"512KiB\", \"1MiB\", or a whole number of bytes";
    const std::string hint =
        "the units are B, KiB, MiB and GiB, each 1024 times the one before, and follow without a "
        "space";
    if (text) {
        value.error("bad-value",
                    value.label() + "expected " + expected + ", found " + described(value.node),
                    hint);
    } else {
        value.wrong_type(expected, hint);
    }
}

void read_statuses(const Value& value, std::vector<int>& statuses) {
    if (!expect(value, Kind::Array, "a list of statuses")) {
        return;
    }
    for (const std::uint32_t element : value.node.elements) {
        const Value one = value.element(element);
        std::uint32_t status = kStatusMin;
        read(one, status);
        if (in_range(one, status, kStatusMin, kStatusMax)) {
            statuses.push_back(static_cast<int>(status));
        }
    }
}

std::optional<double> real(const Value& value, double low, double high) {
    if (!expect(value, Kind::Number, "a number")) {
        return std::nullopt;
    }
    const std::string& text = value.node.text;
    double number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    // A number that is too small to be told from 0 is out of range for from_chars() too.
    const bool known = parsed.ec == std::errc{} && std::isfinite(number);
    if (!known || number < low || number > high) {
        value.error("out-of-range", value.label() + "expected a number from " + shown(low) +
                                        " to " + shown(high) + ", found " + described(value.node));
        return std::nullopt;
    }
    return number;
}

void read_positive(const Value& value, Duration& out) {
    Duration duration = out;
    read(value, duration);
    if (duration > Duration::zero()) {
        out = duration;
    } else {
        value.error("out-of-range", value.label() +
                                        "expected a duration of more than nothing, found " +
                                        described(value.node));
    }
}

std::optional<std::chrono::system_clock::time_point> parse_time(std::string_view text) {
    std::array<int, 3> date{};
    std::array<int, 3> clock{};
    if (!take_numbers(text, "4-2-2", date) || !take(text, "Tt ") ||
        !take_numbers(text, "2:2:2", clock)) {
        return std::nullopt;
    }
    const auto fraction = take_fraction(text);
    const auto offset = take_offset(text);
    const std::chrono::year_month_day day{std::chrono::year{date[0]},
                                          std::chrono::month{static_cast<unsigned>(date[1])},
                                          std::chrono::day{static_cast<unsigned>(date[2])}};
    // A second 60 is a leap second. What nanoseconds since 1970 cannot say is no time to wait for.
    const bool valid = day.ok() && clock[0] < 24 && clock[1] < 60 && clock[2] <= 60 &&
                       date[0] >= 1700 && date[0] <= 2200;
    if (!fraction || !offset || !valid || !text.empty()) {
        return std::nullopt;
    }
    return std::chrono::sys_days(day) + std::chrono::hours(clock[0]) +
           std::chrono::minutes(clock[1]) + std::chrono::seconds(clock[2]) + *fraction - *offset;
}

void read_label(const Value& value, std::string& label) {
    if (!expect(value, Kind::String, "a text")) {
        return;
    }
    const std::string& text = value.node.text;
    if (text.empty() || (is_token(text) && text.size() <= kLabelMax)) {
        label = text;
        return;
    }
    value.error("bad-value",
                value.label() + "expected a name of up to 64 letters, digits and any of " +
                    "!#$%&'*+-.^_`|~, found " + described(value.node),
                "it stands in headers, logs, metrics and addresses");
}

std::optional<NameFault> header_name_fault(std::string_view name) {
    if (!is_token(name)) {
        return NameFault{.message = "expected the name of a header, found " + quoted(name),
                         .hint = {}};
    }
    const bool reserved =
        std::any_of(std::begin(kNotToBeSet), std::end(kNotToBeSet),
                    [name](std::string_view one) { return base::equal_ignoring_case(one, name); });
    if (!reserved) {
        return std::nullopt;
    }
    return NameFault{.message = quoted(name) + " cannot be set by a configuration",
                     .hint = "each connection has its own"};
}

void read_header_name(const Value& value, std::string& name) {
    if (!expect(value, Kind::String, "a text")) {
        return;
    }
    if (auto fault = header_name_fault(value.node.text)) {
        value.error("bad-value", value.label() + fault->message, std::move(fault->hint));
        return;
    }
    name = value.node.text;
}

void read_header_names(const Value& value, std::vector<std::string>& names) {
    if (!expect(value, Kind::Array, "a list of texts")) {
        return;
    }
    names.clear();
    for (const std::uint32_t element : value.node.elements) {
        read_header_name(value.element(element), names.emplace_back());
    }
}

void tell_unknown_word(const Value& value, std::span<const std::string_view> words) {
    std::string list;
    for (std::size_t i = 0; i < words.size(); ++i) {
        list += i == 0 ? "" : i + 1 == words.size() ? " or " : ", ";
        list.append("\"").append(words[i]).append("\"");
    }
    const auto guess = base::closest(value.node.text, {words.begin(), words.end()});
    value.error("bad-value",
                value.label() + "expected " + list + ", found " + described(value.node),
                guess ? "did you mean " + quoted(*guess) + "?" : std::string());
}

}  // namespace strict

}  // namespace aggregator::reading
