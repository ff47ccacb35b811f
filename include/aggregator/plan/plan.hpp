#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/config/load.hpp>
#include <aggregator/http/error_style.hpp>
#include <aggregator/plan/address_set.hpp>
#include <aggregator/plan/endpoint.hpp>
#include <aggregator/plan/routes.hpp>

namespace aggregator::plan {

/// The routes of all endpoints. A method is here only if an endpoint has it; built-in routes are
/// the router's.
struct RouteTable {
    struct MethodRoutes {
        std::string method;
        Routes routes;
    };
    std::vector<MethodRoutes> methods;  ///< in alphabetical order
    /// The routes of a method, compared with case; null if no endpoint has it.
    [[nodiscard]] const Routes* of(std::string_view method) const;
};

/// What a configuration means: immutable, shared by all workers.
struct Plan {
    config::ServiceSettings service;
    std::vector<reading::InForce> components;  ///< of the service
    std::vector<Endpoint> endpoints;           ///< in the order of the configuration
    RouteTable routes;
    AddressSet trusted_proxies;
    http::ErrorStyle errors;
    std::string user_agent;  ///< what the gateway calls itself to backends
    std::string via;         ///< value of X-Forwarded-Via
};

/// Compiles what load() accepted: everything that can be told is appended to `diagnostics`; the
/// plan is null if one of those is an error, or if `loaded` has no service.
[[nodiscard]] std::shared_ptr<const Plan> compile(const config::Loaded& loaded,
                                                  reading::Diagnostics& diagnostics);

/// What the management interface asks for when it makes a shadow of an endpoint.
struct MirrorSpec {
    std::string host;
    std::uint16_t port = 80;
    double percentage = 100;
    bool wait = false;
    bool log_all = true;
};

/// The run-time shadow `mirror` of an endpoint: it gets what the first backend gets, at another
/// host. Fails with BadConfiguration, in words for whoever asked, if the host is not well formed or
/// not among `allowed_hosts`.
[[nodiscard]] base::Result<std::shared_ptr<const Backend>> compile_mirror(const Plan& plan,
                                                                          const Endpoint& endpoint,
                                                                          const MirrorSpec& spec);

}  // namespace aggregator::plan
