#pragma once

#include <string>

namespace aggregator::app {

/// The path that means standard input, and what it is called in findings.
inline constexpr const char* kStandardInput = "-";
inline constexpr const char* kStandardInputName = "<stdin>";

/// All of it, or just more than a document may have, which is refused like a longer file.
[[nodiscard]] std::string read_standard_input();

}  // namespace aggregator::app
