#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

void check_no_op_backend(const Subject& subject, Findings& findings) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        for (const config::BackendConfig* const backend : regular_of(endpoint)) {
            if (backend->encoding != config::Encoding::NoOp || passes_through(endpoint)) {
                continue;
            }
            findings.at(backend->source, "encoding",
                        "nothing of " + title_of(*backend) +
                            " reaches clients, and any status of " +
                            "it counts as success: the encoding no-op does not read the answer",
                        "remove `encoding` to read JSON, or write \"output_encoding\": \"no-op\" " +
                            std::string("into the endpoint to pass one answer on"));
        }
    }
}

}  // namespace

constinit const Rule kNoOpBackend = {
    .name = "no-op-backend",
    .severity = Severity::Warning,
    .summary = "encoding no-op of a backend whose endpoint has another output",
    .explanation = R"(A backend with the encoding no-op is asked, but its answer is not read: any
status counts as success, and its part of the reply is empty. To pass the answer
on, the endpoint needs the output encoding no-op and no other backend.

Bad:
    "output_encoding": "json", "backend": [{ "encoding": "no-op" }]

Good:
    "output_encoding": "no-op", "backend": [{ "url_pattern": "/users" }])",
    .check = check_no_op_backend,
};

}  // namespace aggregator::lint
