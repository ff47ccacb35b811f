#pragma once

#include <aggregator/component/component.hpp>

namespace aggregator::components {

/// `modifier/response-headers`: changes the headers of every reply that an endpoint gives, the
/// gateway's own refusals included. The endpoint's changes come first, then the service's.
extern const component::Component kResponseHeaders;

}  // namespace aggregator::components
