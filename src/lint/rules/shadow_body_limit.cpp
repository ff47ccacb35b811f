#include "lint/all_rules.hpp"
#include "lint/rules/shadows.hpp"

namespace aggregator::lint {

namespace {

/// The limit that a body meets before `max_body`; no key if there is none.
struct Lower {
    std::string_view key;
    std::uint64_t bytes = 0;
};

Lower lower_limit(const Subject& subject, const Shadow& shadow) {
    const config::ShadowLimitsConfig& limits = shadow.config.limits;
    const std::uint64_t held = subject.service.router.max_body_bytes;
    if (regular_of(shadow.endpoint).size() > 1 && limits.max_body > held) {
        return {.key = "max_body_bytes", .bytes = held};
    }
    const std::uint64_t budget = subject.service.shadow.budget_bytes;
    if (limits.max_body > budget) {
        return {.key = "budget.max_bytes", .bytes = budget};
    }
    if (limits.max_body > limits.queue_bytes) {
        return {.key = "queue_bytes", .bytes = limits.queue_bytes};
    }
    return {};
}

void check_shadow_body_limit(const Subject& subject, Findings& findings) {
    ShadowFindings told(findings);
    for_each_shadow(subject, [&](const Shadow& shadow) {
        const Lower lower = shadow.config.request.body ? lower_limit(subject, shadow) : Lower();
        if (lower.key.empty()) {
            return;
        }
        const ShadowSpot spot = spot_of(subject, shadow, "limits.max_body");
        told.add(
            spot, shadow,
            {.before = "a body of ",
             .after = " meets " + quoted(lower.key) + ", " + std::to_string(lower.bytes) +
                      " bytes, before `max_body`, " + std::to_string(shadow.config.limits.max_body),
             .hint = "raise " + quoted(lower.key) + " too, or lower `max_body`"});
    });
    told.close();
}

}  // namespace

constinit const Rule kShadowBodyLimit = {
    .name = "shadow-body-limit",
    .severity = Severity::Warning,
    .summary = "a `max_body` that is never reached",
    .explanation =
        R"(Another limit is lower: `queue_bytes`, which is what copies that wait or lag behind
may hold; the `budget` of all copies; or, where an endpoint has several backends,
`max_body_bytes` of the router, above which the client gets 413. A larger copy is
dropped for that, and counted under another reason than `body_too_large`.

Bad:
    "limits": { "max_body": "64MiB" }

Good:
    "limits": { "max_body": "64MiB", "queue_bytes": "64MiB" }, and at the service
    "proxy/shadow": { "budget": { "max_bytes": "512MiB" } })",
    .check = check_shadow_body_limit,
};

}  // namespace aggregator::lint
