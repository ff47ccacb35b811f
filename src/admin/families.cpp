#include "admin/families.hpp"

#include <limits>

namespace aggregator::admin {

Family::Family(std::string_view name, std::string_view help, prometheus::MetricType type) {
    family_.name = "aggregator_" + std::string(name);
    family_.help = help;
    family_.type = type;
}

void Family::count(const Labels& labels, std::uint64_t value) {
    series(labels).counter.value = static_cast<double>(value);
}

void Family::gauge(const Labels& labels, double value) { series(labels).gauge.value = value; }

void Family::add(const Labels& labels, const shadow::Histogram& histogram) {
    prometheus::ClientMetric::Histogram& out = series(labels).histogram;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
        const bool last = i == histogram.kBounds.size();
        sum += histogram.counts[i];
        out.bucket.push_back(
            {sum, last ? std::numeric_limits<double>::infinity() : histogram.kBounds[i]});
    }
    out.sample_count = sum;
    out.sample_sum = histogram.sum;
}

prometheus::ClientMetric& Family::series(const Labels& labels) {
    prometheus::ClientMetric& metric = family_.metric.emplace_back();
    for (const auto& [name, value] : labels) {
        metric.label.push_back({std::string(name), value});
    }
    return metric;
}

}  // namespace aggregator::admin
