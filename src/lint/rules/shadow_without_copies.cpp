#include "lint/all_rules.hpp"
#include "lint/rules/shadows.hpp"

namespace aggregator::lint {

namespace {

bool has_method(const config::ShadowConfig& shadow, const std::string& method) {
    const Names& methods = shadow.sample.methods;
    return methods.empty() || lists(methods, method);
}

void tell(const Subject& subject, const Shadow& shadow, std::string_view key, std::string why,
          Findings& findings) {
    const ShadowSpot spot = spot_of(subject, shadow, key);
    findings.at(spot.source, spot.key, title_of(shadow) + " never gets a copy: " + why);
}

void check(const Subject& subject, Findings& findings) {
    constexpr std::string_view kForGood = ", and without `admin` nobody can change that";
    for_each_shadow(subject, [&](const Shadow& shadow) {
        const config::ShadowConfig& config = shadow.config;
        if (!has_method(config, shadow.endpoint.method)) {
            tell(subject, shadow, "sample.methods",
                 "the endpoint has no other requests than " + shadow.endpoint.method, findings);
        } else if (!subject.service.admin && !config.enabled) {
            tell(subject, shadow, "enabled", "it is off" + std::string(kForGood), findings);
        } else if (!subject.service.admin && config.sample.percentage == 0) {
            tell(subject, shadow, "sample.percentage",
                 "0 of a hundred are copied" + std::string(kForGood), findings);
        }
    });
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
    .check = check,
};

}  // namespace aggregator::lint
