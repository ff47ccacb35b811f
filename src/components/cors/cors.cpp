#include "components/cors/cors.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <aggregator/base/text.hpp>
#include <aggregator/http/local_reply.hpp>
#include <aggregator/plan/path.hpp>

#include "components/cors/differs.hpp"
#include "components/cors/rules.hpp"
#include "components/cors/schema.hpp"
#include "components/cors/settings.hpp"

namespace aggregator::components {

namespace {

constexpr std::string_view kName = "security/cors";
constexpr std::string_view kOrigin = "Origin";
constexpr std::string_view kVary = "Vary";
constexpr std::string_view kAllowOrigin = "Access-Control-Allow-Origin";
constexpr std::string_view kAllowCredentials = "Access-Control-Allow-Credentials";
constexpr std::string_view kOwn = "access-control-";
constexpr std::string_view kPreflightVary =
    "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";

constexpr base::Metric kPreflights{"aggregator_cors_preflights_total",
                                   base::MetricKind::Counter,
                                   "Preflights that were answered.",
                                   {"result"}};
constexpr const base::Metric* kMetrics[] = {&kPreflights};

base::Metrics metrics() { return kMetrics; }

// What a reply gets at most, or a granted preflight.
constexpr std::size_t kFieldsAdded = 8;

using FieldList = std::vector<http::Field>;

enum class Kind : std::uint8_t { Request, Preflight };

std::string_view value_of(const http::Request& request, std::string_view name) {
    const http::Field* const field = http::find(request.headers, name);
    return field == nullptr ? std::string_view() : field->value;
}

Kind kind_of(const http::Request& request) {
    const bool asks =
        request.method == "OPTIONS" && !value_of(request, "Access-Control-Request-Method").empty();
    return asks ? Kind::Preflight : Kind::Request;
}

/// What a reply says of its own is replaced.
bool is_own(const http::Field& field) {
    return base::equal_ignoring_case(field.name.substr(0, kOwn.size()), kOwn);
}

/// Whether one of the fields lists `Origin`, or all.
bool varies_by_origin(http::Fields fields) {
    return std::any_of(fields.begin(), fields.end(), [](const http::Field& field) {
        return base::equal_ignoring_case(field.name, kVary) &&
               any_of_list(field.value, [](std::string_view name) {
                   return name == "*" || base::equal_ignoring_case(name, kOrigin);
               });
    });
}

/// What a reply to the origin says, but for Vary. Views into both.
void grant(const CorsSettings& cors, std::string_view origin, FieldList& fields) {
    fields.push_back({kAllowOrigin, cors.any_origin ? std::string_view("*") : origin});
    if (cors.credentials) {
        fields.push_back({kAllowCredentials, "true"});
    }
}

/// The answer to a preflight: what is granted, or nothing, with the same status.
http::LocalReply preflight_reply(const CorsSettings& cors, const http::Request& request) {
    http::LocalReply reply{.status = cors.success_status};
    reply.add({kVary, kPreflightVary});
    const std::string_view origin = value_of(request, kOrigin);
    const std::string_view method = value_of(request, "Access-Control-Request-Method");
    const std::string_view headers = value_of(request, "Access-Control-Request-Headers");
    if (origin.empty() || !cors.allows_origin(origin) || !cors.allows_method(method) ||
        !cors.allows_headers(headers)) {
        return reply;
    }
    FieldList granted;
    grant(cors, origin, granted);
    granted.push_back({"Access-Control-Allow-Methods", method});
    if (!headers.empty()) {
        granted.push_back({"Access-Control-Allow-Headers", headers});
    }
    if (cors.private_network &&
        value_of(request, "Access-Control-Request-Private-Network") == "true") {
        granted.push_back({"Access-Control-Allow-Private-Network", "true"});
    }
    if (!cors.max_age.empty()) {
        granted.push_back({"Access-Control-Max-Age", cors.max_age});
    }
    std::for_each(granted.begin(), granted.end(), [&](const auto& field) { reply.add(field); });
    return reply;
}

bool is_granted(const http::LocalReply& preflight) {
    return std::any_of(preflight.headers.begin(), preflight.headers.end(),
                       [](const auto& header) { return header.first == kAllowOrigin; });
}

class CorsGate final : public http::Service {
public:
    CorsGate(const component::Wiring& wiring, http::Service& inner)
        : wiring_(wiring),
          service_(component::settings_at<CorsSettings>(wiring, kName)),
          inner_(inner),
          allowed_(wiring.rows.counter(kPreflights, base::Labels().with("allowed"))),
          refused_(wiring.rows.counter(kPreflights, base::Labels().with("refused"))) {
        for (const plan::Endpoint& endpoint : wiring.plan.endpoints) {
            endpoints_.push_back(reading::settings_of<CorsSettings>(endpoint.components, kName));
            by_endpoint_ = by_endpoint_ || endpoints_.back() != nullptr;
        }
    }

