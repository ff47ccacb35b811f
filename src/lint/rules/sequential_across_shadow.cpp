#include "lint/all_rules.hpp"
#include "lint/rules/late.hpp"

namespace aggregator::lint {

namespace {

void check_sequential_across_shadow(const Subject& subject, Findings& findings) {
    for_each_filled(subject, [&](const config::EndpointConfig& endpoint, const Backends& regular,
                                 std::size_t own, const std::vector<Reference>& references) {
        const auto found =
            std::find_if(references.begin(), references.end(), [&](const Reference& one) {
                return regular[one.number] != &endpoint.backends[one.number];
            });
        if (found != references.end()) {
            findings.at(regular[own]->source, "url_pattern",
                        found->shown + " is what " + title_of(*regular[found->number]) +
                            " gave: the shadow before it is not counted",
                        "put the shadows behind the backends that answer");
        }
    });
}

}  // namespace

constinit const Rule kSequentialAcrossShadow = {
    .name = "sequential-across-shadow",
    .severity = Severity::Warning,
    .summary = "a shadow backend stands before one that `{respN_...}` counts",
    .explanation =
        R"(The N of `{respN_...}` counts the backends that answer; shadows are left out. A
shadow in front of them makes the numbers differ from the places in the file,
and whoever adds or removes one may change the numbers for the wrong reason.

Bad:
    "backend": [{ "url_pattern": "/a" },
                { "extra_config": { "proxy": { "shadow": true } } },
                { "url_pattern": "/b" }, { "url_pattern": "/c/{resp1_id}" }]

Good:
    "backend": [{ "url_pattern": "/a" }, { "url_pattern": "/b" },
                { "url_pattern": "/c/{resp1_id}" },
                { "extra_config": { "proxy": { "shadow": true } } }])",
    .check = check_sequential_across_shadow,
};

}  // namespace aggregator::lint
