#pragma once

#include <string_view>

namespace aggregator::components {

/// The texts of schema.json, service.schema.json, proxy.schema.json and tiered.schema.json.
[[nodiscard]] std::string_view rate_limit_schema();
[[nodiscard]] std::string_view rate_limit_service_schema();
[[nodiscard]] std::string_view rate_limit_proxy_schema();
[[nodiscard]] std::string_view rate_limit_tiered_schema();

}  // namespace aggregator::components
