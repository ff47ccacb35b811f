#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <aggregator/base/loop.hpp>

namespace aggregator::shadow {

/// Why a copy did not come to an answer. A closed set: every copy ends finished or with one of
/// these. The names stand in logs, metrics and the management interface.
enum class Reason : std::uint8_t {
    Disabled,      ///< switched off
    Expired,       ///< its time is over
    Method,        ///< not among `sample.methods`
    Condition,     ///< a condition of `sample.when` does not hold
    Loop,          ///< the request is a copy itself
    Sampling,      ///< not in the sample
    Rate,          ///< above `sample.max_rate`
    Breaker,       ///< too many copies failed lately
    BodyTooLarge,  ///< above `limits.max_body`
    BodyError,     ///< the client's body broke off
    Budget,        ///< the process has too many copies, or they hold too much
    QueueFull,     ///< too many of this shadow's copies wait
    Resolve,
    Connect,
    Tls,
    Timeout,  ///< the shadow's own deadline
    Reset,
    BadResponse,
    Lagging,   ///< too far behind a streamed body
    Shutdown,  ///< the gateway ended first
    Internal,
};
inline constexpr std::size_t kReasons = static_cast<std::size_t>(Reason::Internal) + 1;

/// `body_too_large`.
[[nodiscard]] std::string_view name_of(Reason reason);

/// How often something took how long. Plain numbers, for one thread.
struct Histogram {
    /// Upper bounds in seconds, included; what is longer falls behind the last.
    static constexpr std::array<double, 14> kBounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                    0.1,    0.25,  0.5,    1,     2.5,  5,     10};
    std::array<std::uint64_t, kBounds.size() + 1> counts{};  ///< not cumulative
    double sum = 0;                                          ///< seconds

    void add(base::Duration took);
    void add(const Histogram& other);
    [[nodiscard]] std::uint64_t count() const;
    /// The bound below which `share` (0 to 1) of all lie, straight between two bounds; 0 if empty.
    [[nodiscard]] double quantile(double share) const;
};

/// What became of a shadow's copies on one worker; workers are added up where it is shown. Written
/// and read on the worker's thread. At every moment between two turns:
/// eligible = finished + dropped + in_flight.
struct Ledger {
    std::uint64_t eligible = 0;
    std::array<std::uint64_t, 5> finished{};  ///< by class of status: 1xx first
    std::array<std::uint64_t, kReasons> dropped{};
    std::uint64_t in_flight = 0;   ///< those that wait in the queue included
    std::uint64_t bytes_held = 0;  ///< of bodies, for copies that wait or lag
    Histogram duration;            ///< from the copy's start to its end, finished ones
    Histogram waited;              ///< in the queue

    void add(const Ledger& other);
    [[nodiscard]] std::uint64_t finished_total() const;
    [[nodiscard]] std::uint64_t dropped_total() const;
};

}  // namespace aggregator::shadow
