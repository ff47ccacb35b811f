#pragma once

#include <aggregator/component/component.hpp>

namespace aggregator::components {

/// `qos/response-cache`: finished replies of an endpoint are stored and given again, without calls
/// to its backends.
extern const component::Component kResponseCache;

}  // namespace aggregator::components
