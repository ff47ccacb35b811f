#include "lint/all_rules.hpp"
#include "lint/rules/late.hpp"

namespace aggregator::lint {

namespace {

void tell_parallel(const config::EndpointConfig& endpoint, const config::BackendConfig& backend,
                   const std::vector<Reference>& references, Findings& findings) {
    const bool alone = regular_of(endpoint).size() == 1;
    findings.at(backend.source, "url_pattern",
                references.front().shown + and_more(references.size()) +
                    (references.size() == 1 ? " is" : " are") +
                    " never filled: " + title_of(endpoint) +
                    (alone ? " has no other backend that answers"
                           : " is not sequential, so no backend waits for another"),
                alone ? "" : "write \"sequential\": true into the endpoint's `extra_config.proxy`");
}

void tell_late(const config::BackendConfig& backend, std::size_t own,
               const std::vector<Reference>& references, Findings& findings) {
    for (const Reference& one : references) {
        if (one.number >= own) {
            findings.at(backend.source, "url_pattern",
                        one.shown + " is never filled: " + title_of(backend) + " is backend " +
                            std::to_string(own) + ", and can use what those before it gave",
                        own == 0 ? "put the backend behind the one whose answer it needs"
                                 : "the numbers begin at 0, and shadows are not counted");
        }
    }
}

void check_sequential_index(const Subject& subject, Findings& findings) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        const Backends regular = regular_of(endpoint);
        for (std::size_t own = 0; own < regular.size(); ++own) {
            const std::vector<Reference> references = references_of(*regular[own]);
            if (endpoint.sequential && regular.size() > 1) {
                tell_late(*regular[own], own, references, findings);
            } else if (!references.empty()) {
                tell_parallel(endpoint, *regular[own], references, findings);
            }
        }
    }
}

}  // namespace

constinit const Rule kSequentialIndex = {
    .name = "sequential-index",
    .severity = Severity::Error,
    .summary = "a `{respN_...}` that is never filled, and goes out as it is",
    .explanation = R"(`{resp0_id}` in a `url_pattern` is the `id` that the first backend gave. It is
filled at sequential endpoints alone, and only with values of backends that
stand before the one that asks; they are numbered from 0 on, shadows left out.
Otherwise the backend is asked for a path with these very braces in it.

Bad:
    "backend": [{ "url_pattern": "/a" }, { "url_pattern": "/b/{resp1_id}" }]

Good:
    "extra_config": { "proxy": { "sequential": true } },
    "backend": [{ "url_pattern": "/a" }, { "url_pattern": "/b/{resp0_id}" }])",
    .check = check_sequential_index,
};

}  // namespace aggregator::lint
