#include "lint/all_rules.hpp"
#include "lint/rules/late.hpp"

namespace aggregator::lint {

namespace {

/// Whether waiting may be for something: a value, or the order of changes.
bool needs_order(const config::BackendConfig* backend) {
    return !is_safe(backend->method) || !references_of(*backend).empty();
}

void check_sequential_unused(const Subject& subject, Findings& findings) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        const Backends regular = regular_of(endpoint);
        if (!waits_in_turn(endpoint) || !endpoint.sequential_propagated_params.empty() ||
            std::any_of(regular.begin(), regular.end(), needs_order)) {
            continue;
        }
        const Source proxy = proxy_of(endpoint.source);
        findings.at(proxy, text_at(proxy, "strategy").empty() ? "sequential" : "strategy",
                    "the backends of " + title_of(endpoint) +
                        " wait for each other, though none uses what another gave",
                    "remove it, and they are asked at the same time");
    }
}

}  // namespace

constinit const Rule kSequentialUnused = {
    .name = "sequential-unused",
    .severity = Severity::Advice,
    .summary = "a sequential endpoint where no backend uses another's answer",
    .explanation = R"(The backends of a sequential endpoint wait for each other, so a reply takes as
long as all of them together, and the first failure ends it. Where no
`url_pattern` has a `{respN_...}`, and all backends only read, nothing is gained
by that.

Bad:
    "extra_config": { "proxy": { "sequential": true } },
    "backend": [{ "url_pattern": "/a" }, { "url_pattern": "/b" }]

Good:
    "backend": [{ "url_pattern": "/a" }, { "url_pattern": "/b" }])",
    .check = check_sequential_unused,
};

}  // namespace aggregator::lint
