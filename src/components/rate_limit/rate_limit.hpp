#pragma once

#include <aggregator/component/component.hpp>

namespace aggregator::components {

/// `qos/ratelimit/service`: how many requests are let in, of all clients and of each, those for
/// paths that nobody serves included. 503 and 429.
extern const component::Component kServiceLimit;

/// `qos/ratelimit/router`: the same for an endpoint, of requests that have passed all that may
/// refuse them in front of it.
extern const component::Component kRouterLimit;

/// `qos/ratelimit/tiered`: the same at either place, with other limits for some values of a header.
extern const component::Component kTieredLimit;

/// `qos/ratelimit/proxy`: how often a backend is called; each concurrent call counts. A call too
/// many fails and no breaker counts it: the backend has not failed.
extern const component::Component kProxyLimit;

}  // namespace aggregator::components
