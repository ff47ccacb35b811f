#include <algorithm>
#include <map>

#include <aggregator/base/version.hpp>
#include <aggregator/json/spans.hpp>
#include <aggregator/plan/plan.hpp>
#include <aggregator/plan/privacy.hpp>
#include <aggregator/plan/shadow.hpp>

#include <aggregator/plan/idle_filters.hpp>
#include "plan/backend.hpp"
#include "plan/flatmap.hpp"
#include "plan/pattern.hpp"
#include "plan/shadow.hpp"

namespace aggregator::plan {

namespace {

using config::Encoding;
using config::EndpointConfig;
using config::ServiceConfig;
using reading::Diagnostic;
using reading::Diagnostics;

using Routing = std::map<std::string, Routes>;

ParamSyntax syntax_of(const ServiceConfig& service) {
    return service.disable_rest ? ParamSyntax::Anywhere : ParamSyntax::Segment;
}

constexpr std::pair<std::string_view, Output> kOutputs[] = {
    {"json", Output::Json},     {"json-collection", Output::JsonCollection},
    {"string", Output::String}, {"xml", Output::Xml},
    {"yaml", Output::Yaml},     {"negotiate", Output::Negotiate},
    {"no-op", Output::NoOp},
};

Output output_named_like(Encoding encoding) {
    switch (encoding) {
        case Encoding::NoOp:
            return Output::NoOp;
        case Encoding::String:
            return Output::String;
        case Encoding::Xml:
            return Output::Xml;
        case Encoding::Json:
        case Encoding::SafeJson:
        case Encoding::Rss:
            break;
    }
    return Output::Json;
}

/// Names that are not known here are what the only backend's encoding is called, or JSON.
Output output_of(const EndpointConfig& config) {
    for (const auto& [name, output] : kOutputs) {
        if (name == config.output_encoding) {
            return output;
        }
    }
    const auto is_regular = [](const config::BackendConfig& one) { return !one.shadow; };
    const auto first = std::find_if(config.backends.begin(), config.backends.end(), is_regular);
    const auto regular = std::count_if(config.backends.begin(), config.backends.end(), is_regular);
    return regular == 1 ? output_named_like(first->encoding) : Output::Json;
}

std::optional<Static> static_of(const EndpointConfig& config) {
    if (!config.fixed) {
        return std::nullopt;
    }
    Static fixed{.strategy = config.fixed->strategy, .members = {}};
    for (const auto& [key, value] : config.fixed->data) {
        json::append_string(fixed.members.emplace_back(std::string(), value).first, key);
    }
    return fixed;
}

bool asks_who(const EndpointConfig& config) {
    return std::any_of(config.components.begin(), config.components.end(),
                       [](const auto& one) { return one.name.starts_with("auth/"); });
}

std::string cache_control_of(const Scope& scope, const Endpoint& endpoint) {
    const Duration ttl = scope.endpoint.cache_ttl;
    if (ttl == Duration::zero()) {
        return {};
    }
    // A reply to somebody who had to say who he is may be for him alone.
    const bool open =
        forwarded_credential(endpoint.backends, credential_headers(scope.service)).empty() &&
        !asks_who(scope.endpoint);
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(ttl);
    return (open ? "public, max-age=" : "private, max-age=") + std::to_string(seconds.count());
}

std::string title_of(const EndpointConfig& config) {
    return "'" + config.method + " " + config.endpoint + "'";
}

/// The operations on the merged answer; of one backend nothing is merged.
Flatmap flatmap_of(const EndpointConfig& config, std::size_t regular, Diagnostics& diagnostics) {
    if (config.flatmap.empty() || regular > 1) {
        return compile_flatmap(config.flatmap);
    }
    tell_idle_flatmap(config, diagnostics);
    return {};
}

http::ErrorStyle errors_of(const config::RouterConfig& router) {
    using Style = http::ErrorStyle;
    const bool precise = router.error_status == config::ErrorStatus::Precise;
    const bool json = router.error_format == config::ErrorFormat::Json;
    return {.format = router.error_format == config::ErrorFormat::Empty ? Style::Format::Empty
                      : json                                            ? Style::Format::Json
                                                                        : Style::Format::Problem,
            .statuses = precise ? Style::Statuses::Precise : Style::Statuses::Compat,
            .shows_detail = router.return_error_msg,
            .tells_id = router.request_id && router.request_id->returns,
            .type_base = router.error_type_base,
            .header = router.header_prefix + "-Error"};
}

/// Several backends, and several attempts of one, read a body at their own pace.
BodyRule bodies_of(const Endpoint& endpoint, std::uint64_t held_max) {
    BodyRule rule;
    const bool several = endpoint.backends.size() > 1;
    if (several) {
        rule.whole_max = held_max;
    }
    if (several || (!endpoint.backends.empty() && endpoint.backends.front().attempts > 1)) {
        rule.streamed_max = held_max;
    }
    return rule;
}

Endpoint compile_endpoint(const Scope& scope, Diagnostics& diagnostics) {
    const EndpointConfig& config = scope.endpoint;
    Endpoint endpoint;
    endpoint.name = config.name;
    endpoint.pattern = config.endpoint;
    endpoint.method = config.method;
    endpoint.timeout = config.timeout;
    endpoint.output = output_of(config);
    endpoint.sequential = is_sequential(config);
    endpoint.fixed = static_of(config);
    endpoint.components.assign(config.components.begin(), config.components.end());
    endpoint.claims = scope.claims;
    endpoint.has_params = scope.captured.size() > scope.claims.size();
    for (std::size_t i = 0; i < config.backends.size(); ++i) {
        Backend backend = compile_backend(scope, static_cast<std::uint32_t>(i), diagnostics);
        (backend.shadow ? endpoint.shadows : endpoint.backends).push_back(std::move(backend));
    }
    endpoint.bodies = bodies_of(endpoint, scope.service.router.max_body_bytes);
    endpoint.cache_control = cache_control_of(scope, endpoint);
    compile_shadows(scope, endpoint, diagnostics);
    tell_idle_filters(config, endpoint.output, diagnostics);
    endpoint.flatmap = flatmap_of(config, endpoint.backends.size(), diagnostics);
    return endpoint;
}

/// The claims that placeholders stand for, where a token is verified.
std::vector<std::string> claims_of(const EndpointConfig& config) {
    std::vector<std::string> claims;
    const bool verifies = std::any_of(config.components.begin(), config.components.end(),
                                      [](const auto& one) { return one.name == "auth/validator"; });
    for (const config::BackendConfig& backend : config.backends) {
        for (const std::string& name : placeholder_names(backend.url_pattern)) {
            if (verifies && name.starts_with(kClaimPlaceholder) && is_late_placeholder(name)) {
                claims.push_back(name.substr(kClaimPlaceholder.size()));
            }
        }
    }
    std::sort(claims.begin(), claims.end());
    claims.erase(std::unique(claims.begin(), claims.end()), claims.end());
    return claims;
}

std::string place_of(const EndpointConfig& config) {
    const Diagnostic place = config.source.at("endpoint", {}, {});
    return place.file + ":" + std::to_string(place.line);
}

void tell_conflict(const ServiceConfig& service, std::uint32_t index,
                   const Routes::Conflict& conflict, Diagnostics& diagnostics) {
    const EndpointConfig& config = service.endpoints[index];
    if (conflict.other == index) {
        diagnostics.push_back(config.source.at(
            "endpoint", "bad-route", title_of(config) + " cannot be served: " + conflict.reason));
        return;
    }
    const EndpointConfig& other = service.endpoints[conflict.other];
    diagnostics.push_back(config.source.at("endpoint", "route-conflict",
                                           title_of(config) + " conflicts with " + title_of(other) +
                                               " at " + place_of(other) + ": " + conflict.reason));
}

/// Whether the program itself answers there.
bool is_built_in(const ServiceConfig& service, const EndpointConfig& config) {
    return !service.router.disable_health && config.method == "GET" &&
           router_path(config.endpoint, syntax_of(service)) ==
               clean_path(service.router.health_path);
}

void add_route(const ServiceConfig& service, std::uint32_t index, Routing& routing,
               Diagnostics& diagnostics) {
    const EndpointConfig& config = service.endpoints[index];
    if (is_built_in(service, config)) {
        diagnostics.push_back(config.source.at(
            "endpoint", "route-conflict",
            title_of(config) + " conflicts with the health check, which is served there",
            "extra_config.router: health_path moves it, disable_health takes it away"));
        return;
    }
    Routes& routes = routing[config.method];
    if (const auto conflict = routes.add(config.endpoint, syntax_of(service), index)) {
        tell_conflict(service, index, *conflict, diagnostics);
    }
}

void compile_endpoints(const ServiceConfig& service, Plan& plan, Diagnostics& diagnostics) {
    const ParamSyntax syntax = syntax_of(service);
    Routing routing;
    for (std::size_t i = 0; i < service.endpoints.size(); ++i) {
        const EndpointConfig& config = service.endpoints[i];
        Scope scope{.service = service,
                    .endpoint = config,
                    .path = router_path(config.endpoint, syntax),
                    .declared = declared_names(config.endpoint, syntax),
                    .captured = parameter_names(config.endpoint, syntax),
                    .claims = claims_of(config)};
        for (const std::string& claim : scope.claims) {
            scope.captured.push_back(std::string(kClaimPlaceholder) + claim);
        }
        plan.endpoints.push_back(compile_endpoint(scope, diagnostics));
        plan.endpoints.back().number = static_cast<std::uint32_t>(i);
        add_route(service, static_cast<std::uint32_t>(i), routing, diagnostics);
    }
    for (auto& [method, routes] : routing) {
        plan.routes.methods.push_back({method, std::move(routes)});
    }
}

void compile_trusted_proxies(const ServiceConfig& service, AddressSet& set,
                             Diagnostics& diagnostics) {
    const std::vector<std::string>& networks = service.router.trusted_proxies;
    for (std::size_t i = 0; i < networks.size(); ++i) {
        const std::string& network = networks[i];
        if (!set.add(network)) {
            diagnostics.push_back(service.places.router.at(
                {"trusted_proxies", i}, "bad-address",
                "'" + network + "' is neither an IP address nor a network such as 10.0.0.0/8"));
        }
    }
    set.close();
}

}  // namespace

bool BodyRule::takes(const http::Request& request) const {
    return request.stream == nullptr ? request.body.size() <= whole_max
                                     : request.stream->length().value_or(0) <= streamed_max;
}

const Routes* RouteTable::of(std::string_view method) const {
    for (const MethodRoutes& one : methods) {
        if (one.method == method) {
            return &one.routes;
        }
    }
    return nullptr;
}

std::shared_ptr<const Plan> compile(const config::Loaded& loaded, Diagnostics& diagnostics) {
    if (!loaded.service) {
        return nullptr;
    }
    const ServiceConfig& service = *loaded.service;
    const auto known = static_cast<std::ptrdiff_t>(diagnostics.size());
    auto plan = std::make_shared<Plan>();
    plan->service = service;
    plan->components.assign(service.components.begin(), service.components.end());
    plan->errors = errors_of(service.router);
    plan->user_agent = service.router.user_agent.empty()
                           ? "aggregator/" + std::string(base::version())
                           : service.router.user_agent;
    plan->via = plan->user_agent;
    compile_trusted_proxies(service, plan->trusted_proxies, diagnostics);
    compile_endpoints(service, *plan, diagnostics);
    const bool refused =
        std::any_of(diagnostics.begin() + known, diagnostics.end(),
                    [](const Diagnostic& one) { return one.severity == reading::Severity::Error; });
    return refused ? nullptr : plan;
}

}  // namespace aggregator::plan
