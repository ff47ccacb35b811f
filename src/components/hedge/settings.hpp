#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include <aggregator/reading/component.hpp>
#include <aggregator/reading/value.hpp>

namespace aggregator::components {

/// `backend/hedge` of one backend.
struct HedgeSettings final : reading::Settings {
    static constexpr std::uint32_t kMax = 3;

    bool by_latency = false;           ///< `p95`: after what 95 % of the calls take
    std::chrono::nanoseconds after{};  ///< else
    std::uint32_t max = 1;             ///< further calls
    std::uint32_t budget = 5;          ///< percent of the calls
};

[[nodiscard]] std::shared_ptr<const reading::Settings> read_hedge(const reading::Value& value);

}  // namespace aggregator::components
