#include "config/service.hpp"

#include <algorithm>
#include <map>

#include <aggregator/reading/grammar.hpp>
#include "config/reading.hpp"

namespace aggregator::config {

namespace {

std::string title_of(const EndpointConfig& endpoint) {
    return quoted(endpoint.method + ' ' + endpoint.endpoint);
}

/// The built-in segment that the path contains, or a star that more follows; empty if it is free of
/// them.
std::string_view forbidden_part(std::string_view path) {
    const std::size_t star = path.find('*');
    if (star != std::string_view::npos && star + 1 < path.size()) {
        return "*";
    }
    for (const std::string_view segment : {"/__debug", "/__echo", "/__health"}) {
        for (std::size_t at = path.find(segment); at != std::string_view::npos;
             at = path.find(segment, at + 1)) {
            const std::string_view rest = path.substr(at + segment.size());
            if (rest.empty() || rest.front() == '/') {
                return segment;
            }
        }
    }
    return {};
}

void check_path(const EndpointConfig& endpoint, Report& report) {
    const std::string_view part = forbidden_part(endpoint.endpoint);
    if (!part.empty()) {
        report.add(endpoint.source.at(
            "endpoint", "forbidden-path",
            title_of(endpoint) + " is invalid: its path contains " + quoted(part),
            "`*` is no wildcard, and /__debug, /__echo and /__health are the program's own"));
    }
}

void check_method(const EndpointConfig& endpoint, Report& report) {
    if (!reading::is_endpoint_method(endpoint.method)) {
        report.add(endpoint.source.at(
            "method", "unsupported-method",
            title_of(endpoint) + ": expected GET, POST, PUT, PATCH, DELETE or OPTIONS, found " +
                quoted(endpoint.method)));
    }
}

void check_backends(const EndpointConfig& endpoint, Report& report) {
    const auto& backends = endpoint.backends;
    const auto regular = std::count_if(backends.begin(), backends.end(),
                                       [](const BackendConfig& one) { return !one.shadow; });
    if (backends.empty()) {
        report.add(endpoint.source.at("backend", "no-backends",
                                      title_of(endpoint) + " has 0 backends defined",
                                      "an endpoint needs at least one element in `backend`"));
    } else if (regular == 0) {
        report.add(endpoint.source.at("backend", "shadow-only",
                                      title_of(endpoint) + " has shadow backends alone",
                                      "at least one backend has to answer the client"));
    } else if (endpoint.output_encoding == "no-op" && regular > 1) {
        report.add(endpoint.source.at(
            "backend", "no-op-backends",
            title_of(endpoint) + ": can not use no-op encoding with more than one backend, found " +
                std::to_string(regular),
            "with no-op one backend answers; any number of shadow backends may stand beside it"));
    }
}

void check_backend(const BackendConfig& backend, Report& report) {
    if (!reading::is_token(backend.method)) {
        report.add(
            backend.source.at("method", "unsupported-method",
                              "expected the name of a method, found " + quoted(backend.method)));
    }
    if (backend.sd == "dns" && backend.sd_scheme != "http" && backend.sd_scheme != "https") {
        report.add(backend.source.at(
            "sd_scheme", "bad-value",
            "`sd_scheme`: expected \"http\" or \"https\", found " + quoted(backend.sd_scheme)));
    }
    if (!backend.hosts.empty()) {
        return;
    }
    Diagnostic diagnostic = backend.source.at(
        "host", "no-hosts", "the backend " + quoted(backend.url_pattern) + " has no hosts",
        "write `host` into the backend or into the service");
    if (backend.sd != "dns") {
        diagnostic.severity = Severity::Warning;
        diagnostic.message += ": every request to it will fail";
    }
    report.add(std::move(diagnostic));
}

/// The endpoint's `router.name`, or as far as the way leads there.
Value name_of(const EndpointConfig& endpoint, Report& report) {
    const json::Document& document = endpoint.source.file->document;
    const json::Node* node = endpoint.source.node;
    for (const std::string_view key : {"extra_config", "router", "name"}) {
        const json::Node* const below = document.member(*node, key);
        node = below == nullptr ? node : below;
    }
    return {*endpoint.source.file, *node, "name", report};
}

void check_names(const ServiceConfig& service, Report& report) {
    std::map<std::string_view, const EndpointConfig*> named;
    for (const EndpointConfig& endpoint : service.endpoints) {
        if (endpoint.name.empty()) {
            continue;
        }
        const auto [other, fresh] = named.emplace(endpoint.name, &endpoint);
        if (!fresh) {
            name_of(endpoint, report)
                .error("name-taken",
                       title_of(endpoint) + " and " + title_of(*other->second) +
                           " are both called " + quoted(endpoint.name),
                       "the management interface tells endpoints apart by `router.name`");
        }
    }
}

/// Two listeners of one process on one port would share its connections out between them.
void check_admin_port(const ServiceConfig& service, Report& report) {
    if (!service.admin || service.admin->port != service.port) {
        return;
    }
    const std::string& own = service.admin->address;
    const auto is_any = [](const std::string& address) {
        return address.empty() || address == "0.0.0.0" || address == "::";
    };
    if (own == service.listen_ip || is_any(own) || is_any(service.listen_ip)) {
        report.add(service.places.admin.at(
            "listen", "port-taken",
            "port " + std::to_string(service.port) + " is where clients are served already",
            "choose another port for the management interface"));
    }
}

}  // namespace

void check(const ServiceConfig& service, Report& report) {
    check_names(service, report);
    check_admin_port(service, report);
    for (const EndpointConfig& endpoint : service.endpoints) {
        check_path(endpoint, report);
        check_method(endpoint, report);
        check_backends(endpoint, report);
        for (const BackendConfig& backend : endpoint.backends) {
            check_backend(backend, report);
        }
    }
}

}  // namespace aggregator::config
