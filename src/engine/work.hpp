#pragma once

#include <cstdint>

#include <aggregator/base/error.hpp>

#include "engine/arena.hpp"

namespace aggregator::engine {

/// How many operations the work on one answer, or on one reply, may still take. That work runs in
/// one turn of the loop, so a worker's other requests wait for it: what would take too many
/// operations is given up. They are counted and not timed, so that an answer is given up everywhere
/// or nowhere: what takes a nanosecond on a common processor is one operation.
class WorkBudget {
public:
    explicit WorkBudget(std::uint64_t operations_max)
        : operations_max_(operations_max), left_(operations_max) {}

    /// To be called before the work is done. False if there are fewer operations left: then none
    /// are from now on, and the work is not to be done.
    bool spend(std::uint64_t operations) {
        exceeded_ = exceeded_ || operations > left_;
        left_ = exceeded_ ? 0 : left_ - operations;
        return !exceeded_;
    }
    [[nodiscard]] bool exceeded() const { return exceeded_; }
    [[nodiscard]] std::uint64_t left() const { return left_; }
    /// AnswerTooCostly; names the limit.
    [[nodiscard]] base::Error error() const;

private:
    std::uint64_t operations_max_;
    std::uint64_t left_;
    bool exceeded_ = false;
};

/// What the work on an answer needs: memory for what is made, and operations. Both are borrowed.
/// There is no work without a budget: an answer that is only looked at blocks the worker as long.
struct Resources {
    /// As WorkBudget::spend() does it.
    [[nodiscard]] bool spend(std::uint64_t operations) const { return work.spend(operations); }
    [[nodiscard]] bool exceeded() const { return work.exceeded(); }

    Arena& arena;
    WorkBudget& work;
};

}  // namespace aggregator::engine
