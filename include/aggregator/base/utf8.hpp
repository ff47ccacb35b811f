#pragma once

#include <string_view>

/// UTF-8 as RFC 3629 defines it, read sequence by sequence: what is not a shortest form, is a
/// surrogate or lies beyond U+10FFFF is no sequence. Both functions are pure, allocate nothing and
/// never read at or behind `end`; they are inline because the JSON scanner calls them for each
/// character that is not ASCII.
namespace aggregator::base {

/// Behind the well-formed UTF-8 sequence (Unicode 15, table 3-7) that begins at `at`; null if none
/// begins there. `at` is before `end`.
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

/// The code point of one whole well-formed sequence, as utf8_end() delimits it. Any other text
/// gives a number without a meaning; an empty one is not allowed.
[[nodiscard]] inline char32_t utf8_point(std::string_view sequence) {
    const auto lead = static_cast<unsigned char>(sequence.front());
    // The lead byte's payload: 7, 5, 4 or 3 bits for sequences of 1, 2, 3 or 4 bytes.
    char32_t point = sequence.size() == 1 ? lead : lead & (0x7Fu >> sequence.size());
    for (const char next : sequence.substr(1)) {
        point = point << 6 | (static_cast<unsigned char>(next) & 0x3Fu);
    }
    return point;
}

}  // namespace aggregator::base
