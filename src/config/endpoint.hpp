#pragma once

#include <aggregator/config/endpoint.hpp>
#include "config/reading.hpp"

namespace aggregator::config {

/// Reads one element of `endpoints`; nothing is inherited yet.
void read_endpoint(const Value& value, EndpointConfig& endpoint);

/// Tells of an `output_encoding` that is not known; both levels have that key.
void check_output_encoding(const Value& value, const std::string& encoding);

}  // namespace aggregator::config
