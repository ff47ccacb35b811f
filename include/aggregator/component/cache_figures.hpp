#pragma once

#include <cstdint>
#include <string_view>

#include <aggregator/base/figures.hpp>
#include <aggregator/cache/entry.hpp>
#include <aggregator/component/component.hpp>

namespace aggregator::component {

/// What became of a call through a cache, as metrics and the access log name it.
enum class CacheOutcome : std::uint8_t {
    Hit,
    Stale,        ///< given after its time
    Revalidated,  ///< the backend said that it has not changed
    Miss,
    Collapsed,  ///< the answer to the call of another request
    Bypass,     ///< not asked for in a way that can be stored
    Refused,    ///< `only-if-cached`
};
inline constexpr std::size_t kCacheOutcomes = 7;
[[nodiscard]] std::string_view name_of(CacheOutcome outcome);

/// How many calls had that outcome at the place that a cache is wired for. It counts by itself. The
/// label `backend` is empty at an endpoint.
[[nodiscard]] std::uint64_t& cache_requests(const Wiring& wiring, CacheOutcome outcome);

/// Shows what a store holds; `place` has the values of `endpoint` and `backend`.
void show_cache(base::Figures& figures, const base::LabelValues& place,
                const cache::Account& account);

/// The metrics of both.
[[nodiscard]] base::Metrics cache_metrics();

}  // namespace aggregator::component
