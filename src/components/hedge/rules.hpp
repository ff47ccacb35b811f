#pragma once

#include <aggregator/lint/rule.hpp>

namespace aggregator::components {

extern const lint::Rule kHedgeOnShadow;
extern const lint::Rule kHedgeWithConcurrentCalls;

inline constexpr const lint::Rule* kHedgeRules[] = {&kHedgeOnShadow, &kHedgeWithConcurrentCalls};

}  // namespace aggregator::components
