#include <aggregator/engine/router.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include <aggregator/base/assert.hpp>
#include <aggregator/base/log.hpp>
#include <aggregator/base/text.hpp>
#include <aggregator/plan/path.hpp>

#include "engine/local_reply.hpp"
#include "engine/redirect.hpp"

namespace aggregator::engine {

namespace {

using base::Code;
using http::Request;

constexpr std::string_view kContentType = "Content-Type";
constexpr std::string_view kJson = "application/json; charset=utf-8";
constexpr std::string_view kText = "text/plain; charset=utf-8";

std::string_view forwarded_prefix(const Request& request) {
    const http::Field* const prefix = http::find(request.headers, "X-Forwarded-Prefix");
    return prefix == nullptr ? std::string_view() : prefix->value;
}

// `2026-01-02 03:04:05.678 +0000 UTC m=+1.500000000`: the time, and how long it has been running.
std::string time_text(base::Duration running) {
    std::string text;
    base::append_timestamp(text);
    std::ranges::replace(text, 'T', ' ');
    std::ranges::replace(text, 'Z', ' ');
    char seconds[48];
    std::snprintf(seconds, sizeof seconds, "+0000 UTC m=+%.9f",
                  std::chrono::duration<double>(running).count());
    return text + seconds;
}

}  // namespace

Router::Router(Workspace& workspace, std::span<http::Service* const> endpoints)
    : workspace_(workspace),
      options_(workspace.plan().service.router),
      endpoints_(endpoints.begin(), endpoints.end()),
      began_(workspace.loop().now()) {
    AGG_ASSERT(endpoints_.size() == workspace.plan().endpoints.size());
}

std::unique_ptr<http::Call> Router::call(const Request& request, http::Done done) {
    const plan::TargetParts target = plan::split_target(request.target);
    const auto decoded = plan::decode_path(target.path, decoded_);
    if (!decoded) {
        return answer_later(workspace_.loop(), refusal(request, Code::BadTarget, "400 Bad Request"),
                            std::move(done));
    }
    Place place{*decoded, target.query};
    if (options_.remove_extra_slash && place.path.find("//") != std::string_view::npos) {
        cleaned_ = plan::clean_path(place.path);
        place.path = cleaned_;
    }
    const auto endpoint =
        is_health(request.method, place.path) ? std::nullopt : route(request.method, place.path);
    if (!endpoint) {
        return answer_later(workspace_.loop(), answer_here(request, place), std::move(done));
    }
    if (const auto reason = unsafe_param(*endpoint)) {
        return answer_later(workspace_.loop(),
                            refusal(request, Code::EncodedParams, "error: " + *reason),
                            std::move(done));
    }
    Request routed = request;
    routed.params = params_;
    return endpoints_[*endpoint]->call(routed, std::move(done));
}

std::optional<std::uint32_t> Router::route(std::string_view method, std::string_view path) {
    const plan::Routes* const routes = workspace_.plan().routes.of(method);
    return routes == nullptr ? std::nullopt : routes->match(path, params_);
}

bool Router::knows(std::string_view method, std::string_view path) {
    return is_health(method, path) || route(method, path).has_value();
}

bool Router::is_health(std::string_view method, std::string_view path) const {
    return path == options_.health_path && method == "GET" && !options_.disable_health;
}

std::optional<std::string> Router::unsafe_param(std::uint32_t endpoint) const {
    if (!workspace_.plan().endpoints[endpoint].has_params || options_.disable_path_decoding) {
        return std::nullopt;
    }
    for (const std::string_view value : params_) {
        if (auto reason = plan::param_is_unsafe(value)) {
            return reason;
        }
    }
    return std::nullopt;
}

LocalReply Router::answer_here(const Request& request, const Place& place) {
    if (is_health(request.method, place.path)) {
        return health();
    }
    if (auto reply = redirect(request, place)) {
        return std::move(*reply);
    }
    std::string methods = allowed(place.path);
    if (options_.auto_options && request.method == "OPTIONS" && !methods.empty()) {
        LocalReply reply;
        reply.headers.emplace_back("Allow", std::move(methods));
        reply.add(workspace_.version_field());
        return reply;
    }
    if (methods.empty() || options_.disable_handle_method_not_allowed) {
        return miss(request, Code::NotFound, options_.not_found_body);
    }
    LocalReply reply = miss(request, Code::MethodNotAllowed, options_.method_not_allowed_body);
    reply.headers.emplace_back("Allow", std::move(methods));
    return reply;
}

std::optional<LocalReply> Router::redirect(const Request& request, const Place& place) {
    if (request.method == "CONNECT" || place.path == "/") {
        return std::nullopt;
    }
    const std::string slashed = other_slash(place.path);
    if (!options_.disable_redirect_trailing_slash && knows(request.method, slashed)) {
        return redirect_to(
            {request.method, safe_prefix(forwarded_prefix(request)), slashed, place.query});
    }
    if (options_.disable_redirect_fixed_path) {
        return std::nullopt;
    }
    if (const auto path = corrected(request.method, place.path)) {
        return redirect_to({request.method, {}, *path, place.query});
    }
    return std::nullopt;
}

std::optional<std::string> Router::corrected(std::string_view method, std::string_view path) {
    const plan::Routes* const routes = workspace_.plan().routes.of(method);
    const std::string clean = plan::clean_path(path);
    for (const std::string& candidate : {clean, other_slash(clean)}) {
        if (base::equal_ignoring_case(candidate, options_.health_path) &&
            is_health(method, options_.health_path)) {
            return options_.health_path;
        }
        if (auto found =
                routes == nullptr ? std::nullopt : routes->match_ignoring_case(candidate)) {
            return found;
        }
    }
    return std::nullopt;
}

std::string Router::allowed(std::string_view path) {
    std::vector<std::string_view> methods;
    for (const auto& [method, routes] : workspace_.plan().routes.methods) {
        if (routes.match(path, params_)) {
            methods.push_back(method);
        }
    }
    // The routes' methods are in alphabetical order already.
    if (is_health("GET", path) && std::ranges::find(methods, "GET") == methods.end()) {
        methods.insert(std::ranges::lower_bound(methods, "GET"), "GET");
    }
    std::string list;
    for (const std::string_view method : methods) {
        list.append(list.empty() ? "" : ", ").append(method);
    }
    return list;
}

LocalReply Router::health() const {
    LocalReply reply;
    reply.headers.emplace_back(kContentType, kJson);
    reply.body = R"({"agents":{},"now":")" + time_text(workspace_.loop().now() - began_) +
                 R"(","status":"ok"})";
    return reply;
}

LocalReply Router::miss(const Request& request, Code code,
                        const std::optional<std::string>& json) const {
    LocalReply reply = refusal(
        request, code, code == Code::NotFound ? "404 page not found" : "405 method not allowed");
    reply.headers.front().second = json ? kJson : "text/plain";
    reply.body = json.value_or(reply.body);
    reply.add(workspace_.version_field());
    reply.add(workspace_.completed_field("false"));
    return reply;
}

LocalReply Router::refusal(const Request& request, Code code, std::string text) const {
    workspace_.counters().count(code);
    if (request.record != nullptr) {
        request.record->failure = code;
    }
    LocalReply reply;
    reply.status = base::row(code).status;
    reply.headers.emplace_back(kContentType, kText);
    reply.add(workspace_.error_field(code));
    reply.body = std::move(text);
    return reply;
}

}  // namespace aggregator::engine
