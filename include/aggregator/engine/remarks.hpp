#pragma once

#include <mutex>
#include <set>

namespace aggregator::engine {

/// Which remarks about parts of a plan have been logged, so that all workers together log each of
/// them once. Safe from any thread. Owned by app, for as long as the plan.
class Remarks {
public:
    /// Whether nothing has been said about this part yet. Locks: for what goes wrong only.
    [[nodiscard]] bool first_about(const void* part) {
        const std::lock_guard lock(mutex_);
        return told_.insert(part).second;
    }

private:
    std::mutex mutex_;
    std::set<const void*> told_;  // at most one for each backend of the plan
};

}  // namespace aggregator::engine