    [[nodiscard]] bool is_idle() const { return service_ == nullptr && !by_endpoint_; }

    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                   http::Done done) override {
        const Kind kind = kind_of(request);
        const CorsSettings* const cors = settings_for(request, kind);
        if (cors == nullptr) {
            return inner_.call(request, std::move(done));
        }
        log(*cors, request, kind);
        if (kind == Kind::Preflight && !cors->passthrough) {
            http::LocalReply reply = preflight_reply(*cors, request);
            ++(is_granted(reply) ? allowed_ : refused_);
            return http::answer_later(wiring_.loop, std::move(reply), std::move(done));
        }
        return inner_.call(request, [marks = marks_for(*cors, request, kind),
                                     done = std::move(done)](http::Result<http::Response> reply) {
            mark(std::move(reply), marks, done);
        });
    }

private:
    /// Those of the endpoint that a request, or the one that a preflight asks for, goes to.
    const CorsSettings* settings_for(const http::Request& request, Kind kind) {
        if (!by_endpoint_) {
            return service_;
        }
        const plan::Routes* const routes = wiring_.plan.routes.of(
            kind == Kind::Preflight ? value_of(request, "Access-Control-Request-Method")
                                    : request.method);
        const plan::TargetParts target = plan::split_target(request.target);
        const std::string_view path =
            plan::decode_path(target.path, decoded_).value_or(target.path);
        const auto endpoint = routes == nullptr ? std::nullopt : routes->match(path, params_);
        const CorsSettings* const own = endpoint ? endpoints_[*endpoint] : nullptr;
        return own == nullptr ? service_ : own;
    }

    /// What a reply gets besides its own headers.
    struct Marks {
        const CorsSettings* cors;
        std::string origin;                                      ///< empty: nothing is granted
        std::shared_ptr<const http::LocalReply> preflight = {};  ///< of one that goes on
    };

    static Marks marks_for(const CorsSettings& cors, const http::Request& request, Kind kind) {
        if (kind == Kind::Preflight) {
            return {&cors, {}, std::make_shared<http::LocalReply>(preflight_reply(cors, request))};
        }
        const std::string_view origin = value_of(request, kOrigin);
        const bool granted =
            !origin.empty() && cors.allows_origin(origin) && cors.allows_method(request.method);
        return {&cors, std::string(granted ? origin : std::string_view()), {}};
    }

    static void add_preflight(const http::LocalReply& preflight, FieldList& fields) {
        for (const auto& [name, value] : preflight.headers) {
            if (name != kVary) {
                fields.push_back({name, value});
            }
        }
    }

    static void mark(http::Result<http::Response> reply, const Marks& marks,
                     const http::Done& done) {
        if (!reply) {
            return done(std::move(reply));
        }
        FieldList fields;
        fields.reserve(reply->headers.size() + kFieldsAdded);
        std::copy_if(reply->headers.begin(), reply->headers.end(), std::back_inserter(fields),
                     [](const http::Field& field) { return !is_own(field); });
        if (!varies_by_origin(fields)) {
            fields.push_back({kVary, kOrigin});
        }
        if (!marks.origin.empty()) {
            grant(*marks.cors, marks.origin, fields);
            if (!marks.cors->exposed.empty()) {
                fields.push_back({"Access-Control-Expose-Headers", marks.cors->exposed});
            }
        }
        if (marks.preflight != nullptr) {
            add_preflight(*marks.preflight, fields);
        }
        reply->headers = fields;
        done(std::move(reply));
    }

    void log(const CorsSettings& cors, const http::Request& request, Kind kind) {
        if (!cors.debug) {
            return;
        }
        const std::string_view origin = value_of(request, kOrigin);
        const bool allowed = !origin.empty() && cors.allows_origin(origin);
        wiring_.log.write(base::LogLevel::Debug,
                          kind == Kind::Preflight ? "preflight" : "request of an origin",
                          {{"origin", std::string(origin)},
                           {"target", std::string(request.target)},
                           {"allowed", allowed ? "true" : "false", false}});
    }

    component::Wiring wiring_;
    const CorsSettings* service_;
    http::Service& inner_;
    std::uint64_t& allowed_;
    std::uint64_t& refused_;
    std::vector<const CorsSettings*> endpoints_;  ///< like Plan::endpoints; null: has none
    bool by_endpoint_ = false;
    std::string decoded_;
    std::vector<std::string_view> params_;
};

std::unique_ptr<http::Service> wrap(const component::Wiring& wiring, http::Service& inner) {
    auto gate = std::make_unique<CorsGate>(wiring, inner);
    return gate->is_idle() ? nullptr : std::move(gate);
}

}  // namespace

constinit const component::Component kCors{
    .reader = {kName, reading::InService | reading::InEndpoint, read_cors},
    .schema = cors_schema,
    .wrap = wrap,
    .rules = kCorsRules,
    .metrics = metrics,
    .differs = kCorsDiffers,
};

}  // namespace aggregator::components
