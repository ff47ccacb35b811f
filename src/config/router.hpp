#pragma once

#include <aggregator/config/model.hpp>

#include "config/value.hpp"

namespace aggregator::config {

/// Reads the service's component `router` (spec middleware.md 21, and the program's own limits).
void read_router(const Value& value, ServiceConfig& service);

}  // namespace aggregator::config
