#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

void check_sequential_one_backend(const Subject& subject, Findings& findings) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        if (!endpoint.sequential || regular_of(endpoint).size() != 1) {
            continue;
        }
        const Source proxy = proxy_of(endpoint.source);
        const std::string_view key = text_at(proxy, "strategy").empty() ? "sequential" : "strategy";
        findings.at(proxy, key,
                    quoted(key) + " has no effect: one backend of " + title_of(endpoint) +
                        " answers" +
                        (endpoint.backends.size() > 1 ? ", shadows are not counted" : ""),
                    "remove it");
    }
}

}  // namespace

constinit const Rule kSequentialOneBackend = {
    .name = "sequential-one-backend",
    .severity = Severity::Warning,
    .summary = "a sequential endpoint with one backend that answers",
    .explanation = R"(Sequential means that backends wait for those before them. With one backend
there is nothing to wait for, and shadow backends do not count: the key has no
effect.

Bad:
    "extra_config": { "proxy": { "sequential": true } },
    "backend": [{ "url_pattern": "/users" }]

Good:
    "backend": [{ "url_pattern": "/users" }])",
    .check = check_sequential_one_backend,
};

}  // namespace aggregator::lint
