#pragma once

#include <atomic>
#include <cstdint>

#include <aggregator/base/figures.hpp>

namespace aggregator::component {

/// What became of what the background fetches from one source again and again, and when it came
/// last. One thread writes it, any shows it.
class FetchCounts {
public:
    void note_fetched();
    void note_failed() { failed_.fetch_add(1, std::memory_order_relaxed); }

    /// The gauge `age` has the labels of `source`, in seconds, once something has come; the counter
    /// `fetches` has `outcome` behind them: `fetched` or `failed`.
    void show(base::Figures& figures, const base::Labels& source, const base::Metric& age,
              const base::Metric& fetches) const;

private:
    std::atomic<std::uint64_t> fetched_{0};
    std::atomic<std::uint64_t> failed_{0};
    std::atomic<std::int64_t> fetched_at_{0};  // nanoseconds of the clock; 0: never
};

}  // namespace aggregator::component
