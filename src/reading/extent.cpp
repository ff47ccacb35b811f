#include "reading/extent.hpp"

#include <algorithm>

namespace aggregator::reading {

namespace {

/// No more is looked at: a document may be one long line.
constexpr std::size_t kBytesMax = 4096;

/// From an opening quote to behind the closing one; nothing if the line has none.
std::string_view quoted_piece(std::string_view line) {
    const char quote = line.front();
    for (std::size_t at = 1; at < line.size(); ++at) {
        if (line[at] == quote) {
            return line.substr(0, at + 1);
        }
        at += line[at] == '\\' && quote == '"' ? 1u : 0u;
    }
    return {};
}

/// A scalar or key without quotes, as YAML and TOML have them.
std::string_view bare_piece(std::string_view line) {
    std::size_t end = 0;
    while (end < line.size() && std::string_view(" \t,:=#]}").find(line[end]) == line.npos) {
        ++end;
    }
    return line.substr(0, end);
}

std::string_view piece_at(std::string_view line, const json::Node& node, std::size_t offset) {
    if (offset == node.offset && node.size != 0) {
        line = line.substr(0, node.size);
        return line.substr(0, line.find_last_not_of(" \t\r") + 1);
    }
    const bool nested = node.kind == json::Kind::Object || node.kind == json::Kind::Array;
    if (line.empty() || (offset == node.offset && nested)) {
        return {};
    }
    return line.front() == '"' || line.front() == '\'' ? quoted_piece(line) : bare_piece(line);
}

}  // namespace

std::uint32_t length_of(const File& file, const json::Node& node, std::size_t offset) {
    const std::string_view rest = std::string_view(file.document.text()).substr(offset, kBytesMax);
    const std::string_view piece = piece_at(rest.substr(0, rest.find('\n')), node, offset);
    return static_cast<std::uint32_t>(std::count_if(piece.begin(), piece.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

}  // namespace aggregator::reading
