#pragma once

#include <string_view>

namespace aggregator::admin {

/// The interface's description, an OpenAPI 3.1 document: src/admin/openapi.json, as it was when the
/// program was built.
[[nodiscard]] std::string_view openapi_text();

}  // namespace aggregator::admin
