#pragma once

#include <optional>
#include <string_view>

#include <aggregator/config/model.hpp>

namespace aggregator::config {

/// A duration as `300ms`, `1.5s`, `1h30m`, `-1s`; nothing if the text is none, or is too long.
[[nodiscard]] std::optional<Duration> parse_duration(std::string_view text);

}  // namespace aggregator::config
