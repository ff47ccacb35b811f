#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

void check_no_op_cache_ttl(const Subject& subject, Findings& findings) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        const json::Node* const node = written(endpoint.source, "cache_ttl");
        if (node != nullptr && !says_zero(*node) && passes_through(endpoint) && !endpoint.fixed) {
            findings.at(endpoint.source, "cache_ttl",
                        "`cache_ttl` has no effect: " + title_of(endpoint) +
                            " passes its backend's headers on and adds no Cache-Control",
                        "remove it, and let the backend send Cache-Control");
        }
    }
}

}  // namespace

constinit const Rule kNoOpCacheTtl = {
    .name = "no-op-cache-ttl",
    .severity = Severity::Warning,
    .summary = "`cache_ttl` of an endpoint that passes its backend's headers on",
    .explanation = R"(With the output encoding no-op the reply's headers are the backend's, and no
Cache-Control is added: `cache_ttl` has no effect. Let the backend say how long
its answers keep.

Bad:
    "output_encoding": "no-op", "cache_ttl": "60s"

Good:
    "output_encoding": "no-op")",
    .check = check_no_op_cache_ttl,
};

}  // namespace aggregator::lint
