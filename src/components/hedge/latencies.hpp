#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <aggregator/base/loop.hpp>

namespace aggregator::components {

/// How long the last 1000 calls of one backend took. Of one worker.
class Latencies {
public:
    static constexpr std::size_t kKept = 1000;
    static constexpr std::size_t kNeeded = 100;  ///< calls before there is a p95()

    void add(base::Duration took);
    /// What 95 % of them took at most, as it was a few calls ago; nothing while there are too few.
    [[nodiscard]] std::optional<base::Duration> p95() const { return p95_; }

private:
    // Sorting out the p95 of a thousand costs some microseconds: it is done for every 50th call.
    static constexpr std::size_t kEvery = 50;

    std::array<std::uint32_t, kKept> microseconds_{};
    std::uint64_t calls_ = 0;
    std::optional<base::Duration> p95_;
};

}  // namespace aggregator::components
