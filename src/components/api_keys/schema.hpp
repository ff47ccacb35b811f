#pragma once

#include <string_view>

namespace aggregator::components {

/// The texts of schema.json and service.schema.json.
[[nodiscard]] std::string_view api_keys_schema();
[[nodiscard]] std::string_view api_keys_service_schema();

}  // namespace aggregator::components
