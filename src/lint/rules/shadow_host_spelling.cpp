#include "lint/all_rules.hpp"
#include "lint/rules/shadows.hpp"

namespace aggregator::lint {

namespace {

using Host = config::ShadowRequestConfig::Host;

void check_shadow_host_spelling(const Subject& subject, Findings& findings) {
    for_each_shadow(subject, [&](const Shadow& shadow) {
        const config::ShadowRequestConfig& request = shadow.config.request;
        const bool plain = request.host_literal.find_first_of(".:") == std::string::npos;
        if (request.host != Host::Literal || !plain) {
            return;
        }
        const auto guess = base::closest(request.host_literal, {"target", "keep", "suffix"});
        if (guess) {
            const ShadowSpot spot = spot_of(subject, shadow, "request.host");
            findings.at(spot.source, spot.key,
                        "every copy asks for the host " + quoted(request.host_literal),
                        "did you mean " + quoted(*guess) + "?");
        }
    });
}

}  // namespace

constinit const Rule kShadowHostSpelling = {
    .name = "shadow-host-spelling",
    .severity = Severity::Warning,
    .summary = "a Host header that looks like a misspelt word",
    .explanation =
        R"(`host` of a shadow's `request` is `target`, `keep`, `suffix`, or a host that every
copy asks for. A word that is spelt wrong is such a host, and few servers have it.

Bad:
    "request": { "host": "taget" }

Good:
    "request": { "host": "target" })",
    .check = check_shadow_host_spelling,
};

}  // namespace aggregator::lint
