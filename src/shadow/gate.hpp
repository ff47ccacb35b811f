#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <aggregator/base/loop.hpp>
#include <aggregator/http/message.hpp>
#include <aggregator/plan/plan.hpp>
#include <aggregator/plan/shadow.hpp>
#include <aggregator/shadow/controls.hpp>
#include <aggregator/shadow/ledger.hpp>
#include "shadow/token_bucket.hpp"

namespace aggregator::shadow {

/// Decides which requests a shadow gets a copy of: switched on, not expired, the method, the
/// conditions, no loop, the sample, the rate; in this order. One for each shadow of a worker.
class Gate {
public:
    /// All are borrowed. `share` is this worker's part of the rate: one divided by their number.
    Gate(const plan::ShadowRules& rules, const Controls& controls, const plan::Plan& plan,
         double share);

    /// Why this request is not copied; nothing if it is.
    [[nodiscard]] std::optional<Reason> refuse(const http::Request& request, base::Loop& loop);

private:
    [[nodiscard]] bool expired() const;
    [[nodiscard]] bool takes_method(std::string_view method) const;
    [[nodiscard]] bool meets_conditions(const http::Request& request) const;
    [[nodiscard]] bool is_copy(const http::Request& request) const;
    [[nodiscard]] bool is_sampled(const http::Request& request, base::Loop& loop);
    [[nodiscard]] bool exceeds_rate(base::Time now);

    const plan::ShadowRules& rules_;
    const Controls& controls_;
    const plan::Plan& plan_;
    double share_;
    std::uint64_t seed_;
    TokenBucket bucket_;
    std::string scratch_;
};

}  // namespace aggregator::shadow
