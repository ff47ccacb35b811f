#pragma once

#include <aggregator/lint/lint.hpp>

namespace aggregator::lint {

/// What check() does with a configuration once it is loaded. Of each rule, so many findings are
/// told that have a repair.
[[nodiscard]] Result check_loaded(config::Loaded loaded, Choices choices,
                                  std::size_t repairs_max = Findings::kFindingsMax);

}  // namespace aggregator::lint
