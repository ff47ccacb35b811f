#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace aggregator::plan {

/// Whether a list of the configuration has that name, letter by letter.
[[nodiscard]] inline bool contains(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace aggregator::plan
