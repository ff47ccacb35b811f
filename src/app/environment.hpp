#pragma once

#include <aggregator/config/load.hpp>

namespace aggregator::app {

/// The variables of this process that may override keys of a configuration.
[[nodiscard]] config::Environment environment();

}  // namespace aggregator::app
