#include "components/basic_auth/basic_auth.hpp"

#include <aggregator/component/logins.hpp>

#include "components/basic_auth/gate.hpp"
#include "components/basic_auth/rules.hpp"
#include "components/basic_auth/schema.hpp"
#include "components/basic_auth/settings.hpp"

namespace aggregator::components {

namespace {

constexpr std::string_view kName = "auth/basic";

std::unique_ptr<http::Service> wrap(const component::Wiring& wiring, http::Service& inner) {
    if (wiring.endpoint == nullptr) {
        return nullptr;
    }
    const auto* const settings = component::settings_at<BasicAuthSettings>(wiring, kName);
    if (settings == nullptr) {
        return nullptr;
    }
    return std::make_unique<LoginGate>(
        wiring, *settings, reading::settings_of<BasicAuthSettings>(wiring.plan.components, kName),
        inner);
}

}  // namespace

constinit const component::Component kBasicAuth{
    .reader = {kName, reading::InService | reading::InEndpoint, read_basic_auth},
    .schema = basic_auth_schema,
    .wrap = wrap,
    .rules = kBasicAuthRules,
    .metrics = component::login_metrics,
};

}  // namespace aggregator::components
