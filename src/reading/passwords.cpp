#include "reading/passwords.hpp"

#include <algorithm>

namespace aggregator::reading {

namespace {

constexpr std::string_view kMask = "***";
/// What a text is cut with that is too long to be repeated.
constexpr std::string_view kCut = "...";
/// What user and password do not reach across: behind `//`, where a password may be unescaped, and
/// elsewhere.
constexpr std::string_view kUrlEnds = " \t\r\n\"'`";
constexpr std::string_view kEnds = " \t\r\n\"'`/?#,";

bool begins_authority(std::string_view ahead) { return ahead.ends_with("//"); }

/// A piece between two ends, and what stands ahead of it.
std::string masked(std::string_view piece, std::string_view ahead) {
    const std::size_t colon = piece.find(':');
    if (colon == std::string_view::npos) {
        return std::string(piece);
    }
    std::size_t end = piece.rfind('@');
    if (end == std::string_view::npos && begins_authority(ahead) && piece.ends_with(kCut)) {
        end = piece.size() - kCut.size();
    }
    if (end == std::string_view::npos || end <= colon + 1) {
        return std::string(piece);
    }
    return std::string(piece.substr(0, colon + 1)).append(kMask).append(piece.substr(end));
}

}  // namespace

std::string without_passwords(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view ahead = text.substr(0, at);
        const std::string_view ends = begins_authority(ahead) ? kUrlEnds : kEnds;
        const std::size_t end = std::min(text.find_first_of(ends, at), text.size());
        out += masked(text.substr(at, end - at), ahead);
        out += text.substr(end, 1);
        at = end + 1;
    }
    return out;
}

}  // namespace aggregator::reading
