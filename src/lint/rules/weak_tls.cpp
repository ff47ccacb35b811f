#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

constexpr std::string_view kVersionKey = "min_version";

void check_version(const Source& object, config::TlsVersion lowest, std::string_view whom,
                   Findings& findings) {
    // What is written in the name of SSL is told while it is loaded.
    if (lowest < config::TlsVersion::Tls12 && !text_at(object, kVersionKey).starts_with("SSL")) {
        findings.at(object, kVersionKey,
                    "connections " + std::string(whom) + " may use TLS " +
                        (lowest == config::TlsVersion::Tls10 ? "1.0" : "1.1") +
                        ", which is broken and was withdrawn in 2021",
                    "write TLS12, or remove the key: the default is TLS12");
    }
}

void check_weak_tls(const Subject& subject, Findings& findings) {
    const config::ServiceConfig& service = subject.service;
    if (service.tls) {
        check_version(service.places.tls, service.tls->min_version, "of clients", findings);
    }
    check_version(service.places.client_tls, service.client_tls.min_version, "to backends",
                  findings);
}

}  // namespace

constinit const Rule kWeakTls = {
    .name = "weak-tls",
    .severity = Severity::Warning,
    .summary = "versions of TLS below 1.2 are allowed",
    .explanation = R"(TLS 1.0 and 1.1 rest on algorithms that are broken; RFC 8996 withdrew both in
2021, and no current client or server needs them.

Bad:
    "tls": { "min_version": "TLS10" }

Good:
    "tls": { "min_version": "TLS12" })",
    .check = check_weak_tls,
};

}  // namespace aggregator::lint
