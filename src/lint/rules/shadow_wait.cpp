#include "lint/all_rules.hpp"
#include "lint/rules/shadows.hpp"

namespace aggregator::lint {

namespace {

std::string seconds(reading::Duration duration) {
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count()) +
           "ms";
}

void check_shadow_wait(const Subject& subject, Findings& findings) {
    ShadowFindings told(findings);
    for_each_shadow(subject, [&](const Shadow& shadow) {
        if (!shadow.config.wait) {
            return;
        }
        const auto limit = std::min(shadow.backend.shadow_timeout, shadow.endpoint.timeout);
        const ShadowSpot spot = spot_of(subject, shadow, "wait");
        told.add(
            spot, shadow,
            {.before = "clients wait for ",
             .after = ", up to " + seconds(limit),
             .hint = "remove `wait`: a shadow is there to be tried out, not to be waited for"});
    });
    told.close();
}

}  // namespace

constinit const Rule kShadowWait = {
    .name = "shadow-wait",
    .severity = Severity::Warning,
    .summary = "clients wait for a shadow",
    .explanation =
        R"(With `"wait": true` the answer is held back until the copy has ended, so a shadow
that hangs makes every client wait for `shadow_timeout`, or for the endpoint's
`timeout`. That is of use in tests that look at both sides right after an answer,
and nowhere else.

Bad:
    "proxy/shadow": { "wait": true }

Good:
    "proxy/shadow": { "log": "all" })",
    .check = check_shadow_wait,
};

}  // namespace aggregator::lint
