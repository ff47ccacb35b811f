#include "lint/excerpt.hpp"

#include <algorithm>

#include "lint/characters.hpp"

namespace aggregator::lint {

namespace {

/// Columns of a line that are shown, and those that are kept in front of a place far behind.
constexpr std::size_t kColumnsMax = 100;
constexpr std::size_t kBeforeMax = 40;
constexpr std::string_view kCut = "...";

/// Characters of no width have to end somewhere too.
constexpr std::size_t kBytesMax = 1024;

struct Stretch {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t columns = 0;
};

/// What stands in front of `offset` on its line, `columns` of it at most.
Stretch before(std::string_view text, std::size_t offset, std::size_t columns) {
    Stretch found{offset, offset, 0};
    while (found.begin > 0 && text[found.begin - 1] != '\n' && offset - found.begin < kBytesMax) {
        const std::size_t at = character_before(text, found.begin);
        const std::size_t wider = found.columns + first_character(text.substr(at)).columns;
        if (wider > columns) {
            break;
        }
        found = {at, offset, wider};
    }
    return found;
}

/// What stands at and behind `offset` on its line, `columns` of it at most.
Stretch behind(std::string_view text, std::size_t offset, std::size_t columns) {
    Stretch found{offset, offset, 0};
    while (found.end < text.size() && text[found.end] != '\n' && found.end - offset < kBytesMax) {
        const Character next = first_character(text.substr(found.end));
        if (found.columns + next.columns > columns) {
            break;
        }
        found.end += next.bytes;
        found.columns += next.columns;
    }
    return found;
}

std::string shown(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const Character next = first_character(text);
        out += next.shown;
        text.remove_prefix(next.bytes);
    }
    return out;
}

/// The columns of the first `length` characters.
std::size_t columns_of(std::string_view text, std::size_t length) {
    std::size_t columns = 0;
    for (; length > 0 && !text.empty(); --length) {
        const Character next = first_character(text);
        columns += next.columns;
        text.remove_prefix(next.bytes);
    }
    return columns;
}

/// Without the white space at its end, which nobody would see.
std::string_view trimmed(std::string_view text) {
    return text.substr(0, text.find_last_not_of(" \t\r") + 1);
}

}  // namespace

Excerpt excerpt_of(const json::Document& document, const reading::Diagnostic& diagnostic) {
    const std::string_view text = document.text();
    const std::size_t offset = document.offset({diagnostic.line, diagnostic.column});
    const std::size_t rest = behind(text, offset, kColumnsMax).columns;
    const Stretch left =
        before(text, offset, std::max(kBeforeMax, kColumnsMax - std::min(rest, kColumnsMax)));
    const Stretch right = behind(text, offset, kColumnsMax - left.columns);
    const bool begun = left.begin > 0 && text[left.begin - 1] != '\n';
    const bool goes_on = right.end < text.size() && text[right.end] != '\n';

    Excerpt excerpt;
    excerpt.text = begun ? kCut : "";
    excerpt.indent = excerpt.text.size() + left.columns;
    excerpt.text += shown(text.substr(left.begin, offset - left.begin));
    const std::string_view following = text.substr(offset, right.end - offset);
    excerpt.text += shown(trimmed(following));
    excerpt.text += goes_on ? kCut : "";
    excerpt.width = std::max<std::size_t>(columns_of(following, diagnostic.length), 1);
    return excerpt;
}

std::string printable(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const bool white = text.front() == '\n' || text.front() == '\t' || text.front() == '\r';
        const Character next = first_character(text);
        out += white ? " " : next.shown;
        text.remove_prefix(next.bytes);
    }
    return out;
}

}  // namespace aggregator::lint
