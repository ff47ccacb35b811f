#include <aggregator/token_bucket/bucket.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace aggregator::token_bucket {

namespace {

/// So much is added to any time of a clock without an overflow.
constexpr base::Duration kRefillMax = std::chrono::hours(876'000);

FullAt ns_of(base::Time time) {
    return std::max<FullAt>(
        std::chrono::duration_cast<base::Duration>(time.time_since_epoch()).count(), 0);
}

}  // namespace

std::optional<Rate> rate_of(double tokens, base::Duration every, std::uint64_t capacity) {
    if (!(tokens > 0) || capacity == 0) {
        return std::nullopt;
    }
    const double interval = std::max(std::ceil(static_cast<double>(every.count()) / tokens), 1.0);
    const double refill = interval * static_cast<double>(capacity);
    if (!(refill <= static_cast<double>(kRefillMax.count()))) {
        return std::nullopt;
    }
    return Rate{base::Duration(static_cast<base::Duration::rep>(interval)), capacity};
}

Taken take(const Rate& rate, FullAt full_at, base::Time now) {
    const FullAt at = ns_of(now);
    const FullAt interval = rate.interval.count();
    const FullAt refill = rate.refill().count();
    const FullAt missing = std::max<FullAt>(full_at - at, 0);  // as time that refills it
    Taken taken;
    taken.verdict.admitted = missing <= refill - interval;
    const FullAt missing_then = missing + (taken.verdict.admitted ? interval : 0);
    taken.full_at = at + missing_then;
    taken.verdict.left =
        missing_then < refill ? static_cast<std::uint64_t>((refill - missing_then) / interval) : 0;
    taken.verdict.wait = base::Duration(std::max<FullAt>(missing_then + interval - refill, 0));
    taken.verdict.full_after = base::Duration(missing_then);
    return taken;
}

Verdict Bucket::take(base::Time now) {
    FullAt seen = full_at_.load(std::memory_order_relaxed);
    for (;;) {
        const Taken taken = token_bucket::take(rate_, seen, now);
        if (!taken.verdict.admitted ||
            full_at_.compare_exchange_weak(seen, taken.full_at, std::memory_order_relaxed)) {
            return taken.verdict;
        }
    }
}

}  // namespace aggregator::token_bucket
