#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace aggregator::http {

/// The classes of characters that HTTP's grammar knows (RFC 9110 5.5 and 5.6, RFC 5234 B.1).
[[nodiscard]] constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

[[nodiscard]] constexpr bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

[[nodiscard]] constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// What may stand in a line: everything but control characters; a tab may.
[[nodiscard]] constexpr bool is_text(char c) {
    return (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) || c == '\t';
}

/// The value of a hexadecimal digit; -1 if it is none.
[[nodiscard]] constexpr int hex_value(char c) {
    if (is_digit(c)) {
        return c - '0';
    }
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

namespace detail {

consteval std::array<bool, 256> token_characters() {
    std::array<bool, 256> table{};
    for (int c = 0; c < 128; ++c) {
        const char one = static_cast<char>(c);
        table[static_cast<std::size_t>(c)] =
            is_digit(one) || is_letter(one) ||
            std::string_view("!#$%&'*+-.^_`|~").find(one) != std::string_view::npos;
    }
    return table;
}

inline constexpr auto kTokenCharacters = token_characters();

}  // namespace detail

/// What methods and the names of fields consist of.
[[nodiscard]] constexpr bool is_token(char c) {
    return detail::kTokenCharacters[static_cast<unsigned char>(c)];
}

/// The first control character of `text` at or behind `from`, a tab being none; its size if there
/// is none. Looks at eight characters at a time: every byte of every head passes here.
[[nodiscard]] inline std::size_t find_control(std::string_view text, std::size_t from) {
    constexpr std::uint64_t kOnes = 0x0101010101010101U;
    constexpr std::uint64_t kHighs = kOnes * 0x80;
    std::size_t at = from;
    if constexpr (std::endian::native == std::endian::little) {
        for (; at + sizeof(std::uint64_t) <= text.size(); at += sizeof(std::uint64_t)) {
            std::uint64_t word = 0;
            std::memcpy(&word, text.data() + at, sizeof word);
            const std::uint64_t deleted = word ^ (kOnes * 0x7F);
            // A borrow may mark a character behind the first one that is meant, never before it.
            const std::uint64_t below_space = (word - kOnes * 0x20) & ~word;
            const std::uint64_t found = (below_space | ((deleted - kOnes) & ~deleted)) & kHighs;
            if (found != 0) {
                at += static_cast<std::size_t>(std::countr_zero(found)) / 8;
                break;
            }
        }
    }
    while (at < text.size() && is_text(text[at])) {
        ++at;
    }
    return at;
}

}  // namespace aggregator::http
