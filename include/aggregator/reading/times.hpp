#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace aggregator::reading {

using Duration = std::chrono::nanoseconds;

/// The longest duration, forwards and backwards: a hundred years. A sum of it and any time of day,
/// or of two of it, still lies within what a clock can tell.
inline constexpr std::chrono::hours kDurationMax{876'000};

/// A duration as `300ms`, `1.5s`, `1h30m`, `-1s`; nothing if the text is none, or is too long.
[[nodiscard]] std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);
/// Whether the text is a duration, but one beyond `kDurationMax`.
[[nodiscard]] bool is_too_long_duration(std::string_view text);

namespace strict {

/// An instant as RFC 3339 has it: `2026-03-01T12:00:00Z`, with decimals or an offset; nothing if
/// the text is none.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> parse_time(
    std::string_view text);

}  // namespace strict

}  // namespace aggregator::reading
