#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

using Strategy = config::StaticConfig::Strategy;

void check_static_hides_failure(const Subject& subject, Findings& findings) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        const auto& fixed = endpoint.fixed;
        // Without data, and where it passes through, more is told.
        const bool covers = fixed && fixed->strategy == Strategy::Always && !fixed->data.empty();
        if (covers && !passes_through(endpoint)) {
            findings.at(static_of(endpoint), "strategy",
                        "if no backend of " + title_of(endpoint) +
                            " answers, clients get status 200 and the static data alone",
                        "write \"strategy\": \"success\" to add it where no backend failed, or " +
                            std::string("\"incomplete\" if failures are to be covered"));
        }
    }
}

}  // namespace

constinit const Rule kStaticHidesFailure = {
    .name = "static-hides-failure",
    .severity = Severity::Warning,
    .summary = "static data that turn every failure into a reply with status 200",
    .explanation = R"(The strategy `always`, which is the default, adds the static data to failures
too: if no backend answers, clients get status 200 and the static data alone.
With `success` the data are added if no backend failed. The strategies `errored`
and `incomplete` are there to cover failures, and are not told.

Bad:
    "static": { "data": { "source": "shop" } }

Good:
    "static": { "strategy": "success", "data": { "source": "shop" } })",
    .check = check_static_hides_failure,
};

}  // namespace aggregator::lint
