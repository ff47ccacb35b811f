#include "admin/families.hpp"

#include <limits>
#include <string>

namespace aggregator::admin {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricType;

MetricType type_of(base::MetricKind kind) {
    switch (kind) {
        case base::MetricKind::Counter:
            return MetricType::Counter;
        case base::MetricKind::Gauge:
            return MetricType::Gauge;
        case base::MetricKind::Histogram:
            break;
    }
    return MetricType::Histogram;
}

ClientMetric::Histogram histogram_of(const base::Histogram& times) {
    ClientMetric::Histogram histogram;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < times.counts.size(); ++i) {
        const bool last = i == base::Histogram::kBounds.size();
        sum += times.counts[i];
        histogram.bucket.push_back(
            {sum, last ? std::numeric_limits<double>::infinity() : base::Histogram::kBounds.at(i)});
    }
    histogram.sample_count = sum;
    histogram.sample_sum = times.sum;
    return histogram;
}

ClientMetric series_of(const base::Figures::Row& row) {
    ClientMetric series;
    for (std::size_t i = 0; i < row.labels.size(); ++i) {
        series.label.push_back({std::string(row.metric->labels.at(i)), row.labels[i]});
    }
    switch (row.metric->kind) {
        case base::MetricKind::Counter:
            series.counter.value = row.value;
            break;
        case base::MetricKind::Gauge:
            series.gauge.value = row.value;
            break;
        case base::MetricKind::Histogram:
            series.histogram = histogram_of(*row.histogram);
            break;
    }
    return series;
}

}  // namespace

std::vector<prometheus::MetricFamily> families_of(const base::Figures& figures) {
    std::vector<prometheus::MetricFamily> families;
    const base::Metric* metric = nullptr;
    for (const base::Figures::Row& row : figures.rows()) {
        if (row.metric != metric) {
            metric = row.metric;
            prometheus::MetricFamily& family = families.emplace_back();
            family.name = metric->name;
            family.help = metric->help;
            family.type = type_of(metric->kind);
        }
        families.back().metric.push_back(series_of(row));
    }
    return families;
}

}  // namespace aggregator::admin
