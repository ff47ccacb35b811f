#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

void check_echo_endpoint_on(const Subject& subject, Findings& findings) {
    if (subject.service.echo_endpoint) {
        findings.at(
            subject.service.source, "echo_endpoint",
            "any client can call /__echo/, which shows a request as it arrives here, with what "
            "proxies in front have added",
            "switch it on while it is needed only");
    }
}

}  // namespace

constinit const Rule kEchoEndpointOn = {
    .name = "echo-endpoint-on",
    .severity = Severity::Advice,
    .summary = "the echo endpoint is open to every client",
    .explanation =
        R"(/__echo/ answers with the request that it got: headers, query strings and body.
A client thereby learns what proxies in front add to its requests, internal
addresses and tokens among it, and a script in a browser may read cookies that are
hidden from it. It is meant for trying a configuration.

Bad:
    "echo_endpoint": true

Good:
    "echo_endpoint": false)",
    .check = check_echo_endpoint_on,
};

}  // namespace aggregator::lint
