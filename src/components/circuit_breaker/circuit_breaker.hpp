#pragma once

#include <aggregator/component/component.hpp>

namespace aggregator::components {

/// `qos/circuit-breaker`: a backend that failed several times in a row is not asked for a while. A
/// failure is what the backend did: no connection, no answer in time, one that cannot be read, a
/// status of 5xx or 429. Other client errors, calls that were given up because their client left,
/// and refusals of the gateway's own are nothing.
extern const component::Component kCircuitBreaker;

/// `qos/circuit-breaker/http`: the same, and every status that is not listed is a failure.
extern const component::Component kHttpCircuitBreaker;

}  // namespace aggregator::components
