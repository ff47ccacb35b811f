#pragma once

#include <string>

namespace aggregator::app {

/// The reference in Markdown, which is schemas/README.md: keys, components, failures, drop reasons,
/// metrics, fields of the log, rules of lint.
[[nodiscard]] std::string reference_text();

}  // namespace aggregator::app
