#pragma once

#include <string>

#include <aggregator/base/utf8.hpp>

namespace aggregator::json::lexer {

using base::utf8_end;

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
