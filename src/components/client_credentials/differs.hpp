#pragma once

#include <aggregator/component/component.hpp>

namespace aggregator::components {

extern const component::Differing kClientCredentialsDiffers[1];

}  // namespace aggregator::components
