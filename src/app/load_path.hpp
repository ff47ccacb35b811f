#pragma once

#include <string>

#include <aggregator/config/load.hpp>
#include <aggregator/lint/lint.hpp>
#include "app/options.hpp"

namespace aggregator::app {

/// What stands on standard input, if that is what the path means; else nothing.
[[nodiscard]] std::string input_of(const std::string& path);

/// The configuration at a path, or in its input.
[[nodiscard]] config::Loaded load_path(const std::string& path, const std::string& input,
                                       const config::Environment& variables);
/// The same with all that lint finds.
[[nodiscard]] lint::Result lint_path(const std::string& path, const std::string& input,
                                     const LintOptions& options);

}  // namespace aggregator::app
