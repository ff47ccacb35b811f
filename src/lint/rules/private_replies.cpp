#include <aggregator/plan/privacy.hpp>
#include <aggregator/plan/shadow.hpp>

#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

constexpr const char* kPrivateHint =
    "nothing has to be done here; elsewhere, leave `cache_ttl` to endpoints that answer everybody "
    "alike, or do not list the header in `input_headers`";

std::string message_for(const std::string& titles, std::string_view header) {
    return "the replies to " + titles + " say `Cache-Control: private`, as " + quoted(header) +
           " reaches a backend: other readers of the format say `public`, and a shared cache may "
           "give one client's reply to another";
}

void check_private_replies(const Subject& subject, Findings& findings) {
    if (subject.plan == nullptr) {
        return;
    }
    const auto credentials = plan::credential_headers(subject.service);
    Names inheriting;
    std::string_view first;
    for (std::size_t i = 0; i < subject.service.endpoints.size(); ++i) {
        const config::EndpointConfig& endpoint = subject.service.endpoints[i];
        const std::string_view header =
            plan::forwarded_credential(subject.plan->endpoints[i].backends, credentials);
        const bool silent = passes_through(endpoint) && !endpoint.fixed;
        if (header.empty() || silent || endpoint.cache_ttl == reading::Duration::zero()) {
            continue;
        }
        if (says_duration(endpoint.source, "cache_ttl")) {
            findings.at(endpoint.source, "cache_ttl", message_for(title_of(endpoint), header),
                        kPrivateHint);
        } else {
            first = inheriting.empty() ? header : first;
            inheriting.push_back(title_of(endpoint));
        }
    }
    if (!inheriting.empty()) {
        findings.at(subject.service.source, "cache_ttl",
                    message_for(inheriting.front() + and_more(inheriting.size()), first),
                    kPrivateHint);
    }
}

}  // namespace

constinit const Rule kPrivateReplies = {
    .name = "private-replies",
    .severity = Severity::Warning,
    .summary = "`cache_ttl` of an endpoint that forwards credentials",
    .explanation =
        R"(What a backend answers to a request with Authorization, Cookie or X-Api-Key may be
for that client alone. `public` in Cache-Control lets shared caches keep it all the
same (RFC 9111, 3.5), so this program sends `private, max-age=...` where such a
header reaches a backend. Other programs that read the format send `public`. A
`cache_ttl` of the service is inherited by every endpoint.

Bad:
    "cache_ttl": "300s",
    "endpoints": [{ "endpoint": "/account", "input_headers": ["Authorization"] }]

Good:
    "endpoints": [
      { "endpoint": "/account", "input_headers": ["Authorization"] },
      { "endpoint": "/news", "cache_ttl": "300s" }
    ])",
    .check = check_private_replies,
};

}  // namespace aggregator::lint
