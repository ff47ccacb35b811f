#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

void check_debug_endpoint_on(const Subject& subject, Findings& findings) {
    if (subject.service.debug_endpoint) {
        findings.at(
            subject.service.source, "debug_endpoint",
            "any client can call /__debug/, which writes whole requests, headers and bodies, "
            "into the log at level debug",
            "switch it on while it is needed only");
    }
}

}  // namespace

constinit const Rule kDebugEndpointOn = {
    .name = "debug-endpoint-on",
    .severity = Severity::Advice,
    .summary = "the debug endpoint is open to every client",
    .explanation = R"(Requests to /__debug/ are answered by the gateway itself and, at the level
debug, written into the log with their headers and bodies. It is meant to stand
in for a backend while a configuration is tried.

Bad:
    "debug_endpoint": true

Good:
    "debug_endpoint": false)",
    .check = check_debug_endpoint_on,
};

}  // namespace aggregator::lint
