#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

/// The `{name}` of a parameter with more text behind it in its segment; empty if it is none.
std::string_view parameter_of(const PathSegment& segment) {
    const std::size_t open = segment.text.find('{');
    const std::size_t close = segment.text.find('}', std::min(open, segment.text.size()));
    const bool suffixed = segment.captures && close != std::string_view::npos &&
                          close + 1 < segment.text.size() &&
                          segment.text.substr(0, open).find(':') == std::string_view::npos;
    return suffixed ? segment.text.substr(open, close - open + 1) : std::string_view();
}

/// Where a backend uses the bare name, the compiler tells that it is never filled.
bool is_used(const config::EndpointConfig& endpoint, std::string_view name) {
    return std::any_of(endpoint.backends.begin(), endpoint.backends.end(),
                       [name](const config::BackendConfig& backend) {
                           return backend.url_pattern.find(name) != std::string::npos;
                       });
}

void check_suffixed_parameter(const Subject& subject, Findings& findings) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        for (const PathSegment& segment :
             segments_of(endpoint.endpoint, syntax_of(subject.service))) {
            const std::string_view name = parameter_of(segment);
            if (!name.empty() && !is_used(endpoint, name)) {
                findings.at(endpoint.source, "endpoint",
                            quoted(segment.text) +
                                " is a parameter as a whole: it takes any "
                                "value, with that ending or without",
                            "let the parameter be a whole segment, as in /" + std::string(name));
            }
        }
    }
}

}  // namespace

constinit const Rule kSuffixedParameter = {
    .name = "suffixed-parameter",
    .severity = Severity::Warning,
    .summary = "text behind a `{name}` becomes part of the parameter's name",
    .explanation = R"(A parameter runs to the next slash and takes all of it into its name:
`/{file}.json` captures a parameter called `file.json`, whose value is the whole
segment. So the endpoint answers `/a` as well as `/a.json`, and there is no
`{file}` for backends.

Bad:
    "endpoint": "/{file}.json"

Good:
    "endpoint": "/{file}")",
    .check = check_suffixed_parameter,
};

}  // namespace aggregator::lint
