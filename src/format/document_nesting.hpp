#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace aggregator::format {

/// Where the keys and brackets of a TOML text begin to nest more deeply than `levels`, dots in keys
/// counted. For sound TOML; of other texts the answer means nothing.
[[nodiscard]] std::optional<std::size_t> find_toml_deeper_than(std::string_view text,
                                                               std::size_t levels);

}  // namespace aggregator::format
