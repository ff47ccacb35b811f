#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

void tell(const config::EndpointConfig& endpoint, const config::BackendConfig& backend,
          Findings& findings) {
    const std::string why = waits_in_turn(endpoint)
                                ? "the answers before it go out, with status 200"
                                : "it is one of several, and a missing part of the reply";
    findings.at(http_of(backend.source), "return_error_code",
                "clients never see the status of " + title_of(backend) + ": if it fails, " + why,
                "`return_error_details` puts the failure into the reply");
}

void check_error_code_of_several(const Subject& subject, Findings& findings) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        const Backends regular = regular_of(endpoint);
        const bool first_shown = regular.size() == 1 || waits_in_turn(endpoint);
        for (const config::BackendConfig* const backend : regular) {
            const bool shown = first_shown && backend == regular.front();
            const bool read = backend->encoding != config::Encoding::NoOp;
            if (backend->return_error_code && read && !shown) {
                tell(endpoint, *backend, findings);
            }
        }
    }
}

}  // namespace

constinit const Rule kErrorCodeOfSeveral = {
    .name = "error-code-of-several",
    .severity = Severity::Warning,
    .summary = "`return_error_code` of a backend whose status cannot be the reply's",
    .explanation = R"(`return_error_code` answers with the status of a failed backend where nothing
else is there to answer with: at an endpoint of one backend, and for the first
backend of a sequential one. Of several parallel backends a failed one is a
missing part of a reply with status 200; if all fail, the status is the
gateway's own. `return_error_details` puts each failure into the reply.

Bad:
    "backend": [
      { "extra_config": { "backend/http": { "return_error_code": true } } },
      { "url_pattern": "/orders" }]

Good:
    "backend": [
      { "extra_config": { "backend/http": { "return_error_details": "users" } } },
      { "url_pattern": "/orders" }])",
    .check = check_error_code_of_several,
};

}  // namespace aggregator::lint
