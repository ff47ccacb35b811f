#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/plan/pattern_set.hpp>
#include <aggregator/reading/component.hpp>
#include <aggregator/reading/value.hpp>

namespace aggregator::components {

/// Which clients are bots. Names are compared with case.
struct BotSettings final : reading::Settings {
    std::vector<std::string> allow;  ///< sorted: whole User-Agents that are no bots
    std::vector<std::string> deny;   ///< sorted: whole User-Agents of bots
    std::vector<std::string> written_patterns;
    plan::PatternSet patterns{plan::PatternSet::Match::Anywhere};  ///< the same; closed
    std::uint32_t cache_size = 0;  ///< decisions that a worker remembers
    bool empty_is_bot = false;

    /// What the lists say.
    enum class Listed : std::uint8_t { No, Welcome, Bot };
    [[nodiscard]] Listed listed(std::string_view user_agent) const;
    /// What all keys say.
    [[nodiscard]] bool is_bot(std::string_view user_agent) const;
};

/// Reads the component's keys.
[[nodiscard]] std::shared_ptr<const reading::Settings> read_bot_detector(
    const reading::Value& value);

}  // namespace aggregator::components
