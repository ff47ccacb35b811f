#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

void check_tls_disabled(const Subject& subject, Findings& findings) {
    const config::ServiceConfig& service = subject.service;
    if (service.places.tls.node != nullptr && !service.tls) {
        findings.at(service.places.tls, "disabled",
                    "port " + std::to_string(service.port) +
                        " speaks plain HTTP: `tls` is written, but switched off",
                    "remove `disabled`, or the whole section if something in front ends TLS");
    }
}

}  // namespace

constinit const Rule kTlsDisabled = {
    .name = "tls-disabled",
    .severity = Severity::Advice,
    .summary = "`tls` is written and switched off",
    .explanation = R"(With `"disabled": true` the whole section counts as not written, its keys are
not even read, and the port answers in plain HTTP. That is easily forgotten after
an experiment.

Bad:
    "tls": { "disabled": true, "keys": [{ "public_key": "a.pem", "private_key": "b.pem" }] }

Good:
    "tls": { "keys": [{ "public_key": "a.pem", "private_key": "b.pem" }] })",
    .check = check_tls_disabled,
};

}  // namespace aggregator::lint
