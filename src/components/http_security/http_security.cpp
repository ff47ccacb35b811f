#include "components/http_security/http_security.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include <aggregator/base/text.hpp>
#include <aggregator/component/refusal.hpp>
#include <aggregator/http/local_reply.hpp>
#include <aggregator/http/target.hpp>

#include "components/http_security/differs.hpp"
#include "components/http_security/rules.hpp"
#include "components/http_security/schema.hpp"
#include "components/http_security/settings.hpp"

namespace aggregator::components {

namespace {

constexpr std::string_view kName = "security/http";
constexpr std::string_view kNonce = "$NONCE";

// A field of a reply with one of these very names is one that an endpoint's section has set.
constexpr std::string_view kTransport = "Strict-Transport-Security";
constexpr std::string_view kFrameOptions = "X-Frame-Options";
constexpr std::string_view kTypeOptions = "X-Content-Type-Options";
constexpr std::string_view kXssFilter = "X-XSS-Protection";
constexpr std::string_view kContentPolicy = "Content-Security-Policy";
constexpr std::string_view kReferrerPolicy = "Referrer-Policy";

using FieldList = std::vector<http::Field>;

/// What every reply gets. Views the settings.
FieldList headers_of(const HttpSecurity& settings) {
    FieldList fields;
    const auto add = [&fields](std::string_view name, std::string_view value) {
        if (!value.empty()) {
            fields.push_back({name, value});
        }
    };
    add(kFrameOptions, settings.frame_options);
    add(kTypeOptions, settings.nosniff ? "nosniff" : "");
    add(kXssFilter, settings.xss_filter ? "1; mode=block" : "");
    add(kContentPolicy, settings.content_policy);
    add(kReferrerPolicy, settings.referrer_policy);
    return fields;
}

FieldList with_transport(FieldList fields, const HttpSecurity& settings) {
    if (!settings.sts.empty()) {
        fields.push_back({kTransport, settings.sts});
    }
    return fields;
}

/// A source of a policy (CSP 3, 2.3.1) with 128 bits of chance.
std::string nonce_of(std::random_device& chance) {
    constexpr int kWords = 4;
    constexpr int kWordBits = 32;
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string nonce = "'nonce-";
    for (int word = 0; word < kWords; ++word) {
        const std::uint32_t bits = chance();
        for (int shift = 0; shift < kWordBits; shift += 4) {
            nonce += kDigits[bits >> shift & 15U];
        }
    }
    return nonce + '\'';
}

class HttpGate final : public http::Service {
public:
    HttpGate(const component::Wiring& wiring, const HttpSecurity& settings, http::Service& inner)
        : wiring_(wiring),
          settings_(settings),
          refusals_(wiring, kName, base::Code::BadHost),
          plain_(headers_of(settings)),
          secure_(with_transport(plain_, settings)),
          inner_(inner) {
        if (settings.content_policy.find(kNonce) != std::string::npos) {
            chance_.emplace();
        }
    }

    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                   http::Done done) override {
        const Scheme scheme = scheme_of(request);
        const std::string_view host = host_of(request);
        const bool redirected = settings_.redirects && scheme == Scheme::Http;
        if (!settings_.serves(host, scheme) ||
            (redirected && host.empty() && settings_.redirect_host.empty())) {
            return refusals_.refuse(request, "this host is not served here", std::move(done));
        }
        if (redirected) {
            return http::answer_later(wiring_.loop, redirect(request, host), std::move(done));
        }
        const FieldList& added = scheme == Scheme::Https || settings_.sts_always ? secure_ : plain_;
        if (added.empty()) {
            return inner_.call(request, std::move(done));
        }
        return inner_.call(
            request, [this, &added, done = std::move(done)](http::Result<http::Response> reply) {
                give(std::move(reply), added, done);
            });
    }

private:
    [[nodiscard]] Scheme scheme_of(const http::Request& request) const {
        const auto& marks = settings_.tls_headers;
        const bool secure =
            request.secure || std::any_of(marks.begin(), marks.end(), [&request](const auto& mark) {
                const auto* const field = http::find(request.headers, mark.first);
                return field != nullptr && field->value == mark.second;
            });
        return secure ? Scheme::Https : Scheme::Http;
    }

