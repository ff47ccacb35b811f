#pragma once

#include <vector>

#include <aggregator/config/manipulation.hpp>
#include "config/reading.hpp"

namespace aggregator::config {

/// Reads a `flatmap_filter`, of an endpoint or of a backend. An operation that could not do its
/// work is an error.
void read_flatmap(const Value& value, std::vector<FlatmapConfig>& flatmap);

}  // namespace aggregator::config
