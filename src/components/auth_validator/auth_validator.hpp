#pragma once

#include <aggregator/component/component.hpp>

namespace aggregator::components {

/// `auth/validator`: lets only those through to an endpoint who bear a good token (JWS of RFC
/// 7515, claims of RFC 7519, practice of RFC 8725). Keys come from a file, or are fetched in the
/// background, once for the process. What was verified is remembered by each worker.
extern const component::Component kAuthValidator;

}  // namespace aggregator::components
