#pragma once

#include <vector>

#include <aggregator/base/figures.hpp>

namespace aggregator::app {

/// Every metric of the program, by name: those of all rooms, and of the components that are there.
[[nodiscard]] std::vector<const base::Metric*> all_metrics();

}  // namespace aggregator::app
