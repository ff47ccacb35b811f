#pragma once

#include <aggregator/config/backend.hpp>
#include "config/reading.hpp"

namespace aggregator::config {

/// What `shadow_timeout` is until it is written or inherited.
inline constexpr Duration kUnwritten = Duration::min();

/// Reads one element of `backend`; nothing is inherited yet.
void read_backend(const Value& value, BackendConfig& backend);

}  // namespace aggregator::config
