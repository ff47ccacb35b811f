#pragma once

#include <aggregator/base/loop.hpp>

namespace aggregator::shadow {

/// So many a second, and a few more at once after a pause. The rate is given each time, for it can
/// change.
class TokenBucket {
public:
    struct Rate {
        double a_second = 0;
        double burst = 1;  ///< how many are saved up at most
    };
    /// Takes one token if there is one.
    [[nodiscard]] bool take(base::Time now, const Rate& rate);

private:
    double tokens_ = 0;
    base::Time filled_{};
    bool begun_ = false;
};

}  // namespace aggregator::shadow
