#include <chrono>

#include "lint/all_rules.hpp"
#include "lint/rules/shadows.hpp"

namespace aggregator::lint {

namespace {

using std::chrono::hours;

constexpr hours kSoon = hours(24 * 7);

/// When it ends, from now on.
std::string remaining(std::chrono::nanoseconds left) {
    const auto whole = std::chrono::duration_cast<hours>(left).count();
    return whole < 48 ? "in " + std::to_string(whole) + "h"
                      : "in " + std::to_string(whole / 24) + " days";
}

void check_shadow_expiry(const Subject& subject, Findings& findings) {
    const auto now = std::chrono::system_clock::now();
    ShadowFindings told(findings);
    for_each_shadow(subject, [&](const Shadow& shadow) {
        if (!shadow.config.expires_at || *shadow.config.expires_at > now + kSoon) {
            return;
        }
        const auto left = *shadow.config.expires_at - now;
        const bool over = left <= std::chrono::nanoseconds::zero();
        const ShadowSpot spot = spot_of(subject, shadow, "expires");
        told.add(spot, shadow,
                 {.before = {},
                  .after = over ? " has expired: it gets no copies"
                                : " expires " + remaining(left) + ": it gets no copies then",
                  .hint = over ? "remove the shadow, or give it a time to come"
                               : "give it a later time if it is still needed"});
    });
    told.close();
}

}  // namespace

constinit const Rule kShadowExpiry = {
    .name = "shadow-expiry",
    .severity = Severity::Warning,
    .summary = "a shadow that has expired, or will within a week",
    .explanation =
        R"(A shadow with a time in `expires` stops by itself, so that nobody pays for a trial
that was forgotten. Once it has stopped it is only in the way of readers. What
expires within a week is told, so that there is time to decide.

Bad:
    "proxy/shadow": { "expires": "2020-01-31T12:00:00Z" }

Good:
    "proxy/shadow": { "expires": "2030-01-31T12:00:00Z" })",
    .check = check_shadow_expiry,
};

}  // namespace aggregator::lint
