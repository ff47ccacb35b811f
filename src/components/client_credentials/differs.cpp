#include "components/client_credentials/differs.hpp"

#include <aggregator/lint/difference.hpp>

namespace aggregator::components {

namespace {

void look(const lint::Subject& subject, lint::Places& places) {
    lint::for_each_backend_section(
        subject, "auth/client-credentials",
        [&places](const auto&, const auto&, const auto& one) { places.at(one.source, ""); });
}

}  // namespace

constinit const component::Differing kClientCredentialsDiffers[1] = {{42, look}};

}  // namespace aggregator::components
