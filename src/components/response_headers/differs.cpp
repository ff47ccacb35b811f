#include "components/response_headers/differs.hpp"

#include <aggregator/lint/difference.hpp>

namespace aggregator::components {

namespace {

/// It is a feature of the Enterprise Edition.
void look_for_sections(const lint::Subject& subject, lint::Places& places) {
    lint::for_each_section(
        subject, "modifier/response-headers",
        [&places](const reading::Configured& one) { places.at(one.source, ""); });
}

}  // namespace

constinit const component::Differing kResponseHeaderDiffers[1] = {{2, look_for_sections}};

}  // namespace aggregator::components
