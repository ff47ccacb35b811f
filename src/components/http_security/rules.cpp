#include "components/http_security/rules.hpp"

#include <string>

#include "components/http_security/settings.hpp"

namespace aggregator::components {

namespace {

using reading::Configured;

template <typename Show>
void each_section(const lint::Subject& subject, const Show& show) {
    lint::for_each_section(subject, "security/http", [&show](const Configured& one) {
        show(one, static_cast<const HttpSecurity&>(*one.settings));
    });
}

bool serves_tls(const lint::Subject& subject) { return subject.service.tls.has_value(); }

void check_redirects(const lint::Subject& subject, lint::Findings& findings) {
    each_section(subject, [&](const Configured& place, const HttpSecurity& settings) {
        if (settings.redirects && settings.tls_headers.empty() && !serves_tls(subject)) {
            findings.at(place.source, "ssl_redirect",
                        "every request is redirected to https, and none comes over TLS: behind a "
                        "proxy that ends TLS, clients are redirected for ever",
                        "write the header by which the proxy says that a request came over TLS: "
                        "\"ssl_proxy_headers\": { \"X-Forwarded-Proto\": \"https\" }");
        }
    });
}

void check_transport(const lint::Subject& subject, lint::Findings& findings) {
    each_section(subject, [&](const Configured& place, const HttpSecurity& settings) {
        if (!settings.sts.empty() && !settings.sts_always && settings.tls_headers.empty() &&
            !serves_tls(subject)) {
            findings.at(place.source, "sts_seconds",
                        "Strict-Transport-Security is never sent: no request comes over TLS",
                        "write `ssl_proxy_headers` if a proxy in front ends TLS, or "
                        "`force_sts_header`");
        }
    });
}

void check_host_headers(const lint::Subject& subject, lint::Findings& findings) {
    each_section(subject, [&](const Configured& place, const HttpSecurity& settings) {
        if (!settings.host_headers.empty() && subject.service.router.trusted_proxies.empty()) {
            findings.at(place.source, "host_proxy_headers",
                        "these headers are never looked at: no proxy is trusted",
                        "list the addresses of the proxies in front in `router.trusted_proxies`");
        }
    });
}

void check_development(const lint::Subject& subject, lint::Findings& findings) {
    each_section(subject, [&findings](const Configured& place, const HttpSecurity& settings) {
        if (settings.development) {
            findings.at(place.source, "is_development",
                        "hosts are not checked, plain HTTP is not redirected and "
                        "Strict-Transport-Security is not sent",
                        "remove `is_development` where others than developers are served");
        }
    });
}

}  // namespace

constinit const lint::Rule kHostHeadersOfNobody = {
    .name = "host-headers-of-nobody",
    .severity = lint::Severity::Warning,
    .summary = "`host_proxy_headers` of `security/http` are never looked at",
    .explanation =
        R"(Anybody can send X-Forwarded-Host. So a header that names the host is believed of
proxies in `router.trusted_proxies` alone.

Bad:
    "security/http": { "allowed_hosts": ["api.example.com"],
                       "host_proxy_headers": ["X-Forwarded-Host"] }

Good:
    the same, and "router": { "trusted_proxies": ["10.0.3.0/24"] })",
    .check = check_host_headers,
};

constinit const lint::Rule kHpkpWithoutEffect = {
    .name = "hpkp-without-effect",
    .severity = lint::Severity::Warning,
    .summary = "`hpkp_public_key` of `security/http` has no effect",
    .explanation =
        R"(Public-Key-Pins told browsers which keys a host may have. They have given it up,
for a mistake locked users out for months. The header is not sent.

Bad:
    "security/http": { "hpkp_public_key": "pin-sha256=..." }

Good:
    "security/http": { "sts_seconds": 31536000 })",
};

constinit const lint::Rule kSecurityDevelopmentMode = {
    .name = "security-development-mode",
    .severity = lint::Severity::Warning,
    .summary = "`is_development` switches off a part of `security/http`",
    .explanation =
        R"(With `is_development` requests for every host are served, plain HTTP is not
redirected, and Strict-Transport-Security is not sent, whatever the section says.

Bad:
    "security/http": { "allowed_hosts": ["api.example.com"], "is_development": true }

Good:
    "security/http": { "allowed_hosts": ["api.example.com"] })",
    .check = check_development,
};

constinit const lint::Rule kSslRedirectLoop = {
    .name = "ssl-redirect-loop",
    .severity = lint::Severity::Warning,
    .summary = "every request is redirected to https, for ever",
    .explanation =
        R"(`ssl_redirect` sends requests over plain HTTP to https. If a proxy in front ends
TLS, all requests come over plain HTTP, and only the proxy can tell which of them
came to it over TLS: by a header that it sets.

Bad:
    "security/http": { "ssl_redirect": true }

Good:
    "security/http": { "ssl_redirect": true,
                       "ssl_proxy_headers": { "X-Forwarded-Proto": "https" } })",
    .check = check_redirects,
};

constinit const lint::Rule kStsNeverSent = {
    .name = "sts-never-sent",
    .severity = lint::Severity::Warning,
    .summary = "Strict-Transport-Security is configured and never sent",
    .explanation =
        R"(Browsers take Strict-Transport-Security of replies over TLS alone, and only there
it is sent. Where a proxy in front ends TLS, a header of its own has to say so.

Bad:
    "security/http": { "sts_seconds": 31536000 }

Good:
    "security/http": { "sts_seconds": 31536000,
                       "ssl_proxy_headers": { "X-Forwarded-Proto": "https" } })",
    .check = check_transport,
};

}  // namespace aggregator::components
