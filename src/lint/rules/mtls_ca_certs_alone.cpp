#include "lint/rules/looking.hpp"
#include "lint/tls_rules.hpp"

namespace aggregator::lint {

namespace {

void check_mtls_ca_certs_alone(const Subject& subject, Findings& findings) {
    const auto& tls = subject.service.tls;
    if (tls && tls->enable_mtls && !tls->ca_certs.empty() && !tls->disable_system_ca_pool) {
        findings.at(subject.service.places.tls, "enable_mtls",
                    "clients are trusted by `ca_certs` alone here, while KrakenD would trust the "
                    "system's public authorities too",
                    "write \"disable_system_ca_pool\": true, so that it means the same everywhere");
    }
}

}  // namespace

constinit const Rule kMtlsCaCertsAlone = {
    .name = "mtls-ca-certs-alone",
    .severity = Severity::Advice,
    .summary = "client certificates of public authorities are not accepted beside `ca_certs`",
    .explanation = R"(Whoever lists the authorities of client certificates means those alone, so the
system's store of public authorities is left out. KrakenD adds it unless
`disable_system_ca_pool` is set: anybody with a certificate of a public authority
would get in there.

Bad:
    "tls": { "enable_mtls": true, "ca_certs": ["own-authority.pem"] }

Good:
    "tls": { "enable_mtls": true, "ca_certs": ["own-authority.pem"],
             "disable_system_ca_pool": true })",
    .check = check_mtls_ca_certs_alone,
};

}  // namespace aggregator::lint
