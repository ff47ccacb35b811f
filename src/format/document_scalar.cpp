#include "format/document_scalar.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace aggregator::format {

namespace {

using json::Kind;
using Words = std::initializer_list<std::string_view>;

bool is_one_of(std::string_view text, Words words) {
    return std::find(words.begin(), words.end(), text) != words.end();
}

std::string_view take_digits(std::string_view& text) {
    const std::size_t size = std::min(text.find_first_not_of("0123456789"), text.size());
    const std::string_view digits = text.substr(0, size);
    text.remove_prefix(size);
    return digits;
}

bool take(std::string_view& text, std::string_view any_of) {
    const bool found = !text.empty() && any_of.find(text.front()) != std::string_view::npos;
    text.remove_prefix(found ? 1 : 0);
    return found;
}

/// A decimal number with or without a fraction and an exponent, as JSON has it; empty if it is
/// none.
std::string decimal(std::string_view text) {
    std::string out = text.substr(0, 1) == "-" ? "-" : "";
    take(text, "+-");
    const std::string_view whole = take_digits(text);
    const std::string_view fraction = take(text, ".") ? take_digits(text) : std::string_view();
    if (whole.empty() && fraction.empty()) {
        return {};
    }
    const std::size_t zeros = std::min(whole.find_first_not_of('0'), whole.size());
    out += zeros == whole.size() ? "0" : whole.substr(zeros);
    out += fraction.empty() ? "" : "." + std::string(fraction);
    if (take(text, "eE")) {
        out += 'e';
        out += text.substr(0, 1) == "-" ? "-" : "";
        take(text, "+-");
        const std::string_view exponent = take_digits(text);
        if (exponent.empty()) {
            return {};
        }
        out += exponent;
    }
    return text.empty() ? out : std::string();
}

/// Digits behind 0x or 0o. Nothing inside if they are too many.
std::optional<Scalar> of_base(std::string_view digits, int base) {
    std::uint64_t number = 0;
    const char* const end = digits.data() + digits.size();
    const auto parsed = std::from_chars(digits.data(), end, number, base);
    if (parsed.ec != std::errc{}) {
        return std::nullopt;
    }
    return Scalar{Kind::Number, std::to_string(number)};
}

bool is_all(std::string_view text, std::string_view digits) {
    return !text.empty() && text.find_first_not_of(digits) == std::string_view::npos;
}

bool has_no_json(std::string_view text) {
    if (is_one_of(text, {".nan", ".NaN", ".NAN"})) {
        return true;
    }
    take(text, "+-");
    return is_one_of(text, {".inf", ".Inf", ".INF"});
}

}  // namespace

std::optional<Scalar> plain_scalar(std::string_view text) {
    if (is_one_of(text, {"", "~", "null", "Null", "NULL"})) {
        return Scalar{Kind::Null, {}};
    }
    if (is_one_of(text, {"true", "True", "TRUE"})) {
        return Scalar{Kind::True, {}};
    }
    if (is_one_of(text, {"false", "False", "FALSE"})) {
        return Scalar{Kind::False, {}};
    }
    const std::string_view prefix = text.substr(0, 2);
    const std::string_view digits = text.substr(prefix.size());
    if (prefix == "0x" && is_all(digits, "0123456789abcdefABCDEF")) {
        return of_base(digits, 16);
    }
    if (prefix == "0o" && is_all(digits, "01234567")) {
        return of_base(digits, 8);
    }
    if (has_no_json(text)) {
        return std::nullopt;
    }
    std::string number = decimal(text);
    return number.empty() ? Scalar{Kind::String, std::string(text)}
                          : Scalar{Kind::Number, std::move(number)};
}

}  // namespace aggregator::format
