#pragma once

#include <aggregator/component/component.hpp>

namespace aggregator::components {

/// `auth/basic` (RFC 7617): an endpoint that has it lets in who says a name and the password whose
/// hash is known. The service may have users for all endpoints that ask.
extern const component::Component kBasicAuth;

}  // namespace aggregator::components
