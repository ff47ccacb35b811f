#pragma once

#include <aggregator/config/model.hpp>

#include "config/value.hpp"

namespace aggregator::config {

/// Reads the component `proxy` of an endpoint.
void read_proxy(const Value& value, EndpointConfig& endpoint);

}  // namespace aggregator::config
