#pragma once

#include <aggregator/config/endpoint.hpp>
#include "config/reading.hpp"

namespace aggregator::config {

/// Reads the component `proxy` of an endpoint.
void read_proxy(const Value& value, EndpointConfig& endpoint);

}  // namespace aggregator::config
