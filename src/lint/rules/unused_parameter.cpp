#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

void mark(const std::vector<plan::Backend>& backends, const Names& names, std::vector<bool>& used) {
    for (const plan::Backend& backend : backends) {
        for (const std::uint32_t index : backend.target.used()) {
            for (std::size_t i = 0; index < names.size() && i < names.size(); ++i) {
                used[i] = used[i] || same_parameter(names[i], names[index]);
            }
        }
    }
}

/// Whether it is written as a parameter of that name: suffixes and colons are told by themselves.
bool is_plain(const std::string& name, std::string_view endpoint) {
    return endpoint.find('{' + name + '}') != std::string_view::npos;
}

Names unused(const config::EndpointConfig& config, const plan::Endpoint& endpoint,
             plan::ParamSyntax syntax) {
    const Names names = plan::parameter_names(config.endpoint, syntax);
    std::vector<bool> used(names.size(), false);
    mark(endpoint.backends, names, used);
    mark(endpoint.shadows, names, used);
    Names left;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (!used[i] && is_plain(names[i], config.endpoint)) {
            left.push_back(quoted('{' + names[i] + '}'));
        }
    }
    return left;
}

void check_unused_parameter(const Subject& subject, Findings& findings) {
    if (subject.plan == nullptr) {
        return;
    }
    const auto& endpoints = subject.service.endpoints;
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
        const Names left =
            unused(endpoints[i], subject.plan->endpoints[i], syntax_of(subject.service));
        if (!left.empty()) {
            findings.at(endpoints[i].source, "endpoint",
                        "no backend uses " + enumerated(left) + " of " + title_of(endpoints[i]) +
                            ": every value gets the same answer",
                        "write it into a `url_pattern`: in the path, or as ?name={name}");
        }
    }
}

}  // namespace

constinit const Rule kUnusedParameter = {
    .name = "unused-parameter",
    .severity = Severity::Warning,
    .summary = "a `{name}` in an endpoint's path that no backend uses",
    .explanation = R"(What a `{name}` in the path captures goes to the backends only where a
`url_pattern` has the same `{name}`. If none has, every value is accepted and
gets the same answer, which is most often an oversight.

Bad:
    "endpoint": "/users/{id}", "backend": [{ "url_pattern": "/users" }]

Good:
    "endpoint": "/users/{id}", "backend": [{ "url_pattern": "/users/{id}" }])",
    .check = check_unused_parameter,
};

}  // namespace aggregator::lint
