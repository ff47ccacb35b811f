#pragma once

#include <cstddef>
#include <string_view>

namespace aggregator::lint {

/// A character of a text on its way to a terminal.
struct Character {
    std::string_view shown;  ///< what stands for it
    std::size_t bytes = 1;   ///< that it has in the text
    std::size_t columns = 1;
};

/// The character that begins the text, which is not empty. What would change a terminal's state, or
/// the order of what it shows, and a byte that is not UTF-8 are shown as U+FFFD.
[[nodiscard]] Character first_character(std::string_view text);

/// Where the character ahead of `offset` begins, which is not 0.
[[nodiscard]] std::size_t character_before(std::string_view text, std::size_t offset);

}  // namespace aggregator::lint
