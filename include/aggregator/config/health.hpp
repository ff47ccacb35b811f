#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace aggregator::config {

/// `extra_config["backend/health"]` of a backend or of the service. What is not written is empty at
/// the service. A backend has all of it: its own keys come before the service's, and those before
/// the defaults.
struct HealthConfig {
    std::optional<bool> passive;                        ///< false: no host is ever left out
    std::optional<std::uint32_t> failures;              ///< in a row; 5
    std::optional<std::vector<int>> statuses;           ///< answers that are failures too; none
    std::optional<std::chrono::nanoseconds> eject;      ///< times the ejections in a row; 10s
    std::optional<std::chrono::nanoseconds> eject_max;  ///< 5m
    std::optional<std::uint32_t> max_ejected;           ///< percent of the hosts; 50

    friend bool operator==(const HealthConfig&, const HealthConfig&) = default;
};

}  // namespace aggregator::config
