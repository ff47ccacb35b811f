#pragma once

#include <string_view>

namespace aggregator::base {

/// The program's version, as `aggregator version` prints it.
[[nodiscard]] std::string_view version();

}  // namespace aggregator::base
