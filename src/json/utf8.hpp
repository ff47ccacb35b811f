#pragma once

#include <string>

namespace aggregator::json::lexer {

/// Behind the well-formed UTF-8 sequence (Unicode 15, table 3-7) that begins at `at`; null if none
/// begins there.
[[nodiscard]] inline const char* utf8_end(const char* at, const char* end) {
    const auto byte = [at](int i) { return static_cast<unsigned char>(at[i]); };
    const auto follows = [&byte](int i) { return (byte(i) & 0xC0u) == 0x80u; };
    const unsigned lead = byte(0);
    if (lead < 0x80) {
        return at + 1;
    }
    if (lead < 0xE0) {
        return lead >= 0xC2 && end - at >= 2 && follows(1) ? at + 2 : nullptr;
    }
    if (lead < 0xF0) {
        if (end - at < 3 || !follows(1) || !follows(2)) {
            return nullptr;
        }
        const bool overlong = lead == 0xE0 && byte(1) < 0xA0;
        const bool surrogate = lead == 0xED && byte(1) > 0x9F;
        return overlong || surrogate ? nullptr : at + 3;
    }
    if (lead > 0xF4 || end - at < 4 || !follows(1) || !follows(2) || !follows(3)) {
        return nullptr;
    }
    const bool overlong = lead == 0xF0 && byte(1) < 0x90;
    const bool beyond = lead == 0xF4 && byte(1) > 0x8F;
    return overlong || beyond ? nullptr : at + 4;
}

/// The number that four checked hexadecimal digits write.
[[nodiscard]] inline char32_t hex_value(const char* digits) {
    char32_t value = 0;
    for (int i = 0; i < 4; ++i) {
        const auto c = static_cast<unsigned char>(digits[i]);
        // '0'-'9' are 0x30-0x39, letters of both cases end in 1-6: add 9.
        value = value << 4 | ((c & 0x0Fu) + (c >= 'A' ? 9u : 0u));
    }
    return value;
}

/// Appends a Unicode scalar value in UTF-8.
inline void append_utf8(std::string& out, char32_t point) {
    const auto put = [&out](char32_t byte) { out += static_cast<char>(byte); };
    if (point < 0x80) {
        put(point);
    } else if (point < 0x800) {
        put(0xC0 | point >> 6);
        put(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
        put(0xE0 | point >> 12);
        put(0x80 | (point >> 6 & 0x3F));
        put(0x80 | (point & 0x3F));
    } else {
        put(0xF0 | point >> 18);
        put(0x80 | (point >> 12 & 0x3F));
        put(0x80 | (point >> 6 & 0x3F));
        put(0x80 | (point & 0x3F));
    }
}

}  // namespace aggregator::json::lexer
