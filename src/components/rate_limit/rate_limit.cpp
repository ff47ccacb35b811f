#include "components/rate_limit/rate_limit.hpp"

#include <utility>
#include <vector>

#include "components/rate_limit/differs.hpp"
#include "components/rate_limit/gate.hpp"
#include "components/rate_limit/replies.hpp"
#include "components/rate_limit/rules.hpp"
#include "components/rate_limit/schema.hpp"

namespace aggregator::components {

namespace {

using base::Code;

constexpr std::string_view kServiceName = "qos/ratelimit/service";
constexpr std::string_view kRouterName = "qos/ratelimit/router";
constexpr std::string_view kTieredName = "qos/ratelimit/tiered";
constexpr std::string_view kProxyName = "qos/ratelimit/proxy";

/// What the workers share there; null if the component is not in force.
Limiter* limiter_of(const component::Wiring& wiring, std::string_view name) {
    return wiring.shared == nullptr ? nullptr
                                    : static_cast<Limiter*>(wiring.shared->of(wiring, name));
}

std::string metric_of(const component::Wiring& wiring) {
    return limiter_name(wiring.endpoint, wiring.backend);
}

template <const std::string_view& Name>
std::unique_ptr<http::Service> wrap(const component::Wiring& wiring, http::Service& inner) {
    const auto* const limit = component::settings_at<LimitSettings>(wiring, Name);
    const auto* const limiter = limiter_of(wiring, Name);
    if (limit == nullptr || limiter == nullptr) {
        return nullptr;
    }
    const bool service = wiring.endpoint == nullptr;
    return std::make_unique<LimitGate>(
        LimitPlace{wiring, Name, metric_of(wiring), "client", service ? "service" : "endpoint"},
        *limit, limiter->at(0), inner);
}

std::shared_ptr<component::Shared> share(const component::Sharing& sharing,
                                         const reading::Settings& settings) {
    auto limiter = std::make_shared<Limiter>(limiter_name(sharing.endpoint, sharing.backend));
    (void)limiter->add(static_cast<const LimitSettings&>(settings), {});
    return limiter;
}

/// Hands a request to the limit of its tier.
class TierGate final : public http::Service {
public:
    TierGate(const component::Wiring& wiring, const TierSettings& settings, const Limiter& limiter,
             http::Service& inner)  // style: parameters: three that every gate has, and its buckets
        : settings_(settings), missing_(wiring, kTieredName, Code::RateKeyMissing), inner_(inner) {
        for (std::size_t i = 0; i < settings.tiers.size(); ++i) {
            const TierSettings::Tier& tier = settings.tiers[i];
            // Two limits of one tier must not bear one name in a reply.
            const std::string client = tier.limit->common ? "client" : tier.value;
            gates_.push_back(std::make_unique<LimitGate>(
                LimitPlace{wiring, kTieredName, metric_of(wiring) + ' ' + tier.value, client,
                           tier.value},
                *tier.limit, limiter.at(i), inner));
        }
    }

    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                   http::Done done) override {
        const http::Field* const field = http::find(request.headers, settings_.header);
        for (std::size_t i = 0; i < gates_.size(); ++i) {
            const TierSettings::Tier& tier = settings_.tiers[i];
            if (tier.any || (field != nullptr && field->value == tier.value)) {
                return gates_[i]->call(request, std::move(done));
            }
        }
        return settings_.rejects_others
                   ? missing_.refuse(request, "the request belongs to no tier", std::move(done))
                   : inner_.call(request, std::move(done));
    }

private:
    const TierSettings& settings_;
    std::vector<std::unique_ptr<LimitGate>> gates_;
    component::Refusals missing_;
    http::Service& inner_;
};

std::unique_ptr<http::Service> wrap_tiers(const component::Wiring& wiring, http::Service& inner) {
    const auto* const settings = component::settings_at<TierSettings>(wiring, kTieredName);
    const auto* const limiter = limiter_of(wiring, kTieredName);
    return settings == nullptr || limiter == nullptr
               ? nullptr
               : std::make_unique<TierGate>(wiring, *settings, *limiter, inner);
}

std::shared_ptr<component::Shared> share_tiers(const component::Sharing& sharing,
                                               const reading::Settings& settings) {
    auto limiter = std::make_shared<Limiter>(limiter_name(sharing.endpoint, sharing.backend));
    for (const TierSettings::Tier& tier : static_cast<const TierSettings&>(settings).tiers) {
        (void)limiter->add(*tier.limit, tier.value);
    }
    return limiter;
}

/// Fails calls to a backend that is called too often.
class CallGate final : public http::Service {
public:
    CallGate(const component::Wiring& wiring, token_bucket::Bucket& bucket, http::Service& inner)
        : loop_(wiring.loop),
          bucket_(bucket),
          rejected_(component::rejections(wiring, kProxyName, Code::BackendLimited)),
          admitted_(decisions(wiring.rows, metric_of(wiring), Decision::Admitted)),
          refused_(decisions(wiring.rows, metric_of(wiring), Decision::Refused)),
          inner_(inner) {}

    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                   http::Done done) override {
        const token_bucket::Verdict verdict = bucket_.take(loop_.now());
        if (verdict.admitted) {
            ++admitted_;
            return inner_.call(request, std::move(done));
        }
        ++refused_;
        ++rejected_;
        return http::fail_later(loop_,
                                {.code = Code::BackendLimited,
                                 .detail = "the backend would be called too often",
                                 .retry_after = seconds_of(verdict.wait)},
                                std::move(done));
    }

private:
    base::Loop& loop_;
    token_bucket::Bucket& bucket_;
    std::uint64_t& rejected_;
    std::uint64_t& admitted_;
    std::uint64_t& refused_;
    http::Service& inner_;
};

std::unique_ptr<http::Service> wrap_backend(const component::Wiring& wiring, http::Service& inner) {
    const auto* const limiter = limiter_of(wiring, kProxyName);
    return limiter == nullptr ? nullptr
                              : std::make_unique<CallGate>(wiring, *limiter->at(0).common, inner);
}

}  // namespace

constinit const component::Component kServiceLimit{
    .reader = {kServiceName, reading::InService, read_service_limit},
    .schema = rate_limit_service_schema,
    .wrap = wrap<kServiceName>,
    .rules = {},
    .share = share,
    .metrics = limit_metrics,
};

constinit const component::Component kRouterLimit{
    .reader = {kRouterName, reading::InEndpoint, read_router_limit, check_router_limit},
    .schema = rate_limit_schema,
    .wrap = wrap<kRouterName>,
    .rules = kRateLimitRules,
    .share = share,
    .metrics = limit_metrics,
    .differs = kRateLimitDiffers,
};

constinit const component::Component kTieredLimit{
    .reader = {kTieredName, reading::InService | reading::InEndpoint, read_tiers, check_tiers},
    .schema = rate_limit_tiered_schema,
    .wrap = wrap_tiers,
    .rules = {},
    .share = share_tiers,
    .metrics = limit_metrics,
};

constinit const component::Component kProxyLimit{
    .reader = {kProxyName, reading::InBackend, read_proxy_limit},
    .schema = rate_limit_proxy_schema,
    .wrap = wrap_backend,
    .rules = {},
    .share = share,
    .metrics = limit_metrics,
};

}  // namespace aggregator::components
