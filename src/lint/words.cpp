#include "lint/words.hpp"

#include <aggregator/base/text.hpp>

namespace aggregator::lint {

namespace {

/// Bytes of the user's own text that a message repeats.
constexpr std::size_t kQuotedMax = 60;

}  // namespace

std::string quoted(std::string_view text) {
    std::size_t size = text.size();
    if (size > kQuotedMax) {
        size = kQuotedMax;
        while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) {
            --size;
        }
    }
    return '`' + std::string(text.substr(0, size)) + (size < text.size() ? "...`" : "`");
}

std::string guess_for(std::string_view word, const std::vector<std::string_view>& candidates) {
    const auto guess = base::closest(word, candidates);
    return guess ? "did you mean " + quoted(*guess) + "?" : std::string();
}

std::string counted(std::size_t count, std::string_view thing) {
    return std::to_string(count) + ' ' + std::string(thing) + (count == 1 ? "" : "s");
}

}  // namespace aggregator::lint
