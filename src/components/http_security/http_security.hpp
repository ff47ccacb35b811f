#pragma once

#include <aggregator/component/component.hpp>

namespace aggregator::components {

/// `security/http`: for which hosts requests are served, whether plain HTTP is redirected to https,
/// and headers that protect browsers. The service's section is for everything but the built-in
/// routes, an endpoint's for that endpoint. Where both are, a request has to pass both, and a
/// header that both set has the endpoint's value.
extern const component::Component kHttpSecurity;

}  // namespace aggregator::components
