#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/// The pieces of a JSON text, each checked strictly by RFC 8259. All functions take the first byte
/// of what they skip and the end of the text; nothing behind `end` is read.
namespace aggregator::json::lexer {

/// The bytes from one to the other.
inline std::string_view between(const char* begin, const char* end) {
    return {begin, static_cast<std::size_t>(end - begin)};
}

/// Where a piece ended, or where it went wrong and what was expected there.
struct Step {
    const char* at;
    const char* wrong;  ///< null: the piece is sound
};

inline constexpr const char* kValueExpected = "expected a value";
inline constexpr const char* kKeyExpected = "expected a key in double quotes";
inline constexpr const char* kColonExpected = "expected ':' after a key";
inline constexpr const char* kNextMemberExpected = "expected ',' or '}' after a member";
inline constexpr const char* kNextElementExpected = "expected ',' or ']' after an element";
inline constexpr const char* kQuoteExpected = "expected the closing '\"' of a string";

/// What a byte can begin, or what it is inside a string.
enum class Class : std::uint8_t { Other, Space, Quote, Number, Letter, Open };

consteval std::array<Class, 256> classes() {
    std::array<Class, 256> table{};
    for (const char c : {' ', '\t', '\n', '\r'}) {
        table[static_cast<unsigned char>(c)] = Class::Space;
    }
    for (const char c : {'-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'}) {
        table[static_cast<unsigned char>(c)] = Class::Number;
    }
    for (const char c : {'t', 'f', 'n'}) {
        table[static_cast<unsigned char>(c)] = Class::Letter;
    }
    table['"'] = Class::Quote;
    table['{'] = Class::Open;
    table['['] = Class::Open;
    return table;
}

inline constexpr std::array<Class, 256> kClasses = classes();

[[nodiscard]] inline Class class_of(char c) { return kClasses[static_cast<unsigned char>(c)]; }

[[nodiscard]] inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Whether a byte of a string stands for itself: printable ASCII other than the quote and the
/// backslash.
[[nodiscard]] inline bool is_plain(char c) { return c >= 0x20 && c != '"' && c != '\\'; }

/// The first byte that is not plain, or the end. The hot loop of every scan.
[[nodiscard]] inline const char* plain_end(const char* at, const char* end) {
#ifdef __SSE2__
    // Compared as signed numbers, "below a space" covers the control characters and all that is not
    // ASCII.
    while (end - at >= 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
        const __m128i ends = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                          _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
        const __m128i rare = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
        const int found = _mm_movemask_epi8(_mm_or_si128(ends, rare));
        if (found != 0) {
            return at + __builtin_ctz(static_cast<unsigned>(found));
        }
        at += 16;
    }
#endif
    while (at != end && is_plain(*at)) {
        ++at;
    }
    return at;
}

/// The first byte that is not white space, or the end.
[[nodiscard]] inline const char* space_end(const char* at, const char* end) {
    while (at != end && class_of(*at) == Class::Space) {
        ++at;
    }
    return at;
}

/// From a string's closing quote, escape or non-ASCII byte (whatever stopped plain_end) to behind
/// the closing quote.
[[nodiscard]] Step rest_of_string_end(const char* at, const char* end);

/// From behind the opening quote to behind the closing one.
[[nodiscard]] inline Step string_end(const char* at, const char* end) {
    at = plain_end(at, end);
    if (at != end && *at == '"') {
        return {at + 1, nullptr};
    }
    return rest_of_string_end(at, end);
}

[[nodiscard]] inline const char* digits_end(const char* at, const char* end) {
    while (at != end && is_digit(*at)) {
        ++at;
    }
    return at;
}

/// The fraction and the exponent of a number, both optional.
[[nodiscard]] Step fraction_end(const char* at, const char* end);

/// A number.
[[nodiscard]] inline Step number_end(const char* at, const char* end) {
    at += *at == '-' ? 1 : 0;
    if (at == end || !is_digit(*at)) {
        return {at, "expected a digit after '-'"};
    }
    at = *at == '0' ? at + 1 : digits_end(at + 1, end);
    if (at != end && (*at == '.' || *at == 'e' || *at == 'E')) {
        return fraction_end(at, end);
    }
    return {at, nullptr};
}

/// `true`, `false` or `null`.
[[nodiscard]] Step literal_end(const char* at, const char* end);

/// A string, number or literal.
[[nodiscard]] inline Step scalar_end(const char* at, const char* end) {
    switch (class_of(*at)) {
        case Class::Quote:
            return string_end(at + 1, end);
        case Class::Number:
            return number_end(at, end);
        case Class::Letter:
            return literal_end(at, end);
        default:
            return {at, kValueExpected};
    }
}

/// A failed step in words for people: what was expected, and what was found.
[[nodiscard]] std::string describe(Step step, const char* end);

}  // namespace aggregator::json::lexer
