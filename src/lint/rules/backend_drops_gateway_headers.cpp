#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

/// Whoever lists one of them knows that the list is about them too.
bool knows(const Names& headers) {
    return lists(headers, kEverything) || lists_nothing(headers) ||
           lists_header(headers, "X-Forwarded-For") || lists_header(headers, "X-Forwarded-Host") ||
           lists_header(headers, "User-Agent");
}

void check_backend_drops_gateway_headers(const Subject& subject, Findings& findings) {
    for_each_backend(subject, [&](const auto&, const config::BackendConfig& backend) {
        if (!backend.input_headers.empty() && !knows(backend.input_headers)) {
            findings.at(backend.source, kInputHeaders,
                        title_of(backend) +
                            " gets no X-Forwarded-For, X-Forwarded-Host and User-Agent: a "
                            "backend's list filters the gateway's own headers as well",
                        "list those that the backend needs, or filter at the endpoint instead");
        }
    });
}

}  // namespace

constinit const Rule kBackendDropsGatewayHeaders = {
    .name = "backend-drops-gateway-headers",
    .severity = Severity::Advice,
    .summary = "a backend's list of headers takes the gateway's own away from it",
    .explanation = R"(The gateway tells every backend who asks (X-Forwarded-For), for which host
(X-Forwarded-Host) and who forwards it (User-Agent). A backend's `input_headers`
is the last filter and works on these as well: what is not listed is not sent.
The logs and limits of that backend then see nothing but the gateway.

Bad:
    "input_headers": ["Accept-Language"]

Good:
    "input_headers": ["Accept-Language", "X-Forwarded-For", "User-Agent"])",
    .check = check_backend_drops_gateway_headers,
};

}  // namespace aggregator::lint
