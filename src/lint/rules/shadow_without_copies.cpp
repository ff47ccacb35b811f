#include "lint/all_rules.hpp"
#include "lint/rules/shadows.hpp"

namespace aggregator::lint {

namespace {

void check_shadow_without_copies(const Subject& subject, Findings& findings) {
    ShadowFindings told(findings);
    for_each_shadow(subject, [&](const Shadow& shadow) {
        if (const auto none = no_copies(subject, shadow)) {
            const ShadowSpot spot = spot_of(subject, shadow, none->key);
            told.add(spot, shadow,
                     {.before = {}, .after = " never gets a copy: " + none->why, .hint = {}});
        }
    });
    told.close();
}

}  // namespace

constinit const Rule kShadowWithoutCopies = {
    .name = "shadow-without-copies",
    .severity = Severity::Warning,
    .summary = "a shadow that can never get a copy",
    .explanation =
        R"(The methods that are sampled are not the endpoint's, or the shadow is switched off
and there is no management interface to switch it on: whoever reads the file
believes that the new service is being tried out.

Bad:
    "endpoint": "/orders", "method": "POST", ...
    "proxy/shadow": { "sample": { "methods": "safe" } }

Good:
    "endpoint": "/orders", "method": "POST", ...
    "proxy/shadow": { "sample": { "methods": ["POST"] } })",
    .check = check_shadow_without_copies,
};

}  // namespace aggregator::lint
