#pragma once

#include <aggregator/component/component.hpp>

namespace aggregator::components {

/// `auth/client-credentials`: the backend is called with a token that the gateway gets for itself
/// from a token server (RFC 6749, section 4.4). One for all backends with the same settings; the
/// background gets the next one before the last has expired.
extern const component::Component kClientCredentials;

}  // namespace aggregator::components
