#include "lint/characters.hpp"

#include <algorithm>
#include <iterator>

namespace aggregator::lint {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view kTab = "    ";

struct Range {
    char32_t first;
    char32_t last;
};

// Line and paragraph separators, and what sets the direction of writing.
constexpr Range kHarmful[] = {{0x0, 0x1F},      {0x7F, 0x9F},     {0x61C, 0x61C},  {0x200E, 0x200F},
                              {0x2028, 0x202E}, {0x2066, 0x2069}, {0xFEFF, 0xFEFF}};

// Combining marks, joiners and selectors of variants.
constexpr Range kNarrow[] = {{0x300, 0x36F},   {0x483, 0x489},   {0x591, 0x5BD},
                             {0x610, 0x61A},   {0x64B, 0x65F},   {0x1AB0, 0x1AFF},
                             {0x1DC0, 0x1DFF}, {0x200B, 0x200D}, {0x20D0, 0x20FF},
                             {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xE0100, 0xE01EF}};

// East Asian wide characters and pictures.
constexpr Range kWide[] = {
    {0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0xA4CF},  {0xA960, 0xA97C}, {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},  {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F},
    {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};

template <std::size_t kSize>
bool contains(const Range (&ranges)[kSize], char32_t code) {
    return std::any_of(std::begin(ranges), std::end(ranges), [code](const Range& range) {
        return code >= range.first && code <= range.last;
    });
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// How many bytes a character has that begins with this one; 0 for a byte that begins none.
std::size_t length_by(unsigned char first) {
    if (first < 0x80) {
        return 1;
    }
    if (first < 0xC2 || first > 0xF4) {
        return 0;
    }
    return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

/// The code point of the first `length` bytes; a surrogate or overlong form comes out as 0.
char32_t decode(std::string_view bytes) {
    constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    const auto first = static_cast<unsigned char>(bytes.front());
    if (bytes.size() == 1) {
        return first;
    }
    char32_t code = first & (0x7Fu >> bytes.size());
    for (const char c : bytes.substr(1)) {
        code = (code << 6) | (static_cast<unsigned char>(c) & 0x3Fu);
    }
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    return surrogate || code < kLeast[bytes.size()] || code > 0x10FFFF ? 0 : code;
}

}  // namespace

Character first_character(std::string_view text) {
    const std::size_t length = length_by(static_cast<unsigned char>(text.front()));
    const std::string_view bytes = text.substr(0, length);
    const bool whole = length != 0 && bytes.size() == length &&
                       std::all_of(bytes.begin() + 1, bytes.end(), is_continuation);
    if (!whole) {
        return {kReplacement, 1, 1};
    }
    if (text.front() == '\t') {
        return {kTab, 1, kTab.size()};
    }
    const char32_t code = decode(bytes);
    if (contains(kHarmful, code)) {
        return {kReplacement, length, 1};
    }
    return {bytes, length, contains(kNarrow, code) ? 0u : contains(kWide, code) ? 2u : 1u};
}

std::size_t character_before(std::string_view text, std::size_t offset) {
    std::size_t at = offset - 1;
    while (at > 0 && offset - at < 4 && is_continuation(text[at])) {
        --at;
    }
    return at + first_character(text.substr(at)).bytes == offset ? at : offset - 1;
}

}  // namespace aggregator::lint
