#pragma once

#include <aggregator/config/service.hpp>
#include "config/reading.hpp"

namespace aggregator::config {

/// Reads the component `admin` of the service, and the file that holds its token.
void read_admin(const Value& value, ServiceConfig& service);

}  // namespace aggregator::config
