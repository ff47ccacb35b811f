#pragma once

#include <optional>
#include <vector>

#include <aggregator/base/loop.hpp>
#include <aggregator/plan/shadow.hpp>

namespace aggregator::shadow {

/// Stops copies to a shadow that does not answer: opens after `errors` failures within `window`,
/// lets one copy through after `cooldown`, and closes if that one is answered.
class Breaker {
public:
    using Config = config::ShadowLimitsConfig::Breaker;
    enum class Verdict : std::uint8_t { Pass, Trial, Refuse };
    enum class Outcome : std::uint8_t { Answered, Failed, NotSent };

    /// Nothing: it never opens.
    explicit Breaker(std::optional<Config> config);

    [[nodiscard]] Verdict ask(base::Time now);
    /// Tells what became of a copy that was not refused; whether this opened the breaker.
    bool ended(Verdict verdict, Outcome outcome, base::Time now);

private:
    void open(base::Time now);

    std::optional<Config> config_;
    std::vector<base::Time> failures_;  // a ring of the last ones
    std::size_t next_ = 0;
    std::optional<base::Time> open_until_;
    bool trying_ = false;
};

}  // namespace aggregator::shadow
