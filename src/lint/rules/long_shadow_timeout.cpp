#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

using reading::Duration;

constexpr int kUsualMax = 10;

void check_long_shadow_timeout(const Subject& subject, Findings& findings) {
    for_each_backend(
        subject, [&](const config::EndpointConfig& endpoint, const config::BackendConfig& backend) {
            const Duration usual = endpoint.timeout;
            if (!backend.shadow || usual <= Duration::zero() ||
                backend.shadow_timeout / kUsualMax <= usual) {
                return;
            }
            findings.at(proxy_of(backend.source), "shadow_timeout",
                        std::to_string(backend.shadow_rules.limits.concurrency) +
                            " copies that hang keep all others back for " +
                            std::to_string(backend.shadow_timeout / usual) +
                            " times as long as a client waits",
                        "a few times the endpoint's `timeout` is enough to see a slow answer");
        });
}

}  // namespace

constinit const Rule kLongShadowTimeout = {
    .name = "long-shadow-timeout",
    .severity = Severity::Advice,
    .summary = "a `shadow_timeout` of more than ten times the endpoint's `timeout`",
    .explanation = R"(A copy may outlive its request, up to `shadow_timeout`. Of each shadow no more
than `limits.concurrency` copies are under way at once in a worker, 64 if nothing
else is written; while so many hang, the others wait and are dropped. The longer
a copy may take, the fewer reach a service that hangs.

Bad:
    "timeout": "1s", ... "shadow_timeout": "5m"

Good:
    "timeout": "1s", ... "shadow_timeout": "5s")",
    .check = check_long_shadow_timeout,
};

}  // namespace aggregator::lint
