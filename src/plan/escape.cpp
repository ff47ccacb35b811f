#include "plan/escape.hpp"

#include <array>
#include <cstdint>

namespace aggregator::plan {

namespace {

using ByteSet = std::array<bool, 256>;

constexpr std::string_view kUnreserved =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

consteval ByteSet bytes(std::string_view others) {
    ByteSet set{};
    for (const char c : kUnreserved) {
        set[static_cast<unsigned char>(c)] = true;
    }
    for (const char c : others) {
        set[static_cast<unsigned char>(c)] = true;
    }
    return set;
}

// RFC 3986 pchar, and what a pattern's author may mean by writing it: slashes, and brackets as in
// `a[]=1`.
constexpr ByteSet kPathLiteral = bytes("!$&'()*+,;=:@/[]");
constexpr ByteSet kQueryLiteral = bytes("!$&'()*+,;=:@/?[]");
constexpr ByteSet kPathSegment = bytes("!$&'()*+,;=:@");
// Servers that know path parameters cut a segment at its `;`, and then look for dots.
constexpr ByteSet kPathValue = bytes("!$&'()*+,=:@");
constexpr ByteSet kQueryValue = bytes("");

constexpr bool has(const ByteSet& set, char c) { return set[static_cast<unsigned char>(c)]; }

void append_escape(std::string& out, char c) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    const char escape[] = {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    out.append(escape, sizeof escape);
}

void append_bytes(std::string& out, std::string_view text, const ByteSet& safe) {
    std::size_t from = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!has(safe, text[i])) {
            out.append(text, from, i - from);
            append_escape(out, text[i]);
            from = i + 1;
        }
    }
    out.append(text, from, std::string_view::npos);
}

void append_literal(std::string& out, std::string_view text, const ByteSet& safe) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (has(safe, text[i]) || (text[i] == '%' && decode_escape(text, i))) {
            out += text[i];
        } else {
            append_escape(out, text[i]);
        }
    }
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

}  // namespace

void append_path_literal(std::string& out, std::string_view text) {
    append_literal(out, text, kPathLiteral);
}

void append_query_literal(std::string& out, std::string_view text) {
    append_literal(out, text, kQueryLiteral);
}

void append_path_value(std::string& out, std::string_view bytes) {
    append_bytes(out, bytes, kPathValue);
}

void append_path_segment(std::string& out, std::string_view bytes) {
    append_bytes(out, bytes, kPathSegment);
}

void append_query_value(std::string& out, std::string_view bytes) {
    append_bytes(out, bytes, kQueryValue);
}

void append_form_value(std::string& out, std::string_view bytes) {
    std::size_t from = 0;
    for (std::size_t space = bytes.find(' '); space != std::string_view::npos;
         space = bytes.find(' ', from)) {
        append_bytes(out, bytes.substr(from, space - from), kQueryValue);
        out += '+';
        from = space + 1;
    }
    append_bytes(out, bytes.substr(from), kQueryValue);
}

std::optional<char> decode_escape(std::string_view text, std::size_t at) {
    if (at + 2 >= text.size()) {
        return std::nullopt;
    }
    const int high = hex_digit(text[at + 1]);
    const int low = hex_digit(text[at + 2]);
    if (high < 0 || low < 0) {
        return std::nullopt;
    }
    return static_cast<char>(high * 16 + low);
}

}  // namespace aggregator::plan
