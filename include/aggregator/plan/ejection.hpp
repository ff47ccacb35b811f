#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include <aggregator/base/loop.hpp>
#include <aggregator/config/health.hpp>

namespace aggregator::plan {

/// When a host of a backend with several is left out, and for how long (`backend/health`).
struct Ejection {
    bool passive = true;                                 ///< for what requests found out
    std::uint32_t failures = 5;                          ///< in a row
    std::vector<int> statuses{};                         ///< of answers that are failures too
    base::Duration eject = std::chrono::seconds(10);     ///< times the ejections in a row
    base::Duration eject_max = std::chrono::minutes(5);  ///< at most
    std::uint32_t max_ejected = 50;                      ///< percent of the hosts at once
    std::optional<config::SlowConfig> slow{};            ///< those that take much longer, too
    std::optional<config::ActiveConfig> active{};        ///< for what checks found out
};

}  // namespace aggregator::plan
