#pragma once

#include <span>
#include <string_view>

namespace aggregator::base {

/// The name of a value in a log line, and what it is. One name means one thing in all lines.
struct LogFieldRow {
    std::string_view name;
    std::string_view meaning;
};

/// All names, in alphabetical order; a line with another name is refused by Log::write() in builds
/// with assertions.
[[nodiscard]] std::span<const LogFieldRow> log_fields();

/// The row of that name; null if there is none.
[[nodiscard]] const LogFieldRow* find_log_field(std::string_view name);

}  // namespace aggregator::base
