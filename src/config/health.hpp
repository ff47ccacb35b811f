#pragma once

#include <aggregator/config/health.hpp>
#include "config/reading.hpp"

namespace aggregator::config {

/// `backend/health`: an object, or false for `passive: false`.
void read_health(const Value& value, HealthConfig& health);

/// A backend's keys, and the service's where it has none.
[[nodiscard]] HealthConfig merged(const HealthConfig& backend, const HealthConfig& service);

}  // namespace aggregator::config
