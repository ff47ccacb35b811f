#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <aggregator/reading/source.hpp>

namespace aggregator::lint {

/// A line of a file as a terminal can show it, and which of its columns are to be marked. A long
/// line is cut around the mark; tabs are four spaces.
struct Excerpt {
    std::string text;
    std::size_t indent = 0;  ///< columns in front of the mark
    std::size_t width = 1;   ///< columns of the mark
};

/// The line of a diagnostic, which has one.
[[nodiscard]] Excerpt excerpt_of(const json::Document& document,
                                 const reading::Diagnostic& diagnostic);

/// The text without what would change a terminal's state or the order of what it shows: each such
/// character, and each byte that is not UTF-8, becomes U+FFFD; line breaks and tabs become spaces.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace aggregator::lint
