#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include <aggregator/base/error.hpp>
#include <aggregator/base/figures.hpp>

namespace aggregator::base {

/// A number that one thread adds to and any thread reads: no lock, no shared write.
class Counter {
public:
    void add(std::uint64_t amount = 1) {
        value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
    }
    void subtract(std::uint64_t amount = 1) {
        value_.store(value_.load(std::memory_order_relaxed) - amount, std::memory_order_relaxed);
    }
    [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

/// What one worker counts on its own thread; whoever reports adds the workers up. `…_open` and
/// `…_in_flight` go up and down, the others only up.
struct Counters {
    Counter requests;              ///< heads that were read to their end
    Counter requests_in_flight;    ///< from there to the reply's end
    Counter connections_open;      ///< of clients
    Counter connections_accepted;  ///< of clients, since the start
    Counter accept_failures;       ///< for want of descriptors, or above the limit
    Counter client_bytes_in;       ///< of clients' connections, without TLS's own
    Counter client_bytes_out;
    Counter upstream_open;    ///< connections to backends, idle ones included
    Counter upstream_opened;  ///< the same, since the start
    Counter upstream_bytes_in;
    Counter upstream_bytes_out;
    Counter calls_in_flight;  ///< exchanges with backends, shadows included
    Counter calls_resent;     ///< sent once more because a kept connection had been closed
    std::array<Counter, kCodes> errors;  ///< by Code: replies of the gateway itself, failed calls

    void count(Code code) { errors[static_cast<std::size_t>(code)].add(); }
    void show(Figures& figures) const;
};

/// The metrics that Counters shows.
[[nodiscard]] Metrics counter_metrics();

}  // namespace aggregator::base
