#pragma once

#include <cstdint>
#include <string>

#include <aggregator/admin/gateway.hpp>

namespace aggregator::admin {

/// The media type of what metrics_text() writes.
inline constexpr const char* kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

/// All metrics in Prometheus' text format, from one snapshot, so that at any scrape the eligible
/// copies are those that finished, were dropped or are in flight. `now` in nanoseconds since 1970.
[[nodiscard]] std::string metrics_text(const Gateway& gateway, const Snapshot& snapshot,
                                       std::int64_t now);

}  // namespace aggregator::admin
