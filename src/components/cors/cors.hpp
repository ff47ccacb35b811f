#pragma once

#include <aggregator/component/component.hpp>

namespace aggregator::components {

/// `security/cors`: which pages of other origins may read the replies. It stands around the router:
/// it answers preflights and marks every reply, refusals included. An endpoint's section takes the
/// place of the service's as a whole.
extern const component::Component kCors;

}  // namespace aggregator::components
