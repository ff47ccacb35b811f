#pragma once

#include <cstddef>
#include <string_view>

namespace aggregator::base {

/// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
/// Costs the product of their sizes.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace aggregator::base
