#include "components/response_cache/differs.hpp"

#include <algorithm>

#include <aggregator/lint/difference.hpp>

namespace aggregator::components {

namespace {

void look_for_shadows(const lint::Subject& subject, lint::Places& places) {
    lint::for_each_endpoint_section(
        subject, "qos/response-cache",
        [&places](const config::EndpointConfig& endpoint, const reading::Configured& one) {
            if (std::any_of(endpoint.backends.begin(), endpoint.backends.end(),
                            [](const config::BackendConfig& backend) { return backend.shadow; })) {
                places.at(one.source, "");
            }
        });
}

}  // namespace

constinit const component::Differing kResponseCacheDiffers[1] = {{31, look_for_shadows}};

}  // namespace aggregator::components
