#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

using reading::Duration;

void check_shadow_timeout(const config::BackendConfig& backend, Findings& findings) {
    const Source proxy = component_of(backend.source, "proxy");
    const bool own = proxy.node != nullptr && written(proxy, "shadow_timeout") != nullptr;
    if (own && backend.shadow && backend.shadow_timeout <= Duration::zero()) {
        findings.at(proxy, "shadow_timeout",
                    "every copy to " + title_of(backend) +
                        " fails at once: its time is over "
                        "before it begins",
                    "write a duration above 0, or remove the key");
    }
}

void check_negative_timeout(const Subject& subject, Findings& findings) {
    const config::ServiceConfig& service = subject.service;
    if (service.timeout < Duration::zero()) {
        findings.at(service.source, "timeout",
                    "every request fails at once: its time is over before it begins",
                    "write a duration above 0, or remove the key");
    }
    for (const config::EndpointConfig& endpoint : service.endpoints) {
        if (endpoint.timeout < Duration::zero() && says_duration(endpoint.source, "timeout")) {
            findings.at(endpoint.source, "timeout",
                        "every request to " + title_of(endpoint) +
                            " fails at once: its time is over before it begins",
                        "write a duration above 0, or remove the key");
        }
    }
    for_each_backend(subject, [&](const auto&, const config::BackendConfig& backend) {
        check_shadow_timeout(backend, findings);
    });
}

}  // namespace

constinit const Rule kNegativeTimeout = {
    .name = "negative-timeout",
    .severity = Severity::Error,
    .summary = "a timeout that is over before a request begins",
    .explanation = R"(A `timeout` below 0 has passed when a request comes: no backend can answer in
time, and every request is refused. With a `shadow_timeout` of 0 or less every
copy has failed as soon as it begins, whether or not it reaches its host. A
`timeout` of 0 is the inherited one.

Bad:
    "timeout": "-1s"

Good:
    "timeout": "1s")",
    .check = check_negative_timeout,
};

}  // namespace aggregator::lint
