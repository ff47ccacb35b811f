#include "components/circuit_breaker/differs.hpp"

#include <aggregator/lint/difference.hpp>

namespace aggregator::components {

namespace {

void look_for_breakers(const lint::Subject& subject, lint::Places& places) {
    for (const char* const name : {"qos/circuit-breaker", "qos/circuit-breaker/http"}) {
        lint::for_each_backend_section(
            subject, name,
            [&places](const auto&, const config::BackendConfig& backend, const auto& one) {
                if (!backend.shadow) {
                    places.at(one.source, "max_errors");
                }
            });
    }
}

}  // namespace

constinit const component::Differing kBreakerDiffers[1] = {{9, look_for_breakers}};

}  // namespace aggregator::components
