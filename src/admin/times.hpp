#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace aggregator::admin {

/// A duration as configurations write it, in the largest unit that needs no decimals: `1500ms`.
[[nodiscard]] std::string duration_text(std::int64_t nanoseconds);

/// An instant as RFC 3339 has it, in UTC, with milliseconds if there are any.
[[nodiscard]] std::string instant_text(std::int64_t unix_nanoseconds);

/// An instant as RFC 3339 has it, or a duration from `now` on; whole milliseconds since 1970, in
/// nanoseconds. Nothing if the text is neither.
[[nodiscard]] std::optional<std::int64_t> parse_expiry(std::string_view text, std::int64_t now);

/// A number as JSON has it: the shortest that reads back the same.
[[nodiscard]] std::string number_text(double number);

}  // namespace aggregator::admin
