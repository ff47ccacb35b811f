#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

void check_timeout_without_shadow(const Subject& subject, Findings& findings) {
    for_each_backend(subject, [&](const auto&, const config::BackendConfig& backend) {
        const Source proxy = proxy_of(backend.source);
        if (backend.shadow || proxy.node == nullptr ||
            written(proxy, "shadow_timeout") == nullptr || written(proxy, "shadow") != nullptr) {
            return;
        }
        findings.at(proxy, "shadow_timeout",
                    title_of(backend) + " is no shadow: clients wait for its answer, and get it",
                    "write \"shadow\": true beside it, or remove it");
    });
}

}  // namespace

constinit const Rule kTimeoutWithoutShadow = {
    .name = "timeout-without-shadow",
    .severity = Severity::Warning,
    .summary = "`shadow_timeout` of a backend that is no shadow",
    .explanation = R"(A backend is a shadow if `"shadow": true` is written. With a `shadow_timeout`
alone it is a backend like any other: its answer is merged into the reply, and
clients wait for it. If `"shadow": false` is written, nothing is told.

Bad:
    "proxy": { "shadow_timeout": "2s" }

Good:
    "proxy": { "shadow": true, "shadow_timeout": "2s" })",
    .check = check_timeout_without_shadow,
};

}  // namespace aggregator::lint
