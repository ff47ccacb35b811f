#pragma once

#include <aggregator/component/component.hpp>

namespace aggregator::components {

/// `qos/http-cache`: answers of a backend are stored as its Cache-Control allows, by the rules of
/// caches that several users share (RFC 9111), and given again without a call.
extern const component::Component kHttpCache;

}  // namespace aggregator::components
