#include <aggregator/base/text.hpp>

#include <algorithm>
#include <charconv>
#include <limits>
#include <system_error>

#include <aggregator/base/distance.hpp>

namespace aggregator::base {

namespace {

/// Longer words are not compared: nobody mistypes them, and the cost grows with the square.
constexpr std::size_t kWordBytesMax = 64;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    // Names are nearly always spelled alike.
    return a.size() == b.size() &&
           (a == b || std::equal(a.begin(), a.end(), b.begin(),
                                 [](char x, char y) { return lower(x) == lower(y); }));
}

std::string to_lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), lower);
    return out;
}

std::optional<std::uint64_t> parse_decimal(std::string_view text) {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, failure] = std::from_chars(text.data(), end, number);
    if (text.empty() || failure != std::errc{} || stop != end) {
        return std::nullopt;
    }
    return number;
}

void append_decimal(std::string& out, std::uint64_t number) {
    char digits[std::numeric_limits<std::uint64_t>::digits10 + 1];
    const auto result = std::to_chars(digits, digits + sizeof digits, number);
    out.append(digits, result.ptr);
}

std::string_view trim(std::string_view text) {
    const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && is_blank(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && is_blank(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

std::optional<std::string_view> closest(std::string_view word,
                                        const std::vector<std::string_view>& candidates) {
    if (word.size() > kWordBytesMax) {
        return std::nullopt;
    }
    const std::string wanted = to_lower(word);
    // A third of the letters may be wrong, and always one: `hots` is `host`, `id` is not `sd`.
    const std::size_t allowed = std::max<std::size_t>(1, wanted.size() / 3);
    std::size_t best = allowed + 1;
    std::optional<std::string_view> found;
    for (const std::string_view candidate : candidates) {
        const std::size_t longer = std::max(candidate.size(), wanted.size());
        if (longer - std::min(candidate.size(), wanted.size()) > allowed) {
            continue;
        }
        const std::size_t distance = edit_distance(wanted, to_lower(candidate));
        if (distance < best && distance < longer) {
            best = distance;
            found = candidate;
        }
    }
    return found;
}

std::string wrapped(std::string_view text, Margins margins) {
    std::string out;
    std::size_t column = 0;
    while (!text.empty()) {
        const std::size_t size = std::min(text.find(' '), text.size());
        if (column != 0 && column + 1 + size > margins.columns) {
            out += '\n';
            column = 0;
        }
        const std::size_t spaces = column == 0 ? margins.indent : 1;
        out.append(spaces, ' ').append(text.substr(0, size));
        column += spaces + size;
        text.remove_prefix(std::min(size + 1, text.size()));
    }
    return out + '\n';
}

}  // namespace aggregator::base
