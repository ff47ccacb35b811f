#pragma once

#include <aggregator/lint/lint.hpp>

namespace aggregator::lint {

/// Adds what the program found besides lint's own rules, such as faults of the files that a
/// configuration names: each with the severity that is chosen for its rule, by `choices` first,
/// then by `@lint` in the configuration; or not at all if it is switched off. The findings stay
/// sorted, and none is there twice.
void add(Result& result, config::Diagnostics found, Choices choices);

}  // namespace aggregator::lint
