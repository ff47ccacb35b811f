#pragma once

#include <atomic>
#include <cstdint>

#include <aggregator/plan/shadow.hpp>

namespace aggregator::shadow {

/// What of a shadow can be changed while it runs. One for each shadow, shared by all workers:
/// written by the management interface, read for every request, without a lock. Each value counts
/// by itself and from the next request on.
struct Controls {
    Controls(const config::ShadowConfig& config, std::int64_t timeout_ns);

    std::atomic<bool> enabled;
    std::atomic<double> percentage;
    std::atomic<double> max_rate;       ///< 0: no limit
    std::atomic<std::int64_t> timeout;  ///< nanoseconds
    std::atomic<config::ShadowLog> log;
    /// Nanoseconds since 1970; 0: never.
    std::atomic<std::int64_t> expires;
};

}  // namespace aggregator::shadow
