#pragma once

#include <aggregator/lint/rule.hpp>

namespace aggregator::components {

extern const lint::Rule kClientLimitAboveLimit;
extern const lint::Rule kForgeableTier;
extern const lint::Rule kLimitByAddressBehindProxy;
extern const lint::Rule kLimitByForgeableHeader;
extern const lint::Rule kLimitOff;
extern const lint::Rule kLimitOnShadow;
extern const lint::Rule kLimitPerInstance;
extern const lint::Rule kLimitStorage;
extern const lint::Rule kRateLimitWithoutStrategy;
extern const lint::Rule kTiersWithoutDefault;

inline constexpr const lint::Rule* kRateLimitRules[] = {
    &kClientLimitAboveLimit,  &kForgeableTier, &kLimitByAddressBehindProxy,
    &kLimitByForgeableHeader, &kLimitOff,      &kLimitOnShadow,
    &kLimitPerInstance,       &kLimitStorage,  &kRateLimitWithoutStrategy,
    &kTiersWithoutDefault};

}  // namespace aggregator::components
