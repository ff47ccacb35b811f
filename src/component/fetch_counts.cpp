#include <aggregator/component/fetch_counts.hpp>

#include <chrono>

#include <aggregator/base/loop.hpp>

namespace aggregator::component {

void FetchCounts::note_fetched() {
    fetched_.fetch_add(1, std::memory_order_relaxed);
    fetched_at_.store(base::Clock::now().time_since_epoch().count(), std::memory_order_relaxed);
}

void FetchCounts::show(base::Figures& figures, const base::Labels& source, const base::Metric& age,
                       const base::Metric& fetches) const {
    const std::int64_t at = fetched_at_.load(std::memory_order_relaxed);
    if (at != 0) {
        const std::chrono::duration<double> since =
            base::Clock::now().time_since_epoch() - base::Clock::duration(at);
        figures.show(age, source, since.count());
    }
    figures.show(fetches, source.with("fetched"), fetched_.load(std::memory_order_relaxed));
    figures.show(fetches, source.with("failed"), failed_.load(std::memory_order_relaxed));
}

}  // namespace aggregator::component
