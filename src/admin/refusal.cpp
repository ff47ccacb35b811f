#include "admin/refusal.hpp"

#include <string>

#include <aggregator/base/text.hpp>
#include <aggregator/plan/path.hpp>

#include "admin/access.hpp"

namespace aggregator::admin {

namespace {

using http::Request;

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kMergePatch = "application/merge-patch+json";

std::string value_of(const Request& request, std::string_view name) {
    const http::Field* const field = http::find(request.headers, name);
    return field == nullptr ? "" : std::string(field->value);
}

bool takes_type(const Route& route, const Request& request) {
    const std::string type = value_of(request, "Content-Type");
    const std::string_view media = base::trim(std::string_view(type).substr(0, type.find(';')));
    return base::equal_ignoring_case(media, kJson) ||
           (route.action == Action::PatchShadow && base::equal_ignoring_case(media, kMergePatch));
}

Reply refuse_entry(Entry entry, std::string_view path) {
    if (entry == Entry::ForeignPage) {
        return problem(ProblemKind::Forbidden,
                       "without a token only requests are served that ask for an address or "
                       "localhost and come from no other page",
                       path);
    }
    const bool wrong = entry == Entry::TokenWrong;
    Reply reply = problem(
        ProblemKind::Unauthorized,
        wrong ? "the token is wrong" : "a header is missing: Authorization: Bearer <token>", path);
    reply.headers.emplace_back("WWW-Authenticate", std::string("Bearer realm=\"aggregator\"") +
                                                       (wrong ? ", error=\"invalid_token\"" : ""));
    return reply;
}

Reply refuse_guessing(std::chrono::seconds pause, std::string_view path) {
    Reply reply =
        problem(ProblemKind::TooManyRequests, "too many wrong tokens from this address", path);
    reply.headers.emplace_back("Retry-After", std::to_string(pause.count()));
    return reply;
}

Reply refuse_type(const Route& route, std::string_view path) {
    Reply reply = problem(ProblemKind::UnsupportedMediaType,
                          "the header Content-Type has to say application/json", path);
    if (route.action == Action::PatchShadow) {
        reply.headers.emplace_back("Accept-Patch",
                                   std::string(kJson).append(", ").append(kMergePatch));
    }
    return reply;
}

Reply refuse_method(const Found& found, std::string_view path) {
    Reply reply = problem(ProblemKind::MethodNotAllowed, "served here: " + found.allowed, path);
    reply.headers.emplace_back("Allow", found.allowed);
    return reply;
}

}  // namespace

std::optional<Reply> refuse(const Interface::Context& context, const Request& request,
                            const Found& found, FailedTokens& failed) {
    const std::string_view path = plan::split_target(request.target).path;
    const auto access = found.route == nullptr ? Route::Access::Token : found.route->access;
    const bool open = access == Route::Access::Open ||
                      (access == Route::Access::Metrics && context.config.metrics_public);
    const Entry entry = open ? Entry::Granted : check_access(request, context.config.token);
    if (entry != Entry::Granted) {
        context.log.write(base::LogLevel::Warning, "management interface: refused",
                          {{"caller", request.client}, {"path", path}});
        if (entry == Entry::TokenWrong) {
            if (const auto pause = failed.record(request.client, context.loop.now())) {
                return refuse_guessing(*pause, path);
            }
        }
        return refuse_entry(entry, path);
    }
    if (found.allowed.empty()) {
        return problem(ProblemKind::NotFound, "GET /api/v1/openapi.json tells what there is", path);
    }
    if (found.route == nullptr) {
        return refuse_method(found, path);
    }
    if (found.route->has_body && !takes_type(*found.route, request)) {
        return refuse_type(*found.route, path);
    }
    return std::nullopt;
}

}  // namespace aggregator::admin
