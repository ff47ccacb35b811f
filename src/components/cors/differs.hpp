#pragma once

#include <aggregator/component/component.hpp>

namespace aggregator::components {

extern const component::Differing kCorsDiffers[2];

}  // namespace aggregator::components
