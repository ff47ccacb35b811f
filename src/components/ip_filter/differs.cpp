#include "components/ip_filter/differs.hpp"

#include <aggregator/lint/difference.hpp>

namespace aggregator::components {

namespace {

/// Plugins of the Enterprise Edition.
void look_for_plugins(const lint::Subject& subject, lint::Places& places) {
    for (const char* const name : {"plugin/http-server", "plugin/req-resp-modifier"}) {
        lint::for_each_section(subject, name, [&places](const reading::Configured& one) {
            places.at(one.source, "ip-filter");
        });
    }
}

}  // namespace

constinit const component::Differing kIpFilterDiffers[1] = {{2, look_for_plugins}};

}  // namespace aggregator::components
