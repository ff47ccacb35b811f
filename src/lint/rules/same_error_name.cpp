#include <map>

#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

void check_same_error_name(const Subject& subject, Findings& findings) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        std::map<std::string_view, const config::BackendConfig*> names;
        for (const config::BackendConfig* const backend : regular_of(endpoint)) {
            const std::string& name = backend->return_error_details;
            if (name.empty() || backend->encoding == config::Encoding::NoOp) {
                continue;
            }
            const auto [before, fresh] = names.try_emplace(name, backend);
            if (!fresh && !waits_in_turn(endpoint)) {
                findings.at(
                    http_of(backend->source), "return_error_details",
                    "if " + title_of(*before->second) + " and " + title_of(*backend) +
                        " both fail, the reply has only the failure of the second one: both " +
                        "write " + quoted("error_" + name),
                    "give each a name of its own");
            }
        }
    }
}

}  // namespace

constinit const Rule kSameErrorName = {
    .name = "same-error-name",
    .severity = Severity::Warning,
    .summary = "two backends of an endpoint report their failures under the same name",
    .explanation = R"(`return_error_details` puts the failure of a backend into the reply, under
`error_` and its name. If two backends with the same name fail, the later one's
failure replaces the other's.

Bad:
    "backend": [
      { "extra_config": { "backend/http": { "return_error_details": "shop" } } },
      { "extra_config": { "backend/http": { "return_error_details": "shop" } } }]

Good:
    "backend": [
      { "extra_config": { "backend/http": { "return_error_details": "users" } } },
      { "extra_config": { "backend/http": { "return_error_details": "orders" } } }])",
    .check = check_same_error_name,
};

}  // namespace aggregator::lint
