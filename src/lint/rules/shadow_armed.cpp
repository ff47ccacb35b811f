#include "lint/all_rules.hpp"
#include "lint/rules/shadows.hpp"

namespace aggregator::lint {

namespace {

void check_shadow_armed(const Subject& subject, Findings& findings) {
    ShadowFindings told(findings);
    for_each_shadow(subject, [&](const Shadow& shadow) {
        const bool off = !shadow.config.enabled;
        if (!subject.service.admin || (!off && shadow.config.sample.percentage > 0)) {
            return;
        }
        const ShadowSpot spot = spot_of(subject, shadow, off ? "enabled" : "sample.percentage");
        told.add(spot, shadow,
                 {.before = {},
                  .after = " gets no copies until the management interface says so",
                  .hint = {}});
    });
    told.close();
}

}  // namespace

constinit const Rule kShadowArmed = {
    .name = "shadow-armed",
    .severity = Severity::Advice,
    .summary = "a shadow that waits to be switched on",
    .explanation =
        R"(With `"enabled": false` or a `percentage` of 0 a shadow is there, with its limits
and its place in the metrics, and gets nothing until somebody changes that while
the program runs. The advice is there so that it is not forgotten.

Bad:
    "proxy/shadow": { "sample": { "percentage": 0 } }

Good:
    "proxy/shadow": { "sample": { "percentage": 1 } })",
    .check = check_shadow_armed,
};

}  // namespace aggregator::lint
