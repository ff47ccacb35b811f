#pragma once

#include <aggregator/component/component.hpp>

namespace aggregator::components {

extern const component::Differing kResponseCacheDiffers[1];

}  // namespace aggregator::components
