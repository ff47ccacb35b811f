#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

void check_keep_alives_disabled(const Subject& subject, Findings& findings) {
    if (subject.service.disable_keep_alives) {
        findings.at(subject.service.source, "disable_keep_alives",
                    "every call of a backend opens a connection of its own, with its handshakes",
                    "`idle_connection_timeout` closes connections that are not used for a while");
    }
}

}  // namespace

constinit const Rule kKeepAlivesDisabled = {
    .name = "keep-alives-disabled",
    .severity = Severity::Advice,
    .summary = "no connection to a backend is used twice",
    .explanation =
        R"(With `disable_keep_alives` each call pays for a connection and, with https, for
a TLS handshake: often more time than the call itself. Under load the ports of
the machine can run out.

Bad:
    "disable_keep_alives": true

Good:
    "idle_connection_timeout": "30s")",
    .check = check_keep_alives_disabled,
};

}  // namespace aggregator::lint
