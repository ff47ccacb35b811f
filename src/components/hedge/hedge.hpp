#pragma once

#include <aggregator/component/component.hpp>

namespace aggregator::components {

/// `backend/hedge`: a backend that is slower than usual is called a second time, on another host if
/// there is one, and the first answer that is no failure counts. The other call is cancelled, so
/// that nobody counts it as a failure of its host.
extern const component::Component kHedge;

}  // namespace aggregator::components
