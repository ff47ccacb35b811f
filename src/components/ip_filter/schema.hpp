#pragma once

#include <string_view>

namespace aggregator::components {

/// The text of schema.json, and of plugin.schema.json.
[[nodiscard]] std::string_view ip_filter_schema();
[[nodiscard]] std::string_view ip_filter_plugin_schema();

}  // namespace aggregator::components
