#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include <aggregator/base/error.hpp>

namespace aggregator::base {

/// A number that one thread adds to and any thread reads: no lock, no shared write.
class Counter {
public:
    void add(std::uint64_t amount = 1) { value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed); }
    void subtract(std::uint64_t amount = 1) { value_.store(value_.load(std::memory_order_relaxed) - amount, std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

/// What one worker counts; app adds the workers up.
struct Counters {
    Counter requests;
    Counter connections_open;
    Counter connections_accepted;
    Counter accept_failures;
    Counter upstream_open;
    Counter upstream_opened;
    Counter calls_in_flight;
    Counter calls_resent;
    Counter shadow_started;
    Counter shadow_finished;
    Counter shadow_dropped;
    Counter shadow_in_flight;
    std::array<Counter, kCodes> errors;  ///< by Code: replies and backend failures

    void count(Code code) { errors[static_cast<std::size_t>(code)].add(); }
};

}  // namespace aggregator::base
