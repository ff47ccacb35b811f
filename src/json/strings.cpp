#include <aggregator/json/spans.hpp>

#include "json/lexer.hpp"
#include "json/utf8.hpp"

namespace aggregator::json {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

/// Appends the character of the `\u` escape whose backslash is at `at`, and returns the place
/// behind it.
const char* append_unicode(std::string& out, const char* at, const char* end) {
    const char32_t unit = lexer::hex_value(at + 2);
    at += 6;
    if (unit < 0xD800 || unit > 0xDFFF) {
        lexer::append_utf8(out, unit);
        return at;
    }
    const bool pair = unit < 0xDC00 && end - at >= 6 && at[0] == '\\' && at[1] == 'u';
    const char32_t low = pair ? lexer::hex_value(at + 2) : 0;
    if (low < 0xDC00 || low > 0xDFFF) {
        out += kReplacement;
        return at;
    }
    lexer::append_utf8(out, 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
    return at + 6;
}

char escaped_char(char letter) {
    switch (letter) {
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        default:
            return letter;
    }
}

void append_control(std::string& out, unsigned char byte) {
    constexpr std::string_view kHex = "0123456789abcdef";
    out += "\\u00";
    out += kHex[byte >> 4];
    out += kHex[byte & 0x0F];
}

void append_ascii_escape(std::string& out, char c) {
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\b':
            out += "\\b";
            return;
        case '\f':
            out += "\\f";
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
            append_control(out, static_cast<unsigned char>(c));
    }
}

}  // namespace

std::string unescape(std::string_view inner) {
    std::string out;
    out.reserve(inner.size());
    const char* at = inner.data();
    const char* const end = at + inner.size();
    while (at != end) {
        const std::string_view rest(at, static_cast<std::size_t>(end - at));
        const std::string_view plain = rest.substr(0, rest.find('\\'));
        out += plain;
        at += plain.size();
        if (at == end) {
            break;
        }
        if (at[1] == 'u') {
            at = append_unicode(out, at, end);
        } else {
            out += escaped_char(at[1]);
            at += 2;
        }
    }
    return out;
}

std::optional<std::string> repair_utf8(std::string_view text) {
    std::string repaired;
    const char* const end = text.data() + text.size();
    const char* kept = text.data();
    for (const char* at = text.data(); at != end;) {
        const char* const next = lexer::utf8_end(at, end);
        if (next == nullptr) {
            repaired.append(kept, at).append(kReplacement);
            kept = at + 1;
        }
        at = next == nullptr ? at + 1 : next;
    }
    if (kept == text.data()) {
        return std::nullopt;
    }
    return repaired.append(kept, end);
}

void append_string(std::string& out, std::string_view text) {
    out += '"';
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at != end) {
        const char* const stop = lexer::plain_end(at, end);
        out.append(at, stop);
        at = stop;
        if (at == end) {
            break;
        }
        if (static_cast<unsigned char>(*at) < 0x80) {
            append_ascii_escape(out, *at++);
        } else if (const char* const next = lexer::utf8_end(at, end); next != nullptr) {
            out.append(at, next);
            at = next;
        } else {
            out += kReplacement;
            ++at;
        }
    }
    out += '"';
}

}  // namespace aggregator::json
