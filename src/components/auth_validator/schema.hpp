#pragma once

#include <string_view>

namespace aggregator::components {

/// The texts of schema.json and service.schema.json.
[[nodiscard]] std::string_view auth_validator_schema();
[[nodiscard]] std::string_view auth_validator_service_schema();

}  // namespace aggregator::components
