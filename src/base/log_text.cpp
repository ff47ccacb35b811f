// How the log's values are written: whatever bytes they have, a line is valid UTF-8 without
// control characters.
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>

#include <aggregator/base/log.hpp>
#include <aggregator/base/utf8.hpp>

namespace aggregator::base {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

/// One character of a text, or one byte that begins none.
struct Piece {
    std::string_view bytes;
    char32_t point = 0;
    bool sound = false;  ///< well-formed UTF-8
};

Piece first_piece(std::string_view text) {
    const char* const end = utf8_end(text.data(), text.data() + text.size());
    if (end == nullptr) {
        return {text.substr(0, 1)};
    }
    const std::string_view bytes = text.substr(0, static_cast<std::size_t>(end - text.data()));
    return {bytes, utf8_point(bytes), true};
}

/// What a terminal or an editor obeys instead of showing it: control characters (C0, DEL, C1), ends
/// of lines, changes of the writing's direction, and the mark of byte order.
bool is_obeyed(char32_t point) {
    return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x2028 || point == 0x2029 ||
           point == 0x200E || point == 0x200F || (point >= 0x202A && point <= 0x202E) ||
           (point >= 0x2066 && point <= 0x2069) || point == 0xFEFF;
}

void append_escape(std::string& out, char32_t point) {
    constexpr std::string_view kHex = "0123456789abcdef";
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) {
        out += kHex[point >> shift & 15];
    }
}

void append_piece(std::string& out, const Piece& piece) {
    if (!piece.sound) {
        out += kReplacement;
    } else if (is_obeyed(piece.point)) {
        append_escape(out, piece.point);
    } else {
        out += piece.bytes;
    }
}

bool is_bare(std::string_view text) {
    bool bare = !text.empty();
    while (bare && !text.empty()) {
        const Piece piece = first_piece(text);
        bare = piece.sound && !is_obeyed(piece.point) && piece.point != ' ' && piece.point != '"' &&
               piece.point != '=' && piece.point != '\\';
        text.remove_prefix(piece.bytes.size());
    }
    return bare;
}

}  // namespace

void append_timestamp(std::string& out) {
    using std::chrono::system_clock;
    const auto now = system_clock::now();
    const auto seconds = system_clock::to_time_t(now);
    const auto millis =
        std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() %
        1000;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 40> text{};
    const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    out.append(text.data(), size);
    std::array<char, 8> fraction{};
    const int length =
        std::snprintf(fraction.data(), fraction.size(), ".%03dZ", static_cast<int>(millis));
    out.append(fraction.data(), static_cast<std::size_t>(length));
}

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        const Piece piece = first_piece(text);
        if (piece.point == '"' || piece.point == '\\') {
            out += '\\';
        }
        append_piece(out, piece);
        text.remove_prefix(piece.bytes.size());
    }
    out += '"';
}

void append_text_value(std::string& out, std::string_view text) {
    if (is_bare(text)) {
        out += text;
    } else {
        append_json_string(out, text);
    }
}

void append_text_event(std::string& out, std::string_view text) {
    while (!text.empty()) {
        const Piece piece = first_piece(text);
        append_piece(out, piece);
        text.remove_prefix(piece.bytes.size());
    }
}

}  // namespace aggregator::base
