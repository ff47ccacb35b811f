#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <aggregator/base/loop.hpp>

namespace aggregator::admin {

/// Counts wrong tokens by the address that they came from: ten a minute are answered with 401,
/// those behind them with 429. A right token is never counted, and never refused: whoever shares an
/// address with a guesser can still stop everything. Remembers 1024 addresses at most. One thread.
class FailedTokens {
public:
    static constexpr std::uint32_t kPerMinute = 10;
    static constexpr std::size_t kAddressesMax = 1024;

    /// Counts one more; the seconds after which the next may come, once there are too many.
    [[nodiscard]] std::optional<std::chrono::seconds> record(std::string_view address,
                                                             base::Time now);
    [[nodiscard]] std::size_t size() const { return seen_.size(); }

private:
    struct Minute {
        base::Time began;
        std::uint32_t failures = 0;
    };

    void make_room(base::Time now);

    std::unordered_map<std::string, Minute> seen_;
};

}  // namespace aggregator::admin
