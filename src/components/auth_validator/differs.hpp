#pragma once

#include <aggregator/component/component.hpp>

namespace aggregator::components {

extern const component::Differing kAuthValidatorDiffers[8];

}  // namespace aggregator::components
