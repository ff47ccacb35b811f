#include "components/api_keys/api_keys.hpp"

#include <algorithm>
#include <cmath>

#include <aggregator/component/logins.hpp>

#include "components/api_keys/gate.hpp"
#include "components/api_keys/rules.hpp"
#include "components/api_keys/schema.hpp"
#include "components/api_keys/settings.hpp"

namespace aggregator::components {

namespace {

constexpr std::string_view kName = "auth/api-keys";

std::shared_ptr<component::Shared> share(const component::Sharing& sharing,
                                         const reading::Settings& settings) {
    const auto* const declared = reading::settings_of<DeclaredKeys>(sharing.plan.components, kName);
    if (sharing.endpoint == nullptr || declared == nullptr) {
        return nullptr;
    }
    const double rate = static_cast<const AskedKeys&>(settings).client_max_rate;
    const auto bucket = token_bucket::rate_of(
        rate, std::chrono::seconds(1),
        std::max<std::uint64_t>(static_cast<std::uint64_t>(std::ceil(rate)), 1));
    return bucket ? std::make_shared<KeyLimits>(*bucket, declared->keys.size()) : nullptr;
}

std::unique_ptr<http::Service> wrap(const component::Wiring& wiring, http::Service& inner) {
    // What a configuration without declared keys would be served with: none fits.
    static const DeclaredKeys kNone{};
    if (wiring.endpoint == nullptr) {
        return nullptr;
    }
    const auto* const asked = component::settings_at<AskedKeys>(wiring, kName);
    if (asked == nullptr) {
        return nullptr;
    }
    const auto* const declared = reading::settings_of<DeclaredKeys>(wiring.plan.components, kName);
    auto* const limits = wiring.shared == nullptr ? nullptr : wiring.shared->of(wiring, kName);
    return std::make_unique<KeyGate>(
        wiring,
        KeyGate::Rules{.asked = *asked,
                       .declared = declared == nullptr ? kNone : *declared,
                       .limits = static_cast<KeyLimits*>(limits)},
        inner);
}

}  // namespace

constinit const component::Component kApiKeys{
    .reader = {.name = kName,
               .levels = reading::InService | reading::InEndpoint,
               .read = read_asked_keys,
               .read_at_service = read_declared_keys},
    .schema = api_keys_schema,
    .wrap = wrap,
    .rules = kApiKeysRules,
    .share = share,
    .metrics = component::login_metrics,
    .schema_at_service = api_keys_service_schema,
};

}  // namespace aggregator::components
