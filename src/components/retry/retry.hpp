#pragma once

#include <aggregator/component/component.hpp>

namespace aggregator::components {

/// `backend/retry`: a call that failed is made again, on another host if there is one, as long as
/// its client waits and a budget lasts. Only what the backend did counts: no connection, one that
/// broke, no answer in time, a status. What the gateway refused, a breaker say, is not tried again.
extern const component::Component kRetry;

}  // namespace aggregator::components
