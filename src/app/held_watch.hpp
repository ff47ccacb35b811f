#pragma once

#include <cstdint>

#include <aggregator/base/held.hpp>
#include <aggregator/base/log.hpp>

namespace aggregator::app {

/// Warns in the log when a worker gives up what it holds for peers because there is no memory left:
/// at once, then every ten seconds at most. Lives on the worker's thread.
class HeldWatch {
public:
    HeldWatch(base::Loop& loop, base::Log& log, const base::HeldBudget& budget);

private:
    void note(base::HeldKind kind, std::uint64_t bytes);

    base::Loop& loop_;
    base::Log& log_;
    const base::HeldBudget& budget_;
    base::Time warned_ = base::Time::min();
    std::uint64_t given_up_ = 0;  // since the last warning
};

}  // namespace aggregator::app
