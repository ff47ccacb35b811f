#include "components/cors/differs.hpp"

#include <aggregator/lint/difference.hpp>

#include "components/cors/settings.hpp"

namespace aggregator::components {

namespace {

constexpr const char* kName = "security/cors";

/// At an endpoint it is a feature of the Enterprise Edition.
void look_at_endpoints(const lint::Subject& subject, lint::Places& places) {
    lint::for_each_endpoint_section(
        subject, kName,
        [&places](const auto&, const reading::Configured& one) { places.at(one.source, ""); });
}

void look_for_credentials(const lint::Subject& subject, lint::Places& places) {
    lint::for_each_section(subject, kName, [&places](const reading::Configured& one) {
        if (static_cast<const CorsSettings&>(*one.settings).any_origin &&
            lint::says_true(one.source, "allow_credentials")) {
            places.at(one.source, "allow_credentials");
        }
    });
}

}  // namespace

constinit const component::Differing kCorsDiffers[2] = {{2, look_at_endpoints},
                                                        {17, look_for_credentials}};

}  // namespace aggregator::components
