#pragma once

#include <aggregator/lint/rule.hpp>

namespace aggregator::components {

extern const lint::Rule kResponseCacheWithAllHeaders;

inline constexpr const lint::Rule* kResponseCacheRules[] = {&kResponseCacheWithAllHeaders};

}  // namespace aggregator::components
