#pragma once

#include <aggregator/lint/rule.hpp>

namespace aggregator::components {

extern const lint::Rule kBreakerOnShadow;
extern const lint::Rule kBreakerTimeoutBelowEndpointTimeout;
extern const lint::Rule kBreakerWithOneError;
extern const lint::Rule kTwoBreakers;

inline constexpr const lint::Rule* kBreakerRules[] = {
    &kBreakerOnShadow, &kBreakerTimeoutBelowEndpointTimeout, &kBreakerWithOneError, &kTwoBreakers};

}  // namespace aggregator::components
