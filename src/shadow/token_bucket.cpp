#include "shadow/token_bucket.hpp"

#include <algorithm>
#include <chrono>

namespace aggregator::shadow {

bool TokenBucket::take(base::Time now, const Rate& rate) {
    const double passed = std::chrono::duration<double>(now - filled_).count();
    tokens_ = begun_ ? std::min(rate.burst, tokens_ + passed * rate.a_second) : rate.burst;
    filled_ = now;
    begun_ = true;
    if (tokens_ < 1) {
        return false;
    }
    tokens_ -= 1;
    return true;
}

}  // namespace aggregator::shadow