    /// The host that the client asked for; a trusted proxy in front may name it.
    [[nodiscard]] std::string_view host_of(const http::Request& request) const {
        const plan::AddressSet& trusted = wiring_.plan.trusted_proxies;
        if (settings_.host_headers.empty() || !trusted.contains(request.client)) {
            return request.host;
        }
        for (const std::string& name : settings_.host_headers) {
            const auto* const field = http::find(request.headers, name);
            if (field != nullptr && !field->value.empty()) {
                return http::is_host(field->value) ? field->value : std::string_view();
            }
        }
        return request.host;
    }

    [[nodiscard]] http::LocalReply redirect(const http::Request& request,
                                            std::string_view host) const {
        const bool reads = request.method == "GET" || request.method == "HEAD";
        http::LocalReply reply{.status = reads ? 301 : 308};
        std::string location = "https://";
        location += settings_.redirect_host.empty() ? host : settings_.redirect_host;
        http::append_target(location, request.target.starts_with('/') ? request.target : "/");
        reply.headers.emplace_back("Location", std::move(location));
        return reply;
    }

    void give(http::Result<http::Response> reply, const FieldList& added, const http::Done& done) {
        if (!reply) {
            return done(std::move(reply));
        }
        fields_.clear();
        for (const http::Field& field : reply->headers) {
            if (is_kept(field, added)) {
                fields_.push_back(field);
            }
        }
        const std::size_t own = fields_.size();
        for (const http::Field& field : added) {
            if (!has(own, field.name)) {
                fields_.push_back({field.name, value_of(field)});
            }
        }
        reply->headers = fields_;
        done(std::move(reply));
    }

    /// What a backend says is replaced; what an endpoint's section has set is not.
    static bool is_kept(const http::Field& field, const FieldList& added) {
        return std::none_of(added.begin(), added.end(), [&field](const http::Field& one) {
            return base::equal_ignoring_case(one.name, field.name) &&
                   one.name.data() != field.name.data();
        });
    }

    /// Whether the name is among the first fields.
    [[nodiscard]] bool has(std::size_t count, std::string_view name) const {
        return std::any_of(
            fields_.begin(), fields_.begin() + static_cast<std::ptrdiff_t>(count),
            [name](const http::Field& field) { return field.name.data() == name.data(); });
    }

    /// With a number that nobody can guess where the policy wants one.
    std::string_view value_of(const http::Field& field) {
        if (!chance_ || field.name.data() != kContentPolicy.data()) {
            return field.value;
        }
        const std::string nonce = nonce_of(*chance_);
        policy_ = field.value;
        for (std::size_t at = policy_.find(kNonce); at != std::string::npos;
             at = policy_.find(kNonce, at + nonce.size())) {
            policy_.replace(at, kNonce.size(), nonce);
        }
        return policy_;
    }

    component::Wiring wiring_;
    const HttpSecurity& settings_;
    component::Refusals refusals_;
    FieldList plain_;   ///< what replies get
    FieldList secure_;  ///< the same over TLS
    http::Service& inner_;
    std::optional<std::random_device> chance_;  // if there is a nonce
    // Of a reply, until its Done returned.
    FieldList fields_;
    std::string policy_;
};

std::unique_ptr<http::Service> wrap(const component::Wiring& wiring, http::Service& inner) {
    const auto* const settings = component::settings_at<HttpSecurity>(wiring, kName);
    return settings == nullptr ? nullptr : std::make_unique<HttpGate>(wiring, *settings, inner);
}

}  // namespace

constinit const component::Component kHttpSecurity{
    .reader = {kName, reading::InService | reading::InEndpoint, read_http_security},
    .schema = http_security_schema,
    .wrap = wrap,
    .rules = kHttpSecurityRules,
    .differs = kHttpSecurityDiffers,
};

}  // namespace aggregator::components
