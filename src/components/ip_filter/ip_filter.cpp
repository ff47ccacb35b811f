#include "components/ip_filter/ip_filter.hpp"

#include <span>
#include <utility>

#include <aggregator/component/refusal.hpp>
#include <aggregator/plan/forward.hpp>

#include "components/ip_filter/differs.hpp"
#include "components/ip_filter/rules.hpp"
#include "components/ip_filter/schema.hpp"
#include "components/ip_filter/settings.hpp"

namespace aggregator::components {

namespace {

constexpr std::string_view kName = "security/ip-filter";
constexpr std::string_view kServerName = "plugin/http-server";
constexpr std::string_view kEndpointName = "plugin/req-resp-modifier";

class IpGate final : public http::Service {
public:
    IpGate(const component::Wiring& wiring, std::string_view name, const IpSettings& settings,
           http::Service& inner)  // style: parameters: three that every gate has, and its name
        : plan_(wiring.plan),
          settings_(settings),
          own_rule_(settings.proxies || settings.headers),
          proxies_(settings.proxies ? *settings.proxies : wiring.plan.trusted_proxies),
          headers_(settings.headers ? *settings.headers
                                    : wiring.plan.service.router.remote_ip_headers),
          refusals_(wiring, name, base::Code::AddressDenied),
          inner_(inner) {}

    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                   http::Done done) override {
        return settings_.admits(client_of(request))
                   ? inner_.call(request, std::move(done))
                   : refusals_.refuse(request, "the client's address is not let in",
                                      std::move(done));
    }

private:
    [[nodiscard]] std::string_view client_of(const http::Request& request) const {
        return own_rule_ ? plan::client_of(proxies_, headers_, request)
                         : plan::client_of(plan_, request);
    }

    const plan::Plan& plan_;
    const IpSettings& settings_;
    bool own_rule_;
    const plan::AddressSet& proxies_;
    std::span<const std::string> headers_;
    component::Refusals refusals_;
    http::Service& inner_;
};

template <const std::string_view& Name>
std::unique_ptr<http::Service> wrap(const component::Wiring& wiring, http::Service& inner) {
    const auto* const settings = component::settings_at<IpSettings>(wiring, Name);
    return settings == nullptr ? nullptr : std::make_unique<IpGate>(wiring, Name, *settings, inner);
}

}  // namespace

constinit const component::Component kIpFilter{
    .reader = {kName, reading::InService | reading::InEndpoint, read_ip_filter},
    .schema = ip_filter_schema,
    .wrap = wrap<kName>,
    .rules = kIpFilterRules,
    .differs = kIpFilterDiffers,
};

constinit const component::Component kIpFilterOfServer{
    .reader = {kServerName, reading::InService, read_ip_plugin},
    .schema = ip_filter_plugin_schema,
    .wrap = wrap<kServerName>,
    .rules = {},
};

constinit const component::Component kIpFilterOfEndpoint{
    .reader = {kEndpointName, reading::InEndpoint, read_ip_plugin},
    .schema = ip_filter_plugin_schema,
    .wrap = wrap<kEndpointName>,
    .rules = {},
};

}  // namespace aggregator::components
