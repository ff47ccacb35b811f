#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

std::string message_for(const std::string& earlier, const std::string& later) {
    if (earlier == later) {
        return quoted('{' + later + '}') +
               " stands in the path twice: backends get the value of the last one";
    }
    return quoted('{' + earlier + '}') + " and " + quoted('{' + later + '}') +
           " are one parameter: backends get the value of the last one in the place of both";
}

void tell_parameter_case(const config::EndpointConfig& endpoint, plan::ParamSyntax syntax,
                         Findings& findings) {
    const Names names = plan::parameter_names(endpoint.endpoint, syntax);
    if (names.size() > plan::Routes::kSegmentsMax) {
        return;
    }
    for (std::size_t i = 1; i < names.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (same_parameter(names[j], names[i])) {
                findings.at(endpoint.source, "endpoint", message_for(names[j], names[i]),
                            "give each parameter a name of its own");
                break;
            }
        }
    }
}

void check_parameter_case(const Subject& subject, Findings& findings) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        tell_parameter_case(endpoint, syntax_of(subject.service), findings);
    }
}

}  // namespace

constinit const Rule kParameterCase = {
    .name = "parameter-case",
    .severity = Severity::Warning,
    .summary = "two parameters of a path that are one, such as `{id}` and `{Id}`",
    .explanation = R"(Parameters are kept under their names with the first letter in upper case. So
`{id}` and `{Id}` share one place, as two of the same name do, and the value
that stands later in the path takes the place of the earlier one.

Bad:
    "endpoint": "/shops/{id}/orders/{Id}"

Good:
    "endpoint": "/shops/{shop}/orders/{order}")",
    .check = check_parameter_case,
};

}  // namespace aggregator::lint
