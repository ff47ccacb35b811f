#include "format/xml_text.hpp"

#include <algorithm>
#include <array>

namespace aggregator::format {

namespace {

constexpr std::string_view kReplacementText = "\xEF\xBF\xBD";  // U+FFFD

struct CodeRange {
    char32_t first;
    char32_t last;
};

// From XML 1.0, productions 4 and 4a, what older readers allow too: the blocks of letters.
constexpr std::array kNameStarts = {CodeRange{':', ':'},       CodeRange{'_', '_'},
                                    CodeRange{0xC0, 0xD6},     CodeRange{0xD8, 0xF6},
                                    CodeRange{0xF8, 0x2FF},    CodeRange{0x386, 0x386},
                                    CodeRange{0x388, 0x1FFF},  CodeRange{0x3041, 0x318F},
                                    CodeRange{0x4E00, 0x9FA5}, CodeRange{0xAC00, 0xD7A3}};
constexpr std::array kNameFollowers = {CodeRange{'-', '.'}, CodeRange{'0', '9'},
                                       CodeRange{0xB7, 0xB7}, CodeRange{0x300, 0x36F}};

template <typename Ranges>
bool within_any(const Ranges& ranges, char32_t point) {
    return std::ranges::any_of(
        ranges, [point](CodeRange range) { return point >= range.first && point <= range.last; });
}

bool is_letter(char32_t point) { return (point | 0x20U) >= 'a' && (point | 0x20U) <= 'z'; }

bool may_begin(char32_t point) { return is_letter(point) || within_any(kNameStarts, point); }
bool may_follow(char32_t point) { return may_begin(point) || within_any(kNameFollowers, point); }

struct Point {
    char32_t value;
    std::size_t size;
};

// The text was checked to be UTF-8.
Point point_at(std::string_view text) {
    const auto byte = [text](std::size_t i) {
        return static_cast<char32_t>(static_cast<unsigned char>(text[i]));
    };
    const char32_t lead = byte(0);
    if (lead < 0x80) {
        return {lead, 1};
    }
    const std::size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t value = lead & (0xFFU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        value = value << 6U | (byte(i) & 0x3FU);
    }
    return {value, size};
}

std::string_view escape_of(char c, XmlPlace place) {
    switch (c) {
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '"':
            return "&quot;";
        case '\'':
            return "&apos;";
        case '\r':
            return "&#13;";
        case '\n':
            return place == XmlPlace::Attribute ? "&#10;" : "\n";
        case '\t':
            return place == XmlPlace::Attribute ? "&#9;" : "\t";
        default:
            return kReplacementText;
    }
}

// Whether a byte stands for itself; 0xEF leads U+FFFE and U+FFFF.
bool is_plain(char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != '&' && c != '<' && c != '>' && c != '"' &&
           c != '\'' && c != '\xEF';
}

}  // namespace

bool is_xml_name(std::string_view text) {
    if (text.empty() || !may_begin(point_at(text).value)) {
        return false;
    }
    while (!text.empty()) {
        const Point point = point_at(text);
        if (!may_follow(point.value)) {
            return false;
        }
        text.remove_prefix(point.size);
    }
    return true;
}

std::string xml_name_of(std::string_view text) {
    std::string name;
    if (text.empty() || (may_follow(point_at(text).value) && !may_begin(point_at(text).value))) {
        name = '_';
    }
    while (!text.empty()) {
        const Point point = point_at(text);
        name += may_follow(point.value) ? text.substr(0, point.size) : "_";
        text.remove_prefix(point.size);
    }
    return name;
}

void append_xml_text(std::string& out, std::string_view text, XmlPlace place) {
    while (!text.empty()) {
        const auto stop = std::ranges::find_if_not(text, is_plain);
        const auto plain = static_cast<std::size_t>(stop - text.begin());
        out += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty()) {
            return;
        }
        const Point point = point_at(text);
        if (point.size == 1) {
            out += escape_of(text.front(), place);
        } else {
            const bool none = point.value == 0xFFFE || point.value == 0xFFFF;
            out += none ? kReplacementText : text.substr(0, point.size);
        }
        text.remove_prefix(point.size);
    }
}

}  // namespace aggregator::format
