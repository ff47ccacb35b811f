#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace aggregator::format {

/// A date as feeds write them, in UTC as RFC 3339 has it. Read are RFC 3339 and the shorter forms
/// of ISO 8601 (a year, a month or a day, hours and minutes without seconds; UTC where no zone is
/// told), and RFC 5322 with its obsolete zones and years of two digits. Nothing for any other text,
/// and for what would be before the year 0 or after 9999.
[[nodiscard]] std::optional<std::string> utc_from(std::string_view date);

}  // namespace aggregator::format
