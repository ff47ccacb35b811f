#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

constexpr std::string_view kKey = "allow_insecure_connections";

void check_insecure_tls(const Subject& subject, Findings& findings) {
    const config::ServiceConfig& service = subject.service;
    if (!service.client_tls.allow_insecure_connections) {
        return;
    }
    // It may stand in `client_tls` or, as in older files, at the service.
    const Source& tls = service.places.client_tls;
    const bool here = tls.node != nullptr && written(tls, kKey) != nullptr;
    findings.at(here ? tls : service.source, kKey,
                "no certificate of an https backend is checked: anybody on the way can pose as "
                "any of them",
                "name the authorities that the backends' certificates come from in "
                "`client_tls.ca_certs`");
}

}  // namespace

constinit const Rule kInsecureTls = {
    .name = "insecure-tls",
    .severity = Severity::Warning,
    .summary = "certificates of backends are not checked",
    .explanation = R"(With `allow_insecure_connections` every certificate is good enough, so the
encryption protects from listeners, but not from somebody who answers in the
backend's place. For certificates of one's own there is `ca_certs`.

Bad:
    "client_tls": { "allow_insecure_connections": true }

Good:
    "client_tls": { "ca_certs": ["/etc/ssl/own-authority.pem"] })",
    .check = check_insecure_tls,
};

}  // namespace aggregator::lint
