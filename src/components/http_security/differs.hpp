#pragma once

#include <aggregator/component/component.hpp>

namespace aggregator::components {

extern const component::Differing kHttpSecurityDiffers[3];

}  // namespace aggregator::components
