#include <aggregator/reading/typing.hpp>

#include <charconv>
#include <cmath>

#include <aggregator/base/text.hpp>
#include <aggregator/reading/times.hpp>

namespace aggregator::reading {

namespace {

using json::Kind;

constexpr std::string_view kDurationExpected = "a duration as \"300ms\", \"1.5s\" or \"1h30m\"";

/// What to write instead of a duration that is a number, or misses its unit.
std::string duration_hint(const json::Node& node) {
    if (is_too_long_duration(node.text)) {
        return "the longest is 876000h, which is a hundred years";
    }
    if (node.kind == Kind::Number || parse_duration(node.text + "s")) {
        return "write a unit: \"" + node.text + "ms\" or \"" + node.text + "s\"";
    }
    return "the units are ns, us, ms, s, m and h, written behind the number without a space";
}

void read_duration(const Value& value, Duration& out) {
    const bool text = value.node.kind == Kind::String;
    if (!text && value.node.kind != Kind::Number) {
        value.wrong_type(kDurationExpected);
        return;
    }
    const auto duration = text ? parse_duration(value.node.text) : std::nullopt;
    if (duration) {
        out = *duration;
        return;
    }
    value.error("bad-duration",
                value.label() + "expected " + std::string(kDurationExpected) + ", found " +
                    described(value.node),
                duration_hint(value.node));
}

/// The number of a text that has decimal digits alone, with a minus sign in front or not: a zero in
/// front would be octal to other readers. `ec` says what is wrong with it.
std::from_chars_result parse_digits(std::string_view text, std::int64_t& number) {
    const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
    if (digits.size() > 1 && digits.front() == '0') {
        return {text.data(), std::errc::invalid_argument};
    }
    auto result = std::from_chars(text.data(), text.data() + text.size(), number);
    if (result.ec == std::errc{} && result.ptr != text.data() + text.size()) {
        result.ec = std::errc::invalid_argument;
    }
    return result;
}

/// A number of JSON, whose fraction may be zero; nothing if it is not whole, or too large.
std::optional<std::int64_t> to_integer(std::string_view number) {
    std::int64_t digits = 0;
    if (parse_digits(number, digits).ec == std::errc{}) {
        return digits;
    }
    double real = 0;
    const char* const end = number.data() + number.size();
    const auto parsed = std::from_chars(number.data(), end, real);
    if (parsed.ec != std::errc{} || !(std::abs(real) < 9.0e18) || std::trunc(real) != real) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(real);
}

std::optional<std::int64_t> integer_in_text(const Value& value) {
    const std::string& text = value.node.text;
    std::int64_t number = 0;
    const auto parsed = parse_digits(text, number);
    if (text.empty() || parsed.ec == std::errc{}) {
        return number;
    }
    if (parsed.ec == std::errc::result_out_of_range) {
        value.error("out-of-range", value.label() + "no number of this size is expected, found " +
                                        described(value.node));
    } else {
        value.wrong_type("a whole number",
                         "a number in a text has decimal digits alone, as \"8080\": no spaces, "
                         "plus sign, zero in front, fraction, exponent or 0x");
    }
    return std::nullopt;
}

/// What to write instead of a word for yes or no.
std::string bool_hint(const json::Node& node, std::string otherwise) {
    if (node.kind == Kind::String) {
        const std::string word = base::to_lower(node.text);
        if (word == "yes" || word == "on") {
            return "write true";
        }
        if (word == "no" || word == "off") {
            return "write false";
        }
    }
    return otherwise;
}

std::optional<bool> to_bool(std::string_view text) {
    for (const std::string_view yes : {"1", "t", "T", "true", "True", "TRUE"}) {
        if (text == yes) {
            return true;
        }
    }
    for (const std::string_view no : {"", "0", "f", "F", "false", "False", "FALSE"}) {
        if (text == no) {
            return false;
        }
    }
    return std::nullopt;
}

bool is_zero(std::string_view number) {
    double real = 0;
    std::from_chars(number.data(), number.data() + number.size(), real);
    return number.find_first_of("123456789") == std::string_view::npos || real == 0;
}

}  // namespace

bool in_range(const Value& value, std::int64_t number, std::int64_t low, std::int64_t high) {
    if (number >= low && number <= high) {
        return true;
    }
    value.error("out-of-range", value.label() + "expected a number from " + std::to_string(low) +
                                    " to " + std::to_string(high) + ", found " +
                                    described(value.node));
    return false;
}

namespace weak {

void read(const Value& value, std::string& out) {
    switch (value.node.kind) {
        case Kind::String:
        case Kind::Number:
            out = value.node.text;
            return;
        case Kind::True:
            out = "1";
            return;
        case Kind::False:
            out = "0";
            return;
        case Kind::Null:
            out.clear();
            return;
        default:
            value.wrong_type("a text");
    }
}

void read(const Value& value, bool& out) {  // style: parameters: it is where the value goes
    std::optional<bool> read;
    switch (value.node.kind) {
        case Kind::True:
            read = true;
            break;
        case Kind::False:
            read = false;
            break;
        case Kind::Number:
            read = !is_zero(value.node.text);
            break;
        case Kind::String:
            read = to_bool(value.node.text);
            break;
        default:
            break;
    }
    if (!read) {
        value.wrong_type("true or false", bool_hint(value.node, {}));
        return;
    }
    out = *read;
}

void read(const Value& value, Duration& out) { read_duration(value, out); }

std::optional<std::int64_t> integer(const Value& value) {
    std::optional<std::int64_t> read;
    switch (value.node.kind) {
        case Kind::True:
            return 1;
        case Kind::False:
            return 0;
        case Kind::Number:
            read = to_integer(value.node.text);
            break;
        case Kind::String:
            return integer_in_text(value);
        default:
            break;
    }
    if (!read) {
        const bool number = value.node.kind == Kind::Number;
        value.wrong_type("a whole number", number ? "write it without a fraction" : "");
    }
    return read;
}

std::vector<Value> elements(const Value& value) {
    std::vector<Value> list;
    if (value.node.kind == Kind::Array) {
        for (const std::uint32_t element : value.node.elements) {
            list.push_back(value.element(element));
        }
    } else if (value.node.kind != Kind::Object || !value.node.members.empty()) {
        list.push_back(value);
    }
    return list;
}

void read(const Value& value, std::vector<std::string>& out) {
    out.clear();
    for (const Value& element : elements(value)) {
        read(element, out.emplace_back());
    }
}

void read(const Value& value, std::vector<int>& out) {
    out.clear();
    for (const Value& element : elements(value)) {
        read(element, out.emplace_back());
    }
}

void read(const Value& value, Pairs& out) {
    if (value.node.kind != Kind::Object) {
        value.wrong_type("an object of texts");
        return;
    }
    out.clear();
    for (const json::Node::Entry& entry : value.node.members) {
        out.emplace_back(entry.key, std::string());
        read(value.member(entry), out.back().second);
    }
}

}  // namespace weak

namespace strict {

bool expect(const Value& value, Kind kind, std::string_view expected) {
    if (value.node.kind == kind) {
        return true;
    }
    value.wrong_type(expected);
    return false;
}

void read(const Value& value, std::string& out) {
    if (expect(value, Kind::String, "a text")) {
        out = value.node.text;
    }
}

void read(const Value& value, bool& out) {  // style: parameters: it is where the value goes
    if (value.node.kind == Kind::True || value.node.kind == Kind::False) {
        out = value.node.kind == Kind::True;
        return;
    }
    value.wrong_type("true or false",
                     bool_hint(value.node, "inside `extra_config` no value is converted"));
}

void read(const Value& value, Duration& out) { read_duration(value, out); }

void read(const Value& value, std::vector<std::string>& out) {
    if (!expect(value, Kind::Array, "a list of texts")) {
        return;
    }
    out.clear();
    for (const std::uint32_t element : value.node.elements) {
        read(value.element(element), out.emplace_back());
    }
}

void read(const Value& value, std::uint64_t& out) {
    const auto number = base::parse_decimal(value.node.text);
    if (value.node.kind != Kind::Number || !number) {
        value.wrong_type("a whole number of at least 0");
        return;
    }
    out = *number;
}

void read(const Value& value, std::uint32_t& out) {
    std::uint64_t number = out;
    read(value, number);
    constexpr std::uint64_t kMax = std::numeric_limits<std::uint32_t>::max();
    if (in_range(value, static_cast<std::int64_t>(std::min(number, kMax + 1)), 0, kMax)) {
        out = static_cast<std::uint32_t>(number);
    }
}

}  // namespace strict

}  // namespace aggregator::reading
