#include "components/http_cache/differs.hpp"

#include <aggregator/lint/difference.hpp>

namespace aggregator::components {

namespace {

template <bool (*fits)(const config::BackendConfig&, const reading::Source&)>
void look(const lint::Subject& subject, lint::Places& places) {
    lint::for_each_backend_section(
        subject, "qos/http-cache",
        [&places](const auto&, const config::BackendConfig& backend, const auto& one) {
            if (fits(backend, one.source)) {
                places.at(one.source, "");
            }
        });
}

bool is_any(const config::BackendConfig&, const reading::Source&) { return true; }
bool has_no_limits(const config::BackendConfig&, const reading::Source& source) {
    return reading::written(source, "max_size") == nullptr ||
           reading::written(source, "max_items") == nullptr;
}
bool has_hosts(const config::BackendConfig& backend, const reading::Source&) {
    return backend.hosts.size() > 1;
}

}  // namespace

constinit const component::Differing kHttpCacheDiffers[3] = {
    {14, look<has_no_limits>}, {15, look<is_any>}, {16, look<has_hosts>}};

}  // namespace aggregator::components
