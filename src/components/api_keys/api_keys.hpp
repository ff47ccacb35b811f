#pragma once

#include <aggregator/component/component.hpp>

namespace aggregator::components {

/// `auth/api-keys`: the service declares keys and their roles, and an endpoint that asks lets in
/// those that have one of its roles.
extern const component::Component kApiKeys;

}  // namespace aggregator::components
