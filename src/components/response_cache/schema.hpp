#pragma once

#include <string_view>

namespace aggregator::components {

/// The text of schema.json.
[[nodiscard]] std::string_view response_cache_schema();

}  // namespace aggregator::components
