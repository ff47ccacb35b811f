#pragma once

#include <vector>

#include <aggregator/plan/plan.hpp>

namespace aggregator::plan {

/// The operations with their paths cut at the dots.
[[nodiscard]] Flatmap compile_flatmap(const std::vector<config::FlatmapConfig>& operations);

}  // namespace aggregator::plan
