#pragma once

#include <algorithm>
#include <chrono>

#include <aggregator/base/loop.hpp>

namespace aggregator::component {

/// How many calls of a backend may be made again: a share of all calls, and some each second
/// whatever the share is. Two counts of tokens, so that a backend that is called rarely may still
/// be called again, and one that fails is not called much more than otherwise. Plain data of one
/// worker.
class RepeatBudget {
public:
    struct Rules {
        double share = 0;       ///< of the calls, 0 to 1
        double per_second = 0;  ///< besides; as many are there at the beginning and saved at most
        double first = 0;       ///< of the share, there before the first call
    };
    /// What the share saves up at most, for the time when calls begin to fail.
    static constexpr double kSavedMax = 100;

    RepeatBudget(const Rules& rules, base::Time now)
        : rules_(rules), saved_(rules.first), steady_(rules.per_second), seen_(now) {}

    /// A call begins that could be made again.
    void note_call() { saved_ = std::min(saved_ + rules_.share, kSavedMax); }

    /// Takes the right to one more call; false if there is none.
    [[nodiscard]] bool take(base::Time now) {
        const double seconds = std::chrono::duration<double>(now - seen_).count();
        seen_ = now;
        steady_ = std::min(steady_ + seconds * rules_.per_second, rules_.per_second);
        for (double* const tokens : {&saved_, &steady_}) {
            if (*tokens >= kOne) {
                *tokens = std::max(*tokens - 1, 0.0);
                return true;
            }
        }
        return false;
    }

private:
    // Five times a fifth is a little less than one.
    static constexpr double kOne = 1 - 1e-9;

    Rules rules_;
    double saved_;
    double steady_;
    base::Time seen_;
};

}  // namespace aggregator::component
