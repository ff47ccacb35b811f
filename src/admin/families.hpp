#pragma once

#include <vector>

#include <prometheus/metric_family.h>

#include <aggregator/base/figures.hpp>

namespace aggregator::admin {

/// The figures as prometheus-cpp has them, a family for each metric. They are added up.
[[nodiscard]] std::vector<prometheus::MetricFamily> families_of(const base::Figures& figures);

}  // namespace aggregator::admin
