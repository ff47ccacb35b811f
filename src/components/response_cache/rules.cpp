#include "components/response_cache/rules.hpp"

#include <algorithm>

namespace aggregator::components {

namespace {

void check_headers(const lint::Subject& subject, lint::Findings& findings) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        const auto& headers = endpoint.input_headers;
        const bool all = std::find(headers.begin(), headers.end(), "*") != headers.end();
        for (const reading::Configured& one : endpoint.components) {
            if (all && one.name == "qos/response-cache") {
                findings.at(one.source, {""},
                            "all headers of clients are let in, so that no two requests are the "
                            "same: nothing that is stored would be found",
                            "list in `input_headers` what the backends need");
            }
        }
    }
}

}  // namespace

constinit const lint::Rule kResponseCacheWithAllHeaders = {
    .name = "response-cache-with-all-headers",
    .severity = lint::Severity::Error,
    .summary = "`qos/response-cache` at an endpoint that lets in all headers",
    .explanation = R"(A stored reply is given to requests that a backend could not tell apart: with
the same values of all headers that are let in. With `"*"` those are all headers
of a client, its trace and its browser too.

Bad:
    "input_headers": ["*"], "extra_config": { "qos/response-cache": { "ttl": "10s" } }

Good:
    "input_headers": ["Accept-Language"],
    "extra_config": { "qos/response-cache": { "ttl": "10s" } })",
    .check = check_headers,
};

}  // namespace aggregator::components
