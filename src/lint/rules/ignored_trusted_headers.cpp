#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

void tell(const Source& router, std::string_view key, Findings& findings) {
    findings.at(router, key,
                quoted(key) +
                    " is never looked at: the client's address is the peer's, because "
                    "no peer is trusted",
                "list the addresses of the proxies in front in `trusted_proxies`");
}

void check_ignored_trusted_headers(const Subject& subject, Findings& findings) {
    const config::RouterConfig& router = subject.service.router;
    if (!router.trusted_proxies.empty()) {
        return;
    }
    if (has_list(subject.service.places.router, "remote_ip_headers")) {
        tell(subject.service.places.router, "remote_ip_headers", findings);
    }
    if (router.app_engine) {
        tell(subject.service.places.router, "app_engine", findings);
    }
}

}  // namespace

constinit const Rule kIgnoredTrustedHeaders = {
    .name = "ignored-trusted-headers",
    .severity = Severity::Warning,
    .summary = "headers that name the client are configured, but nobody is trusted to send them",
    .explanation =
        R"(`remote_ip_headers` and `app_engine` say in which header a proxy in front names
the client. Only peers in `trusted_proxies` are believed, and by default there are
none: everybody could send such a header. Without the list, logs and
X-Forwarded-For have the proxy's address.

Bad:
    "router": { "remote_ip_headers": ["X-Real-IP"] }

Good:
    "router": { "remote_ip_headers": ["X-Real-IP"], "trusted_proxies": ["10.0.3.0/24"] })",
    .check = check_ignored_trusted_headers,
};

}  // namespace aggregator::lint
