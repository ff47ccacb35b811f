#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include <aggregator/base/loop.hpp>

/// Token buckets as one time each (GCRA): the time at which the bucket is full again. A full bucket
/// is a time that has passed, so an idle one needs no upkeep, and all that a decision changes is
/// one word.
namespace aggregator::token_bucket {

/// Nanoseconds of a monotonic clock: when a bucket is full again. 0: it was never used.
using FullAt = std::int64_t;

/// How fast a bucket refills, and how much it holds.
struct Rate {
    base::Duration interval{1};  ///< from one token to the next, at least a nanosecond
    std::uint64_t capacity = 1;  ///< tokens of a full bucket, at least 1

    /// From an empty bucket to a full one.
    [[nodiscard]] base::Duration refill() const {
        return interval * static_cast<base::Duration::rep>(capacity);
    }
    friend bool operator==(const Rate&, const Rate&) = default;
};

/// A bucket that holds `capacity` tokens and gets `tokens` each `every`. The interval is rounded
/// up: never more pass than that. Nothing if `tokens` is not above 0, or if an empty bucket needs
/// more than a hundred years to be full, or a token longer than that.
[[nodiscard]] std::optional<Rate> rate_of(double tokens, base::Duration every,
                                          std::uint64_t capacity);

/// What became of one request for a token.
struct Verdict {
    bool admitted = false;
    std::uint64_t left = 0;       ///< whole tokens in the bucket after it
    base::Duration wait{};        ///< until there is a token again; 0 if there is one now
    base::Duration full_after{};  ///< until the bucket is full
};

/// Takes a token out of the bucket that is full again at `full_at`: what follows, and the new time
/// if it was admitted. A pure function; of the same bucket `now` may go back, then it refuses more
/// than it has to, never less.
struct Taken {
    Verdict verdict;
    FullAt full_at = 0;
};
[[nodiscard]] Taken take(const Rate& rate, FullAt full_at, base::Time now);

/// One bucket that all threads share. Starts full. Exact: each of the tokens is taken once,
/// whatever runs at the same time. Lock-free.
class Bucket {
public:
    explicit Bucket(const Rate& rate) : rate_(rate) {}

    /// From any thread.
    [[nodiscard]] Verdict take(base::Time now);
    [[nodiscard]] const Rate& rate() const { return rate_; }

private:
    Rate rate_;
    std::atomic<FullAt> full_at_{0};
};

}  // namespace aggregator::token_bucket
