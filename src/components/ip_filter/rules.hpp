#pragma once

#include <span>

#include <aggregator/lint/rule.hpp>

namespace aggregator::components {

extern const lint::Rule kIpHostBits;
extern const lint::Rule kIpListOverlaps;

inline constexpr const lint::Rule* kIpFilterRules[] = {&kIpHostBits, &kIpListOverlaps};

}  // namespace aggregator::components
