#include "lint/all_rules.hpp"
#include "lint/rules/shadows.hpp"

namespace aggregator::lint {

namespace {

using config::BackendConfig;

void check_shadow(const config::EndpointConfig& endpoint, const BackendConfig& shadow,
                  Findings& findings) {
    const Backends regular = regular_of(endpoint);
    const bool reads = std::all_of(regular.begin(), regular.end(),
                                   [](const BackendConfig* one) { return is_safe(one->method); });
    if (reads) {
        findings.at(shadow.source, "method",
                    "every request to " + title_of(endpoint) + " becomes a " + shadow.method +
                        " of the shadow " + title_of(shadow) + ", though the live side only reads",
                    "choose the method of the live backend, or remove `method`");
        return;
    }
    const auto live =
        std::find_if(regular.begin(), regular.end(), [&shadow](const BackendConfig* one) {
            return !is_safe(one->method) && shares_host(shadow, *one);
        });
    if (live != regular.end()) {
        findings.at(shadow.source, "url_pattern",
                    "every " + shadow.method + " is made twice at the same host: by " +
                        title_of(**live) + ", and by the shadow " + title_of(shadow),
                    "write a `host` for the shadow that has data of its own");
    }
}

void check_shadow_unsafe_method(const Subject& subject, Findings& findings) {
    for_each_shadow(subject, [&](const Shadow& shadow) {
        if (!is_safe(shadow.backend.method) && !no_copies(subject, shadow)) {
            check_shadow(shadow.endpoint, shadow.backend, findings);
        }
    });
}

}  // namespace

constinit const Rule kShadowUnsafeMethod = {
    .name = "shadow-unsafe-method",
    .severity = Severity::Warning,
    .summary = "a shadow that writes to a live host, or where the live side only reads",
    .explanation = R"(A copy is a request like any other: a copied POST really writes. To another
service with data of its own that is what a shadow is for. To the host of a live
backend it places each order twice, and a shadow whose method writes where the
live backends only read makes changes that no client asked for.

Bad:
    "method": "POST", "host": ["http://orders"], "backend": [
      { "url_pattern": "/orders" },
      { "url_pattern": "/v2/orders",
        "extra_config": { "proxy": { "shadow": true } } }]

Good:
    "method": "POST", "backend": [
      { "url_pattern": "/orders", "host": ["http://orders"] },
      { "url_pattern": "/orders", "host": ["http://orders-v2"],
        "extra_config": { "proxy": { "shadow": true } } }])",
    .check = check_shadow_unsafe_method,
};

}  // namespace aggregator::lint
