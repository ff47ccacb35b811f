#pragma once

#include <span>
#include <string_view>

namespace aggregator::admin {

/// What is known about a metric of `GET /metrics` besides its values.
struct MetricRow {
    std::string_view name;
    std::string_view type;    ///< `counter`, `gauge` or `histogram`
    std::string_view labels;  ///< their names, separated by spaces
    std::string_view meaning;
};

/// All metrics, in the order in which they are served.
[[nodiscard]] std::span<const MetricRow> metric_rows();

}  // namespace aggregator::admin
