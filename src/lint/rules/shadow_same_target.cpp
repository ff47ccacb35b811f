#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

using config::BackendConfig;

bool is_repeated(const BackendConfig& shadow, const BackendConfig& live) {
    return shadow.method == live.method && shadow.url_pattern == live.url_pattern &&
           shadow.sd == live.sd && shares_host(shadow, live);
}

void check_shadow_same_target(const Subject& subject, Findings& findings) {
    for_each_backend(
        subject, [&](const config::EndpointConfig& endpoint, const BackendConfig& backend) {
            // Of one that writes twice more is told.
            if (!backend.shadow || !is_safe(backend.method)) {
                return;
            }
            const Backends regular = regular_of(endpoint);
            const bool repeats = std::any_of(
                regular.begin(), regular.end(),
                [&backend](const BackendConfig* live) { return is_repeated(backend, *live); });
            if (repeats) {
                findings.at(backend.source, "url_pattern",
                            "every request asks " + title_of(backend) +
                                " twice: the shadow has the host and path of a live backend",
                            "write the shadow's own `host`");
            }
        });
}

}  // namespace

constinit const Rule kShadowSameTarget = {
    .name = "shadow-same-target",
    .severity = Severity::Warning,
    .summary = "a shadow that makes the same call to the same host as a live backend",
    .explanation = R"(A shadow with the method, the host and the path of a live backend sends every
request to it a second time: its load doubles, and nothing new is tried out.
Where that is meant, to measure what the load does, switch the rule off under
`@lint`.

Bad:
    "host": ["http://users"], "backend": [{ "url_pattern": "/users" },
      { "url_pattern": "/users", "extra_config": { "proxy": { "shadow": true } } }]

Good:
    "host": ["http://users"], "backend": [{ "url_pattern": "/users" },
      { "url_pattern": "/users", "host": ["http://users-v2"],
        "extra_config": { "proxy": { "shadow": true } } }])",
    .check = check_shadow_same_target,
};

}  // namespace aggregator::lint
