#include "lint/all_rules.hpp"
#include "lint/rules/late.hpp"

namespace aggregator::lint {

namespace {

/// Whether the plan takes values out of answers for a shadow.
bool takes_values(const plan::Endpoint& endpoint, std::size_t index) {
    const auto found = std::find_if(endpoint.shadows.begin(), endpoint.shadows.end(),
                                    [index](const auto& one) { return one.index == index; });
    return found != endpoint.shadows.end() && !found->late.empty();
}

void check_endpoint(const config::EndpointConfig& config, const plan::Endpoint& endpoint,
                    Findings& findings) {
    for (std::size_t i = 0; i < config.backends.size(); ++i) {
        const config::BackendConfig& backend = config.backends[i];
        const Names names = placeholders_with("resp", backend);
        if (backend.shadow && !names.empty() && !takes_values(endpoint, i)) {
            findings.at(backend.source, "url_pattern",
                        names.front() + and_more(names.size()) +
                            (names.size() == 1 ? " is" : " are") +
                            " never filled: a shadow does not wait for answers",
                        "use what the request itself has: a parameter of the endpoint's path");
        }
    }
}

void check(const Subject& subject, Findings& findings) {
    for (std::size_t i = 0; subject.plan != nullptr && i < subject.plan->endpoints.size(); ++i) {
        check_endpoint(subject.service.endpoints[i], subject.plan->endpoints[i], findings);
    }
}

}  // namespace

constinit const Rule kShadowPlaceholder = {
    .name = "shadow-placeholder",
    .severity = Severity::Warning,
    .summary = "a `{respN_...}` in the `url_pattern` of a shadow, which is never filled",
    .explanation =
        R"(A shadow is asked when the request comes, not when another backend has answered,
so it has no values of answers: it is asked for a path with these very braces in
it.

Bad:
    { "url_pattern": "/v2/orders/{resp0_id}",
      "extra_config": { "proxy": { "shadow": true } } }

Good:
    { "url_pattern": "/v2/users/{id}",
      "extra_config": { "proxy": { "shadow": true } } })",
    .check = check,
};

}  // namespace aggregator::lint
