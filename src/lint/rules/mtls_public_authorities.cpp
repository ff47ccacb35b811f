#include "lint/rules/looking.hpp"
#include "lint/tls_rules.hpp"

namespace aggregator::lint {

namespace {

void check_mtls_public_authorities(const Subject& subject, Findings& findings) {
    const auto& tls = subject.service.tls;
    if (tls && tls->enable_mtls && tls->ca_certs.empty() && !tls->disable_system_ca_pool) {
        findings.at(subject.service.places.tls, "enable_mtls",
                    "anybody with a certificate of a public authority gets in: the system's "
                    "authorities are trusted, as there are no `ca_certs`",
                    "name the authority of your clients in `ca_certs`");
    }
}

}  // namespace

constinit const Rule kMtlsPublicAuthorities = {
    .name = "mtls-public-authorities",
    .severity = Severity::Warning,
    .summary = "client certificates of any public authority are accepted",
    .explanation =
        R"(Without `ca_certs`, the certificates of clients are checked against the system's
store. Certificates of public authorities are free for everybody who has a domain,
so that the check keeps nobody out.

Bad:
    "tls": { "enable_mtls": true }

Good:
    "tls": { "enable_mtls": true, "ca_certs": ["own-authority.pem"],
             "disable_system_ca_pool": true })",
    .check = check_mtls_public_authorities,
};

}  // namespace aggregator::lint
