#pragma once

#include <string>

#include <aggregator/config/service.hpp>

namespace aggregator::lint {

/// A table of all endpoints in the order of the configuration, a line for each backend and shadow.
/// Shows a terminal no control characters.
[[nodiscard]] std::string routes_to_text(const config::ServiceConfig& service);

/// The same as one JSON object: `routes`, each with its `method`, `path`, `backends` and `shadows`;
/// of those, `method`, `hosts` and `url_pattern`.
[[nodiscard]] std::string routes_to_json(const config::ServiceConfig& service);

}  // namespace aggregator::lint
