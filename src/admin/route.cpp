#include "admin/route.hpp"

#include <optional>

#include <aggregator/plan/path.hpp>

namespace aggregator::admin {

namespace {

constexpr std::string_view kMirror = "/api/v1/gateway/routes/{name}/mirror";

using Access = Route::Access;

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/endpoints", Action::ListEndpoints},
    {"GET", "/api/v1/endpoints/{id}", Action::ShowEndpoint},
    {"GET", "/api/v1/shadows", Action::ListShadows},
    {"POST", "/api/v1/shadows/disable-all", Action::DisableAll},
    {"GET", "/api/v1/shadows/{id}", Action::ShowShadow},
    {"PATCH", "/api/v1/shadows/{id}", Action::PatchShadow, Access::Token, true},
    {"GET", kMirror, Action::ShowMirror},
    {"POST", kMirror, Action::PutMirror, Access::Token, true},
    {"DELETE", kMirror, Action::RemoveMirror},
    {"DELETE", "/api/v1/cache", Action::PurgeCache},
    {"GET", "/api/v1/hosts", Action::ListHosts},
    {"POST", "/api/v1/hosts/restore", Action::RestoreHosts},
    {"GET", "/api/v1/openapi.json", Action::OpenApi},
    {"GET", "/metrics", Action::Metrics, Access::Metrics},
    {"GET", "/health", Action::Health, Access::Open},
    {"GET", "/ready", Action::Ready, Access::Open},
};

/// What stands in the pattern's braces, as it was sent; nothing if the path does not fit. A name
/// may hold slashes: `GET /users` is one.
std::optional<std::string_view> name_in(std::string_view path, std::string_view pattern) {
    const std::size_t open = pattern.find('{');
    if (open == std::string_view::npos) {
        return path == pattern ? std::optional<std::string_view>("") : std::nullopt;
    }
    const std::string_view before = pattern.substr(0, open);
    const std::string_view behind = pattern.substr(pattern.find('}') + 1);
    if (path.size() <= before.size() + behind.size() || !path.starts_with(before) ||
        !path.ends_with(behind)) {
        return std::nullopt;
    }
    return path.substr(before.size(), path.size() - before.size() - behind.size());
}

void allow(std::string& allowed, std::string_view method) {
    allowed.append(allowed.empty() ? "" : ", ").append(method);
    if (method == "GET") {
        allowed += ", HEAD";
    }
}

}  // namespace

std::span<const Route> routes() { return kRoutes; }

Found find_route(std::string_view method, std::string_view path) {
    const std::string_view asked = method == "HEAD" ? "GET" : method;
    Found found;
    std::string_view pattern;  // of the first that fits: a path means one thing
    for (const Route& route : kRoutes) {
        const auto name = name_in(path, route.path);
        if (!name || (!pattern.empty() && pattern != route.path)) {
            continue;
        }
        pattern = route.path;
        allow(found.allowed, route.method);
        if (route.method == asked) {
            std::string scratch;
            found.route = &route;
            found.name = plan::decode_path(*name, scratch).value_or(*name);
        }
    }
    return found;
}

}  // namespace aggregator::admin
