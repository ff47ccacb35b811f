#include "lint/all_rules.hpp"
#include "lint/rules/shadows.hpp"

namespace aggregator::lint {

namespace {

void check_shadow_unmarked(const Subject& subject, Findings& findings) {
    ShadowFindings told(findings);
    for_each_shadow(subject, [&](const Shadow& shadow) {
        if (!shadow.config.request.marker.empty()) {
            return;
        }
        const bool writes = !is_safe(shadow.backend.method);
        const ShadowSpot spot = spot_of(subject, shadow, "request.marker");
        const std::string why = writes ? "each " + shadow.backend.method + " is carried out"
                                       : "gateways that shadow each other never stop";
        told.add(spot, shadow,
                 {.before = "copies for ",
                  .after = " look like requests of clients: " + why,
                  .hint = "leave the marker on: what gets the copies can then tell them apart"});
    });
    told.close();
}

}  // namespace

constinit const Rule kShadowUnmarked = {
    .name = "shadow-unmarked",
    .severity = Severity::Warning,
    .summary = "copies without a marker",
    .explanation = R"(The marker tells a service that it works on a copy: it can leave out mails and
payments, and keep the data apart. It also stops a copy from being copied again
when it comes back through a gateway. Without it nothing tells copies from
requests of clients.

Bad:
    "proxy/shadow": { "request": { "marker": false } }

Good:
    "proxy/shadow": { "request": { "marker": "X-Shadow" } })",
    .check = check_shadow_unmarked,
};

}  // namespace aggregator::lint
