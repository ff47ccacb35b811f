#pragma once

#include <string_view>

namespace aggregator::components {

/// The texts of schema.json and http.schema.json.
[[nodiscard]] std::string_view circuit_breaker_schema();
[[nodiscard]] std::string_view circuit_breaker_http_schema();

}  // namespace aggregator::components
