#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace aggregator::config {

/// `slow` of `passive`: a host is left out for how long it takes.
struct SlowConfig {
    double factor = 5;         ///< times the median of the others' averages
    std::uint32_t calls = 50;  ///< over which the average goes

    friend bool operator==(const SlowConfig&, const SlowConfig&) = default;
};

/// `active`: hosts are asked beside all requests whether they are well.
struct ActiveConfig {
    std::string path;
    std::string method = "GET";
    std::chrono::nanoseconds interval = std::chrono::seconds(10);
    std::chrono::nanoseconds timeout = std::chrono::seconds(1);
    std::uint32_t healthy = 2;                              ///< good checks in a row bring it back
    std::uint32_t unhealthy = 3;                            ///< failed ones leave it out
    std::vector<std::pair<int, int>> statuses{{200, 399}};  ///< good ones, ends included
    std::string host;                                       ///< Host of the checks; empty: its own
    std::uint32_t port = 0;                                 ///< 0: that of the host
    std::vector<std::pair<std::string, std::string>> headers;

    friend bool operator==(const ActiveConfig&, const ActiveConfig&) = default;
};

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
    std::optional<SlowConfig> slow{};                   ///< none
    std::optional<bool> checks{};                       ///< false: no `active` checks
    std::optional<ActiveConfig> active{};               ///< none

    friend bool operator==(const HealthConfig&, const HealthConfig&) = default;
};

}  // namespace aggregator::config
