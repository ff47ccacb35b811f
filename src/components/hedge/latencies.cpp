#include "components/hedge/latencies.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

namespace aggregator::components {

void Latencies::add(base::Duration took) {
    constexpr std::int64_t kMost = std::numeric_limits<std::uint32_t>::max();
    const std::int64_t us = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
    microseconds_.at(calls_ % kKept) =
        static_cast<std::uint32_t>(std::clamp<std::int64_t>(us, 0, kMost));
    ++calls_;
    if (calls_ < kNeeded || calls_ % kEvery != 0) {
        return;
    }
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(calls_, kKept));
    auto sorted = microseconds_;
    const auto end = sorted.begin() + static_cast<std::ptrdiff_t>(count);
    const auto place = sorted.begin() + static_cast<std::ptrdiff_t>((count * 95 + 99) / 100 - 1);
    std::nth_element(sorted.begin(), place, end);
    p95_ = std::chrono::microseconds(*place);
}

}  // namespace aggregator::components
