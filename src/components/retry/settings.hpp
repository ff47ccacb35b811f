#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/reading/component.hpp>
#include <aggregator/reading/value.hpp>

namespace aggregator::components {

/// `backend/retry` of one backend.
struct RetrySettings final : reading::Settings {
    static constexpr std::uint32_t kAttemptsMax = 5;
    static constexpr std::chrono::milliseconds kBackoffMax{250};

    std::uint32_t attempts = 2;  ///< calls at most, the first one included
    bool on_connect = true;
    bool on_reset = true;
    bool on_timeout = true;
    std::vector<int> on_statuses{502, 503, 504};
    std::vector<std::string> methods{"GET", "HEAD", "OPTIONS", "PUT", "DELETE"};
    bool unsafe = false;                     ///< methods may change something each time
    std::chrono::nanoseconds try_timeout{};  ///< of each call; 0: none
    std::chrono::nanoseconds backoff = std::chrono::milliseconds(25);
    std::uint32_t budget = 20;      ///< percent of the calls
    std::uint32_t budget_min = 10;  ///< a second, besides

    [[nodiscard]] bool repeats(std::string_view method) const;
};

[[nodiscard]] std::shared_ptr<const reading::Settings> read_retry(const reading::Value& value);

}  // namespace aggregator::components
