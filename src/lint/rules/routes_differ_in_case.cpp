#include <aggregator/plan/path.hpp>

#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

/// The endpoint to which other spellings of this one's path are redirected, if it is another one.
const config::EndpointConfig* winner_over(const Subject& subject,
                                          const config::EndpointConfig& endpoint) {
    const plan::Routes* const routes = subject.plan->routes.of(endpoint.method);
    // A `{name}` in the path is as good a value for itself as any other.
    const auto canonical = routes->match_ignoring_case(plan::clean_path(endpoint.endpoint));
    std::vector<std::string_view> values;
    const auto index = canonical ? routes->match(*canonical, values) : std::nullopt;
    const auto* const winner = index ? &subject.service.endpoints[*index] : &endpoint;
    return winner == &endpoint ? nullptr : winner;
}

void check_routes_differ_in_case(const Subject& subject, Findings& findings) {
    if (subject.plan == nullptr || subject.service.router.disable_redirect_fixed_path) {
        return;
    }
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        const config::EndpointConfig* const winner = winner_over(subject, endpoint);
        if (winner != nullptr) {
            findings.at(endpoint.source, "endpoint",
                        title_of(endpoint) + " differs from " + title_of(*winner) +
                            " in the case of letters alone: a request in any third spelling is "
                            "redirected to the latter",
                        "keep one of the two");
        }
    }
}

}  // namespace

constinit const Rule kRoutesDifferInCase = {
    .name = "routes-differ-in-case",
    .severity = Severity::Warning,
    .summary = "two endpoints whose paths differ in the case of letters alone",
    .explanation = R"(Paths are matched with the case of their letters, and a request that matches
nothing is redirected to an endpoint that differs in case alone. If two endpoints
do, the first one in the configuration gets all of these requests. Nearly always
one of the two is a slip.

Bad:
    { "endpoint": "/Users" }, { "endpoint": "/users" }

Good:
    { "endpoint": "/users" })",
    .check = check_routes_differ_in_case,
};

}  // namespace aggregator::lint
