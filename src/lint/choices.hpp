#pragma once

#include <aggregator/lint/lint.hpp>

namespace aggregator::lint {

/// The choices that a configuration makes itself, under `@lint` at the root of its service. What is
/// wrong with them is told.
[[nodiscard]] Choices choices_in(const config::Loaded& loaded, reading::Diagnostics& diagnostics);

}  // namespace aggregator::lint
