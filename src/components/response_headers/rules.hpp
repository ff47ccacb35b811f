#pragma once

#include <span>

#include <aggregator/lint/rule.hpp>

namespace aggregator::components {

extern const lint::Rule kResponseHeaderCaution;

inline constexpr const lint::Rule* kResponseHeaderRules[] = {&kResponseHeaderCaution};

}  // namespace aggregator::components
