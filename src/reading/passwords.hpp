#pragma once

#include <string>
#include <string_view>

namespace aggregator::reading {

/// A text for people in which every `user:password@` has become `user:***@`, also one that was cut
/// short: what is told of a configuration gets into logs.
[[nodiscard]] std::string without_passwords(std::string_view text);

}  // namespace aggregator::reading
