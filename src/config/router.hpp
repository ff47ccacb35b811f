#pragma once

#include <aggregator/config/service.hpp>
#include "config/reading.hpp"

namespace aggregator::config {

/// Reads the service's component `router`.
void read_router(const Value& value, ServiceConfig& service);

}  // namespace aggregator::config
