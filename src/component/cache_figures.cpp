#include <aggregator/component/cache_figures.hpp>

#include <array>
#include <string>

#include <aggregator/plan/labels.hpp>

namespace aggregator::component {

namespace {

constexpr base::Metric kRequests{"aggregator_cache_requests_total",
                                 base::MetricKind::Counter,
                                 "Calls through a cache, by what it did.",
                                 {"endpoint", "backend", "result"}};
constexpr base::Metric kBytes{"aggregator_cache_bytes",
                              base::MetricKind::Gauge,
                              "Memory that stored answers take.",
                              {"endpoint", "backend"}};
constexpr base::Metric kEntries{"aggregator_cache_entries",
                                base::MetricKind::Gauge,
                                "How many answers are stored.",
                                {"endpoint", "backend"}};
constexpr base::Metric kEvictions{"aggregator_cache_evictions_total",
                                  base::MetricKind::Counter,
                                  "Stored answers that were dropped to make room.",
                                  {"endpoint", "backend"}};
constexpr const base::Metric* kCacheMetrics[] = {&kRequests, &kBytes, &kEntries, &kEvictions};

constexpr std::array<std::string_view, kCacheOutcomes> kNames{
    "hit", "stale", "revalidated", "miss", "collapsed", "bypass", "refused"};

}  // namespace

std::string_view name_of(CacheOutcome outcome) {
    return kNames.at(static_cast<std::size_t>(outcome));
}

std::uint64_t& cache_requests(const Wiring& wiring, CacheOutcome outcome) {
    base::Labels labels = base::Labels().with(plan::label_of(*wiring.endpoint));
    labels =
        labels.with(wiring.backend == nullptr ? std::string() : plan::label_of(*wiring.backend));
    return wiring.rows.counter(kRequests, labels.with(std::string(name_of(outcome))));
}

void show_cache(base::Figures& figures, const base::LabelValues& place,
                const cache::Account& account) {
    const base::Labels labels(place);
    figures.show(kBytes, labels, account.bytes.load(std::memory_order_relaxed));
    figures.show(kEntries, labels, account.entries.load(std::memory_order_relaxed));
    figures.show(kEvictions, labels, account.evictions.load(std::memory_order_relaxed));
}

base::Metrics cache_metrics() { return kCacheMetrics; }

}  // namespace aggregator::component
