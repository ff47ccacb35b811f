#pragma once

#include <string_view>

namespace aggregator::base {

/// Compares in a time that does not tell where they differ.
[[nodiscard]] bool equal_in_constant_time(std::string_view given, std::string_view secret);

}  // namespace aggregator::base
