#include <aggregator/engine/router.hpp>

#include <algorithm>
#include <string>

#include <aggregator/base/assert.hpp>
#include <aggregator/plan/path.hpp>

#include "engine/builtin.hpp"
#include "engine/redirect.hpp"

namespace aggregator::engine {

namespace {

using base::Code;
using http::LocalReply;
using http::Request;
using BuiltIn = BuiltIns::Route;

constexpr std::string_view kOptions = "OPTIONS";
constexpr std::string_view kJson = "application/json; charset=utf-8";

std::string_view forwarded_prefix(const Request& request) {
    const http::Field* const prefix = http::find(request.headers, "X-Forwarded-Prefix");
    return prefix == nullptr ? std::string_view() : prefix->value;
}

// A path of empty or dot segments is cleaned; one that merely looks like it costs no more than
// time.
bool is_unclean(std::string_view path) {
    return path.find("//") != std::string_view::npos || path.find("/.") != std::string_view::npos;
}

void add_sorted(std::vector<std::string_view>& methods, std::string_view method) {
    const auto at = std::ranges::lower_bound(methods, method);
    if (at == methods.end() || *at != method) {
        methods.insert(at, method);
    }
}

std::string joined(const std::vector<std::string_view>& methods) {
    std::string list;
    for (const std::string_view method : methods) {
        list.append(list.empty() ? "" : ", ").append(method);
    }
    return list;
}

/// Empty ones are counted too: they are looked at as well.
std::size_t parameters_of(std::string_view query) {
    const auto separators = static_cast<std::size_t>(std::ranges::count(query, '&'));
    return query.empty() ? 0 : separators + 1;
}

}  // namespace

class Router::Guarded final : public http::Service {
public:
    explicit Guarded(Router& router) : router_(router) {}
    [[nodiscard]] std::unique_ptr<http::Call> call(const Request& request,
                                                   http::Done done) override {
        return router_.hand_on(request, router_.place_of(request), std::move(done));
    }

private:
    Router& router_;
};

Router::Router(Workspace& workspace, std::span<http::Service* const> endpoints)
    : workspace_(workspace),
      options_(workspace.plan().service.router),
      built_ins_(std::make_unique<BuiltIns>(workspace)),
      guarded_(std::make_unique<Guarded>(*this)),
      endpoints_(endpoints.begin(), endpoints.end()) {
    AGG_ASSERT(endpoints_.size() == workspace.plan().endpoints.size());
}

Router::~Router() = default;

http::Service& Router::guarded() { return *guarded_; }

Router::Place Router::place_of(const Request& request) {
    const plan::TargetParts target = plan::split_target(request.target);
    // The server has refused what cannot be decoded.
    Place place{plan::decode_path(target.path, decoded_).value_or(target.path), target.query};
    if (options_.remove_extra_slash && is_unclean(place.path)) {
        cleaned_ = plan::clean_path(place.path);
        place.path = cleaned_;
    }
    return place;
}

std::unique_ptr<http::Call> Router::call(const Request& request, http::Done done) {
    const Place place = place_of(request);
    if (parameters_of(place.query) > options_.max_query_parameters) {
        return refuse_query(request, std::move(done));
    }
    if (built_ins_->find(request.method, place.path) != BuiltIn::None) {
        return answer_built_in(request, place, std::move(done));
    }
    return guard_ == nullptr ? hand_on(request, place, std::move(done))
                             : guard_->call(request, std::move(done));
}

std::unique_ptr<http::Call> Router::hand_on(const Request& request, const Place& place,
                                            http::Done done) {
    const auto endpoint = route(request.method, place.path);
    if (!endpoint) {
        return answer_later(workspace_.loop(), answer_here(request, place), std::move(done));
    }
    if (const auto reason = unsafe_param(*endpoint)) {
        return refuse_param(request, *reason, std::move(done));
    }
    Request routed = request;
    routed.params = params_;
    return endpoints_[*endpoint]->call(routed, std::move(done));
}

std::unique_ptr<http::Call> Router::answer_built_in(const Request& request, const Place& place,
                                                    http::Done done) {
    const BuiltIn route = built_ins_->find(request.method, place.path);
    const auto reason = options_.disable_path_decoding
                            ? std::nullopt
                            : plan::param_is_unsafe(BuiltIns::param(route, place.path));
    return reason ? refuse_param(request, *reason, std::move(done))
                  : built_ins_->call(route, request, place.path, std::move(done));
}

std::unique_ptr<http::Call> Router::refuse_query(const Request& request, http::Done done) {
    const std::string limit = std::to_string(options_.max_query_parameters);
    return answer_later(workspace_.loop(),
                        workspace_.refuse(request, Code::TooManyParameters,
                                          "the query has more than " + limit + " parameters"),
                        std::move(done));
}

std::unique_ptr<http::Call> Router::refuse_param(const Request& request, const std::string& reason,
                                                 http::Done done) {
    return answer_later(workspace_.loop(),
                        workspace_.refuse(request, Code::EncodedParams, "error: " + reason),
                        std::move(done));
}

std::optional<std::uint32_t> Router::route(std::string_view method, std::string_view path) {
    const plan::Routes* const routes = workspace_.plan().routes.of(method);
    const auto endpoint = routes == nullptr ? std::nullopt : routes->match(path, params_);
    const bool redirected = endpoint && !params_.empty() &&
                            !options_.disable_redirect_trailing_slash &&
                            routes->means_other_slash(path);
    return redirected ? std::nullopt : endpoint;
}

bool Router::knows(std::string_view method, std::string_view path) {
    if (answers_options(method) && !allowed(path).empty()) {
        return true;
    }
    return built_ins_->find(method, path) != BuiltIn::None || route(method, path).has_value();
}

std::optional<std::string> Router::unsafe_param(std::uint32_t endpoint) const {
    if (!workspace_.plan().endpoints[endpoint].has_params) {
        return std::nullopt;
    }
    for (const std::string_view value : params_) {
        auto reason =
            options_.disable_path_decoding ? plan::climbs(value) : plan::param_is_unsafe(value);
        if (reason) {
            return reason;
        }
    }
    return std::nullopt;
}

LocalReply Router::answer_here(const Request& request, const Place& place) {
    Methods methods = allowed(place.path);
    const bool options = answers_options(request.method) && !methods.empty();
    if (auto reply = options ? std::nullopt : redirect(request, place)) {
        return std::move(*reply);
    }
    if (options) {
        LocalReply reply;
        reply.headers.emplace_back("Allow", joined(methods));
        reply.add(workspace_.version_field());
        return reply;
    }
    if (methods.empty() || options_.disable_handle_method_not_allowed) {
        return miss(request, Code::NotFound, options_.not_found_body);
    }
    if (options_.auto_options) {
        add_sorted(methods, kOptions);
    }
    LocalReply reply = miss(request, Code::MethodNotAllowed, options_.method_not_allowed_body);
    reply.headers.emplace_back("Allow", joined(methods));
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
    const std::string clean = plan::clean_path(path);
    for (const std::string& candidate : {clean, other_slash(clean)}) {
        if (auto found = built_ins_->corrected(method, candidate)) {
            return found;
        }
        for (const auto& [name, routes] : workspace_.plan().routes.methods) {
            if (name != method && !answers_options(method)) {
                continue;
            }
            if (auto found = routes.match_ignoring_case(candidate)) {
                return found;
            }
        }
    }
    return std::nullopt;
}

bool Router::answers_options(std::string_view method) const {
    return options_.auto_options && method == kOptions;
}

Router::Methods Router::allowed(std::string_view path) {
    Methods methods;
    for (const auto& [method, routes] : workspace_.plan().routes.methods) {
        if (routes.match(path, params_)) {
            methods.push_back(method);
        }
    }
    // The routes' methods are in alphabetical order already.
    if (built_ins_->find("GET", path) != BuiltIn::None) {
        add_sorted(methods, "GET");
    }
    return methods;
}

LocalReply Router::miss(const Request& request, Code code,
                        const std::optional<std::string>& json) const {
    LocalReply reply = workspace_.refuse(
        request, code, code == Code::NotFound ? "404 page not found" : "405 method not allowed");
    if (json) {
        reply.headers.front().second = kJson;
        reply.body = *json;
    } else if (workspace_.plan().errors.format == http::ErrorStyle::Format::Empty) {
        reply.headers.front().second = "text/plain";
    }
    reply.add(workspace_.version_field());
    reply.add(workspace_.completed_field("false"));
    return reply;
}

}  // namespace aggregator::engine
