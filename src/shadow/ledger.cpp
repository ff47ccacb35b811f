#include <aggregator/shadow/ledger.hpp>

#include <numeric>
#include <string>

namespace aggregator::shadow {

namespace {

constexpr std::array<std::string_view, kReasons> kNames{
    "disabled", "expired",    "method",       "condition",      "loop",
    "sampling", "rate",       "breaker",      "body_too_large", "body_error",
    "budget",   "queue_full", "resolve",      "connect",        "tls",
    "timeout",  "reset",      "bad_response", "lagging",        "shutdown",
    "internal"};

using base::Metric;
using base::MetricKind;

constexpr Metric kEligible{"aggregator_shadow_eligible_total",
                           MetricKind::Counter,
                           "Requests that a shadow might get a copy of.",
                           {"endpoint", "shadow"}};
constexpr Metric kFinished{"aggregator_shadow_finished_total",
                           MetricKind::Counter,
                           "Copies that were answered, by the answer's class of status.",
                           {"endpoint", "shadow", "class"}};
constexpr Metric kDropped{"aggregator_shadow_dropped_total",
                          MetricKind::Counter,
                          "Copies that were not sent, or not answered.",
                          {"endpoint", "shadow", "reason"}};
constexpr Metric kInFlight{"aggregator_shadow_in_flight",
                           MetricKind::Gauge,
                           "Copies that have not ended.",
                           {"endpoint", "shadow"}};
constexpr Metric kBytesHeld{"aggregator_shadow_bytes_held",
                            MetricKind::Gauge,
                            "Bytes of bodies that a shadow's copies hold.",
                            {"endpoint", "shadow"}};
constexpr Metric kDuration{"aggregator_shadow_duration_seconds",
                           MetricKind::Histogram,
                           "From a copy's start to its end.",
                           {"endpoint", "shadow"}};
constexpr Metric kWaited{"aggregator_shadow_queue_seconds",
                         MetricKind::Histogram,
                         "What copies waited for their turn.",
                         {"endpoint", "shadow"}};
constexpr const Metric* kMetrics[] = {&kEligible,  &kFinished, &kDropped, &kInFlight,
                                      &kBytesHeld, &kDuration, &kWaited};

template <std::size_t kSize>
void add_all(std::array<std::uint64_t, kSize>& to, const std::array<std::uint64_t, kSize>& from) {
    for (std::size_t i = 0; i < kSize; ++i) {
        to[i] += from[i];
    }
}

template <std::size_t kSize>
std::uint64_t sum_of(const std::array<std::uint64_t, kSize>& counts) {
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

}  // namespace

std::string_view name_of(Reason reason) { return kNames[static_cast<std::size_t>(reason)]; }

void Ledger::add(const Ledger& other) {
    eligible += other.eligible;
    add_all(finished, other.finished);
    add_all(dropped, other.dropped);
    in_flight += other.in_flight;
    bytes_held += other.bytes_held;
    duration.add(other.duration);
    waited.add(other.waited);
}

std::uint64_t Ledger::finished_total() const { return sum_of(finished); }

std::uint64_t Ledger::dropped_total() const { return sum_of(dropped); }

void Ledger::show(base::Figures& figures, const base::LabelValues& shadow) const {
    const base::Labels labels(shadow);
    figures.show(kEligible, labels, eligible);
    for (std::size_t i = 0; i < finished.size(); ++i) {
        figures.show(kFinished, labels.with(base::status_class(i + 1)), finished[i]);
    }
    for (std::size_t i = 0; i < dropped.size(); ++i) {
        figures.show(kDropped, labels.with(std::string(name_of(static_cast<Reason>(i)))),
                     dropped[i]);
    }
    figures.show(kInFlight, labels, in_flight);
    figures.show(kBytesHeld, labels, bytes_held);
    figures.show(kDuration, labels, duration);
    figures.show(kWaited, labels, waited);
}

base::Metrics ledger_metrics() { return kMetrics; }

}  // namespace aggregator::shadow
