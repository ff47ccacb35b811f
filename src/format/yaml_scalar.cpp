#include "format/yaml_scalar.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include <aggregator/base/text.hpp>

namespace aggregator::format {

namespace {

constexpr std::array<std::string_view, 9> kWords = {"true", "false", "null", "yes", "no",
                                                    "on",   "off",   "y",    "n"};

constexpr std::string_view kOthers = " _-./@+%=&?~;()'";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool stands_for_itself(char c) {
    return is_letter(c) || is_digit(c) || kOthers.find(c) != std::string_view::npos;
}

bool is_word(std::string_view text) {
    return text.size() <= 5 && std::ranges::count(kWords, base::to_lower(text)) > 0;
}

bool is_plain(std::string_view text) {
    if (text.empty() || text.back() == ' ' || text.back() == ':') {
        return false;
    }
    if (!is_letter(text.front()) && text.front() != '_' && text.front() != '/') {
        return false;
    }
    for (std::size_t i = 1; i < text.size(); ++i) {
        const bool colon = text[i] == ':' && text[i + 1] != ' ';
        if (!colon && !stands_for_itself(text[i])) {
            return false;
        }
    }
    return !is_word(text);
}

void append_hex(std::string& out, std::uint32_t point) {
    constexpr std::string_view kHex = "0123456789abcdef";
    const bool small = point < 0x100;
    out += small ? "\\x" : "\\u";
    for (std::uint32_t shift = small ? 8 : 16; shift != 0;) {
        shift -= 4;
        out += kHex[point >> shift & 0xFU];
    }
}

void append_ascii(std::string& out, char c) {
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            append_hex(out, static_cast<unsigned char>(c));
    }
}

struct Special {
    std::string_view bytes;
    std::uint32_t point;
};

// Line breaks of YAML 1.1, the byte order mark, and what is no character.
constexpr std::array kSpecials = {Special{"\xE2\x80\xA8", 0x2028}, Special{"\xE2\x80\xA9", 0x2029},
                                  Special{"\xEF\xBB\xBF", 0xFEFF}, Special{"\xEF\xBF\xBE", 0xFFFE},
                                  Special{"\xEF\xBF\xBF", 0xFFFF}};

// Bytes that stand for themselves wherever they are; the three others lead what may be special.
bool is_safe(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && c != '"' && c != '\\' && byte != 0x7F && byte != 0xC2 && byte != 0xE2 &&
           byte != 0xEF;
}

// Appends the character that the text begins with, and returns its bytes or the first of them.
std::size_t append_unsafe(std::string& out, std::string_view text) {
    const auto first = static_cast<unsigned char>(text.front());
    if (first < 0x80) {
        append_ascii(out, text.front());
        return 1;
    }
    if (const auto second = static_cast<unsigned char>(text[1]); first == 0xC2 && second < 0xA0) {
        append_hex(out, second);
        return 2;
    }
    for (const Special& special : kSpecials) {
        if (text.starts_with(special.bytes)) {
            append_hex(out, special.point);
            return special.bytes.size();
        }
    }
    out += text.front();
    return 1;
}

}  // namespace

void append_yaml_quoted(std::string& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        const auto stop = std::ranges::find_if_not(text, is_safe);
        const auto safe = static_cast<std::size_t>(stop - text.begin());
        out += text.substr(0, safe);
        text.remove_prefix(safe);
        if (!text.empty()) {
            text.remove_prefix(append_unsafe(out, text));
        }
    }
    out += '"';
}

void append_yaml_string(std::string& out, std::string_view text) {
    if (is_plain(text)) {
        out += text;
    } else {
        append_yaml_quoted(out, text);
    }
}

}  // namespace aggregator::format
