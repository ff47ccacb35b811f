#include "engine/builtin.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include <aggregator/base/log.hpp>
#include <aggregator/base/text.hpp>

#include "engine/collected_call.hpp"
#include "engine/describe.hpp"

namespace aggregator::engine {

namespace {

using http::Request;

constexpr std::string_view kDebug = "/__debug/";
constexpr std::string_view kEcho = "/__echo/";
constexpr std::size_t kLoggedBodyMax = 64u << 10;

http::LocalReply json_reply(std::string body) {
    return http::local_reply(200, "application/json; charset=utf-8", std::move(body));
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

BodyAnswer echo_of(const Request& request, std::string_view path) {
    return [echo = describe_echo(request, path)](std::string_view body) {
        std::string text = echo.before_body;
        json::append_string(text, body);
        return json_reply(text.append(echo.after_body));
    };
}

void write_debug(base::Log& log, const Visit& visit, std::string_view body) {
    log.write(base::LogLevel::Debug, "debug endpoint",
              {{"method", visit.method},
               {"url", visit.url},
               {"query", visit.query},
               {"params", visit.param},
               {"headers", visit.headers},
               {"body", body.substr(0, kLoggedBodyMax)}});
}

bool is_form(std::string_view type) {
    return base::equal_ignoring_case(base::trim(type.substr(0, type.find(';'))),
                                     "application/x-www-form-urlencoded");
}

bool starts_alike(std::string_view path, std::string_view prefix) {
    return path.size() >= prefix.size() &&
           base::equal_ignoring_case(path.substr(0, prefix.size()), prefix);
}

}  // namespace

BuiltIns::BuiltIns(Workspace& workspace)
    : workspace_(workspace),
      service_(workspace.plan().service),
      open_(service_.debug_endpoint || service_.echo_endpoint),
      secrets_(service_),
      began_(workspace.loop().now()) {}

BuiltIns::Route BuiltIns::find(std::string_view method, std::string_view path) const {
    if (path == service_.router.health_path && method == "GET" && !service_.router.disable_health) {
        return Route::Health;
    }
    if (open_ && service_.debug_endpoint && path.starts_with(kDebug)) {
        return Route::Debug;
    }
    if (open_ && service_.echo_endpoint && path.starts_with(kEcho)) {
        return Route::Echo;
    }
    return Route::None;
}

std::string_view BuiltIns::param(Route route, std::string_view path) {
    switch (route) {
        case Route::Debug:
            return path.substr(kDebug.size() - 1);
        case Route::Echo:
            return path.substr(kEcho.size() - 1);
        case Route::None:
        case Route::Health:
            break;
    }
    return {};
}

std::optional<std::string> BuiltIns::corrected(std::string_view method,
                                               std::string_view path) const {
    const std::string& health = service_.router.health_path;
    if (base::equal_ignoring_case(path, health) && find(method, health) == Route::Health) {
        return health;
    }
    for (const std::string_view prefix : {kDebug, kEcho}) {
        if (open_ && starts_alike(path, prefix) && find(method, prefix) != Route::None) {
            return std::string(prefix).append(path.substr(prefix.size()));
        }
    }
    return std::nullopt;
}

std::unique_ptr<http::Call> BuiltIns::call(Route route, const Request& request,
                                           std::string_view path, http::Done done) {
    switch (route) {
        case Route::Debug:
            return collect_body(workspace_, request, pong(request, path), std::move(done));
        case Route::Echo:
            return collect_body(workspace_, request, echo_of(request, path), std::move(done));
        case Route::None:
        case Route::Health:
            break;
    }
    return answer_later(workspace_.loop(), json_reply(health()), std::move(done));
}

BodyAnswer BuiltIns::pong(const Request& request, std::string_view path) const {
    base::Log* const log = workspace_.log();
    if (log == nullptr || !log->enabled(base::LogLevel::Debug)) {
        return [](std::string_view) { return json_reply(R"({"message":"pong"})"); };
    }
    const http::Field* const type = http::find(request.headers, "Content-Type");
    const bool form = type != nullptr && is_form(type->value);
    return [this, log, form, visit = describe_visit(request, param(Route::Debug, path), secrets_)](
               std::string_view body) {
        write_debug(*log, visit, form ? secrets_.masked_query(body) : std::string(body));
        return json_reply(R"({"message":"pong"})");
    };
}

std::string BuiltIns::health() const {
    return R"({"agents":{},"now":")" + time_text(workspace_.loop().now() - began_) +
           R"(","status":"ok"})";
}

}  // namespace aggregator::engine
