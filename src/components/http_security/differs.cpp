#include "components/http_security/differs.hpp"

#include <aggregator/lint/difference.hpp>

#include "components/http_security/settings.hpp"

namespace aggregator::components {

namespace {

constexpr const char* kName = "security/http";

/// At an endpoint it is a feature of the Enterprise Edition.
void look_at_endpoints(const lint::Subject& subject, lint::Places& places) {
    lint::for_each_endpoint_section(
        subject, kName,
        [&places](const auto&, const reading::Configured& one) { places.at(one.source, ""); });
}

void look_for_hosts(const lint::Subject& subject, lint::Places& places) {
    lint::for_each_section(subject, kName, [&places](const reading::Configured& one) {
        const auto& settings = static_cast<const HttpSecurity&>(*one.settings);
        if (!settings.hosts.empty() || settings.host_patterns) {
            places.at(one.source, "allowed_hosts");
        }
    });
}

void look_for_redirects(const lint::Subject& subject, lint::Places& places) {
    lint::for_each_section(subject, kName, [&places](const reading::Configured& one) {
        if (static_cast<const HttpSecurity&>(*one.settings).redirects) {
            places.at(one.source, "ssl_redirect");
        }
    });
}

}  // namespace

constinit const component::Differing kHttpSecurityDiffers[3] = {
    {2, look_at_endpoints}, {19, look_for_hosts}, {20, look_for_redirects}};

}  // namespace aggregator::components
