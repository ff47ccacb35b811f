#pragma once

#include <aggregator/component/component.hpp>

namespace aggregator::components {

/// `security/ip-filter`: lets clients in by their addresses, or refuses them with 403. The
/// service's section is for everything but the built-in routes, an endpoint's for that endpoint;
/// where both are, a request has to pass both.
extern const component::Component kIpFilter;

/// The `ip-filter` of `plugin/http-server`, for the service, and of `plugin/req-resp-modifier`, for
/// an endpoint: the same with other keys.
extern const component::Component kIpFilterOfServer;
extern const component::Component kIpFilterOfEndpoint;

}  // namespace aggregator::components
