#include <aggregator/lint/fix.hpp>

#include <algorithm>
#include <span>

namespace aggregator::lint {

namespace {

constexpr std::size_t kContext = 3;
/// How far two texts are searched for a line in which they agree again.
constexpr std::size_t kReachMax = 2000;

using Lines = std::vector<std::string_view>;

Lines with_ends(std::string_view text) {
    Lines lines;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size() - 1);
        lines.push_back(text.substr(at, end - at + 1));
        at = end + 1;
    }
    return lines;
}

/// A run of lines that differ: half-open ranges of both texts, one of which may be empty.
struct Change {
    std::size_t from = 0, from_end = 0;
    std::size_t to = 0, to_end = 0;
};

/// Where both texts agree again behind a difference; at both ends if that is too far away.
Change next_change(const Lines& from, const Lines& to, std::size_t i, std::size_t j) {
    for (std::size_t skipped = 1; skipped <= kReachMax; ++skipped) {
        // Lines that were replaced one by one come first.
        for (std::size_t step = 0; step <= skipped; ++step) {
            const std::size_t half = skipped / 2;
            const std::size_t x = step <= half ? half - step : step;
            const std::size_t a = i + x;
            const std::size_t b = j + skipped - x;
            if (a < from.size() && b < to.size() && from[a] == to[b]) {
                return {i, a, j, b};
            }
        }
    }
    return {i, from.size(), j, to.size()};
}

std::vector<Change> changes_between(const Lines& from, const Lines& to) {
    std::vector<Change> changes;
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < from.size() || j < to.size()) {
        if (i < from.size() && j < to.size() && from[i] == to[j]) {
            ++i;
            ++j;
            continue;
        }
        changes.push_back(next_change(from, to, i, j));
        i = changes.back().from_end;
        j = changes.back().to_end;
    }
    return changes;
}

void add_lines(std::string& out, char mark, std::span<const Lines::value_type> lines) {
    for (const auto& line : lines) {
        out += mark;
        out += line;
        if (line.back() != '\n') {
            out += "\n\\ No newline at end of file\n";
        }
    }
}

/// `3,7`; an empty range is named by the line in front of it.
std::string range(std::size_t begin, std::size_t end) {
    return std::to_string(begin + (begin == end ? 0 : 1)) + ',' + std::to_string(end - begin);
}

/// One hunk: changes whose contexts touch.
std::string hunk(const Lines& from, const Lines& to, std::span<const Change> changes) {
    const std::span old(from);
    const std::size_t before = std::min(kContext, changes.front().from);
    const std::size_t after = std::min(kContext, from.size() - changes.back().from_end);
    std::size_t at = changes.front().from - before;
    std::string out = "@@ -" + range(at, changes.back().from_end + after) + " +" +
                      range(changes.front().to - before, changes.back().to_end + after) + " @@\n";
    for (const Change& change : changes) {
        add_lines(out, ' ', old.subspan(at, change.from - at));
        add_lines(out, '-', old.subspan(change.from, change.from_end - change.from));
        add_lines(out, '+', std::span(to).subspan(change.to, change.to_end - change.to));
        at = change.from_end;
    }
    add_lines(out, ' ', old.subspan(at, after));
    return out;
}

}  // namespace

std::string to_diff(const Fix::File& file) {
    const Lines from = with_ends(file.before);
    const Lines to = with_ends(file.after);
    const std::vector<Change> changes = changes_between(from, to);
    std::string out;
    for (std::size_t first = 0; first < changes.size();) {
        std::size_t end = first + 1;
        while (end < changes.size() &&
               changes[end].from - changes[end - 1].from_end <= 2 * kContext) {
            ++end;
        }
        if (first == 0) {
            out = "--- " + file.path + "\n+++ " + file.path + '\n';
        }
        out += hunk(from, to, std::span(changes).subspan(first, end - first));
        first = end;
    }
    return out;
}

}  // namespace aggregator::lint
