#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <aggregator/base/figures.hpp>

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

/// What became of a shadow's copies on one worker; workers are added up where it is shown. Written
/// and read on the worker's thread. At every moment between two turns:
/// eligible = finished + dropped + in_flight.
struct Ledger {
    std::uint64_t eligible = 0;
    std::array<std::uint64_t, 5> finished{};  ///< by class of status: 1xx first
    std::array<std::uint64_t, kReasons> dropped{};
    std::uint64_t in_flight = 0;   ///< those that wait in the queue included
    std::uint64_t bytes_held = 0;  ///< of bodies, for copies that wait or lag
    base::Histogram duration;      ///< from the copy's start to its end, finished ones
    base::Histogram waited;        ///< in the queue

    void add(const Ledger& other);
    [[nodiscard]] std::uint64_t finished_total() const;
    [[nodiscard]] std::uint64_t dropped_total() const;
    /// `shadow`: the values of the labels `endpoint` and `shadow`.
    void show(base::Figures& figures, const base::LabelValues& shadow) const;
};

/// The metrics that a Ledger shows.
[[nodiscard]] base::Metrics ledger_metrics();

}  // namespace aggregator::shadow
