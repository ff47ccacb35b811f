#pragma once

#include <aggregator/component/component.hpp>

namespace aggregator::components {

extern const component::Differing kRateLimitDiffers[7];

}  // namespace aggregator::components
