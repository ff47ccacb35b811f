#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <prometheus/metric_family.h>

#include <aggregator/shadow/ledger.hpp>

namespace aggregator::admin {

using Labels = std::vector<std::pair<std::string_view, std::string>>;

/// One metric with all its series, as prometheus-cpp has it.
class Family {
public:
    /// `name` without the prefix `aggregator_`.
    Family(std::string_view name, std::string_view help, prometheus::MetricType type);

    void count(const Labels& labels, std::uint64_t value);
    void gauge(const Labels& labels, double value);
    void add(const Labels& labels, const shadow::Histogram& histogram);

    [[nodiscard]] prometheus::MetricFamily take() && { return std::move(family_); }

private:
    prometheus::ClientMetric& series(const Labels& labels);

    prometheus::MetricFamily family_;
};

}  // namespace aggregator::admin
