#include <aggregator/http/hops.hpp>

#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

/// What the gateway sends of itself, or never forwards, which is told as an overwritten header.
bool is_gateways(std::string_view header) {
    constexpr std::string_view kOwn[] = {"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Via",
                                         "User-Agent",      "Accept-Encoding",  "Host",
                                         "Content-Length",  "Expect",           "HTTP2-Settings"};
    return http::is_hop_by_hop(header) ||
           std::any_of(std::begin(kOwn), std::end(kOwn),
                       [header](std::string_view own) { return same_header(own, header); });
}

void check_unlisted_backend_header(const Subject& subject, Findings& findings) {
    for_each_backend(
        subject, [&](const config::EndpointConfig& endpoint, const config::BackendConfig& backend) {
            for (std::size_t i = 0; i < backend.input_headers.size(); ++i) {
                const std::string& name = backend.input_headers[i];
                if (name.empty() || name == kEverything || is_gateways(name) ||
                    lets_in(endpoint, name)) {
                    continue;
                }
                findings.at(backend.source, {kInputHeaders, i},
                            quoted(name) + " never reaches " + title_of(backend) +
                                ", because the endpoint does not let it in",
                            "list it in `input_headers` of the endpoint too");
            }
        });
}

}  // namespace

constinit const Rule kUnlistedBackendHeader = {
    .name = "unlisted-backend-header",
    .severity = Severity::Warning,
    .summary = "a backend lists a header that its endpoint does not let in",
    .explanation = R"(A client's header passes two filters: the endpoint's `input_headers`, then the
backend's. The second one can only narrow what the first one let in; a name that
is in the backend's list alone never arrives.

Bad:
    "input_headers": ["Accept"],
    "backend": [{ "url_pattern": "/a", "input_headers": ["Authorization"] }]

Good:
    "input_headers": ["Accept", "Authorization"],
    "backend": [{ "url_pattern": "/a", "input_headers": ["Authorization"] }])",
    .check = check_unlisted_backend_header,
};

}  // namespace aggregator::lint
