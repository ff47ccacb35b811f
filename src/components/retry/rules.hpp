#pragma once

#include <aggregator/lint/rule.hpp>

namespace aggregator::components {

extern const lint::Rule kRetryOnShadow;

inline constexpr const lint::Rule* kRetryRules[] = {&kRetryOnShadow};

}  // namespace aggregator::components
