#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include <aggregator/base/loop.hpp>

namespace aggregator::plan {

/// When a host of a backend with several is left out, and for how long (`backend/health.passive`).
struct Ejection {
    std::uint32_t failures = 5;                          ///< in a row
    std::vector<int> statuses{};                         ///< of answers that are failures too
    base::Duration eject = std::chrono::seconds(10);     ///< times the ejections in a row
    base::Duration eject_max = std::chrono::minutes(5);  ///< at most
    std::uint32_t max_ejected = 50;                      ///< percent of the hosts at once
};

}  // namespace aggregator::plan
