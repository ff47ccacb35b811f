#include "components/circuit_breaker/rules.hpp"

#include <algorithm>
#include <functional>
#include <string>

#include "components/circuit_breaker/settings.hpp"

namespace aggregator::components {

namespace {

using reading::Configured;

bool is_breaker(const Configured& one) { return one.name.starts_with("qos/circuit-breaker"); }

struct Place {
    const config::EndpointConfig& endpoint;
    const config::BackendConfig& backend;
    const Configured& section;
    const BreakerSettings& breaker;
};

using Show = std::function<void(const Place&)>;

void each_breaker(const config::EndpointConfig& endpoint, const config::BackendConfig& backend,
                  const Show& show) {
    for (const Configured& one : backend.components) {
        if (is_breaker(one)) {
            show({endpoint, backend, one, static_cast<const BreakerSettings&>(*one.settings)});
        }
    }
}

void each_breaker(const lint::Subject& subject, const Show& show) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        for (const config::BackendConfig& backend : endpoint.backends) {
            each_breaker(endpoint, backend, show);
        }
    }
}

void check_shadows(const lint::Subject& subject, lint::Findings& findings) {
    each_breaker(subject, [&findings](const Place& place) {
        if (place.backend.shadow) {
            findings.at(place.section.source, "max_errors",
                        "a shadow has a breaker of its own: this one has no effect",
                        "write `limits.breaker` of `proxy/shadow` instead");
        }
    });
}

void check_timeouts(const lint::Subject& subject, lint::Findings& findings) {
    each_breaker(subject, [&findings](const Place& place) {
        if (place.breaker.rules.open_for < place.endpoint.timeout) {
            findings.at(place.section.source, "timeout",
                        "the breaker is open for a shorter time than a request to the endpoint "
                        "may wait: a backend that hangs is tried again while earlier requests "
                        "still wait for it",
                        "make it longer than the endpoint's `timeout`");
        }
    });
}

void check_errors(const lint::Subject& subject, lint::Findings& findings) {
    each_breaker(subject, [&findings](const Place& place) {
        if (place.breaker.rules.max_errors == 0) {
            findings.at(place.section.source, "max_errors",
                        "a single failure opens the breaker: the backend is then not called for " +
                            std::to_string(place.breaker.rules.open_for / std::chrono::seconds(1)) +
                            " seconds",
                        "allow a few failures, for instance \"max_errors\": 3");
        }
    });
}

void check_pairs(const lint::Subject& subject, lint::Findings& findings) {
    each_breaker(subject, [&findings](const Place& place) {
        const auto& all = place.backend.components;
        const bool other = std::any_of(all.begin(), all.end(), [&](const Configured& one) {
            return &one != &place.section && is_breaker(one);
        });
        if (other && place.section.name == "qos/circuit-breaker/http") {
            findings.at(place.section.source, "max_errors",
                        "the backend has `qos/circuit-breaker` as well, and one breaker is enough",
                        "keep one of the two");
        }
    });
}

}  // namespace

constinit const lint::Rule kBreakerOnShadow = {
    .name = "breaker-on-shadow",
    .severity = lint::Severity::Warning,
    .summary = "a circuit breaker on a shadow has no effect",
    .explanation = R"(Copies have a breaker of their own, which is always there: `limits.breaker` of
`proxy/shadow`. It drops copies and never makes a client wait or fail.

Bad:
    "proxy": { "shadow": true }, "qos/circuit-breaker": { "max_errors": 3 }

Good:
    "proxy": { "shadow": true }, "proxy/shadow": { "limits": { "breaker": { "errors": 50 } } })",
    .check = check_shadows,
};

constinit const lint::Rule kBreakerTimeoutBelowEndpointTimeout = {
    .name = "breaker-timeout-below-endpoint-timeout",
    .severity = lint::Severity::Advice,
    .summary = "a breaker closes again before the requests that opened it have ended",
    .explanation = R"(A breaker saves clients the wait for a backend that hangs. If it is open for a
shorter time than a request waits, the backend is tried again while requests
from before still wait for it.

Bad:
    "timeout": "30s", ... "qos/circuit-breaker": { "max_errors": 3, "timeout": 10 }

Good:
    "timeout": "3s", ... "qos/circuit-breaker": { "max_errors": 3, "timeout": 10 })",
    .check = check_timeouts,
};

constinit const lint::Rule kBreakerWithOneError = {
    .name = "breaker-with-one-error",
    .severity = lint::Severity::Advice,
    .summary = "one failure opens the breaker",
    .explanation =
        R"(Every backend fails now and then. With `max_errors` 0 one lost packet keeps all
clients from it for the whole `timeout`.

Bad:
    "qos/circuit-breaker": { "timeout": 60 }

Good:
    "qos/circuit-breaker": { "timeout": 60, "max_errors": 3 })",
    .check = check_errors,
};

constinit const lint::Rule kTwoBreakers = {
    .name = "two-breakers",
    .severity = lint::Severity::Error,
    .summary = "a backend has both kinds of circuit breaker",
    .explanation =
        R"(`qos/circuit-breaker/http` is `qos/circuit-breaker` with a list of statuses. Both
at once would count the same failures twice, by different rules.

Bad:
    "qos/circuit-breaker": { "max_errors": 3 },
    "qos/circuit-breaker/http": { "max_errors": 3, "valid_status_codes": [200] }

Good:
    "qos/circuit-breaker/http": { "max_errors": 3, "valid_status_codes": [200] })",
    .check = check_pairs,
};

}  // namespace aggregator::components
