#pragma once

#include <string_view>

namespace aggregator::components {

/// The text of schema.json.
[[nodiscard]] std::string_view basic_auth_schema();

}  // namespace aggregator::components
