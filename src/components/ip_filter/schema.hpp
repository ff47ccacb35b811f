#pragma once

#include <string_view>

namespace aggregator::components {

/// The text of schema.json, server.schema.json and endpoint.schema.json.
[[nodiscard]] std::string_view ip_filter_schema();
[[nodiscard]] std::string_view ip_filter_server_schema();
[[nodiscard]] std::string_view ip_filter_endpoint_schema();

}  // namespace aggregator::components
