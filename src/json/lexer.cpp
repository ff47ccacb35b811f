#include "json/lexer.hpp"

#include <cstdio>
#include <cstring>

#include "json/utf8.hpp"

namespace aggregator::json::lexer {

namespace {

constexpr const char* kHexExpected = "expected four hexadecimal digits after \\u";

bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// The four digits behind `\u`.
Step hex_end(const char* at, const char* end) {
    for (int i = 0; i < 4; ++i, ++at) {
        if (at == end || !is_hex(*at)) {
            return {at, kHexExpected};
        }
    }
    return {at, nullptr};
}

/// From a backslash.
Step escape_end(const char* at, const char* end) {
    ++at;
    if (at == end) {
        return {at, kQuoteExpected};
    }
    if (*at == 'u') {
        return hex_end(at + 1, end);
    }
    if (*at != '\0' && std::strchr("\"\\/bfnrt", *at) != nullptr) {
        return {at + 1, nullptr};
    }
    return {at, "expected one of \" \\ / b f n r t u after a backslash"};
}

/// From a byte that is a control character or not ASCII. Text of other scripts has spaces and
/// commas between its words: those are taken along, because starting the search for the next
/// special byte anew costs more than a few bytes.
Step foreign_end(const char* at, const char* end) {
    if (static_cast<unsigned char>(*at) < 0x20) {
        return {at, "expected an escape, as control characters may not stand in a string"};
    }
    while (at != end) {
        if (static_cast<unsigned char>(*at) >= 0x80) {
            const char* const next = utf8_end(at, end);
            if (next == nullptr) {
                return {at, "expected valid UTF-8"};
            }
            at = next;
        } else if (end - at >= 2 && is_plain(at[0]) && static_cast<unsigned char>(at[1]) >= 0x80) {
            ++at;
        } else {
            break;
        }
    }
    return {at, nullptr};
}

Step digits_after(const char* at, const char* end, const char* wrong) {
    if (at == end || !is_digit(*at)) {
        return {at, wrong};
    }
    return {digits_end(at + 1, end), nullptr};
}

}  // namespace

Step rest_of_string_end(const char* at, const char* end) {
    while (at != end && *at != '"') {
        Step step = *at == '\\' ? escape_end(at, end) : foreign_end(at, end);
        if (step.wrong != nullptr) {
            return step;
        }
        at = plain_end(step.at, end);
    }
    if (at == end) {
        return {at, kQuoteExpected};
    }
    return {at + 1, nullptr};
}

Step fraction_end(const char* at, const char* end) {
    if (*at == '.') {
        const Step step = digits_after(at + 1, end, "expected a digit after '.'");
        if (step.wrong != nullptr) {
            return step;
        }
        at = step.at;
    }
    if (at == end || (*at != 'e' && *at != 'E')) {
        return {at, nullptr};
    }
    ++at;
    if (at != end && (*at == '+' || *at == '-')) {
        ++at;
    }
    return digits_after(at, end, "expected a digit in the exponent");
}

Step literal_end(const char* at, const char* end) {
    const std::string_view text(at, static_cast<std::size_t>(end - at));
    for (const std::string_view literal : {"true", "false", "null"}) {
        if (text.substr(0, literal.size()) == literal) {
            return {at + literal.size(), nullptr};
        }
    }
    return {at, "expected a value (true, false, null, or text in double quotes)"};
}

std::string describe(Step step, const char* end) {
    std::string text = step.wrong;
    if (step.at == end) {
        return text + ", found the end of the text";
    }
    const auto byte = static_cast<unsigned char>(*step.at);
    char found[16];
    if (byte > 0x20 && byte < 0x7F) {
        std::snprintf(found, sizeof found, "'%c'", *step.at);
    } else {
        std::snprintf(found, sizeof found, "byte 0x%02X", static_cast<unsigned>(byte));
    }
    return text + ", found " + found;
}

}  // namespace aggregator::json::lexer
