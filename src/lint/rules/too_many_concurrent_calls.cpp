#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

constexpr int kUsualCallsMax = 5;

void check_too_many_concurrent_calls(const Subject& subject, Findings& findings) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        if (endpoint.concurrent_calls > kUsualCallsMax) {
            findings.at(endpoint.source, "concurrent_calls",
                        "every request to " + title_of(endpoint) + " asks each backend " +
                            std::to_string(endpoint.concurrent_calls) +
                            " times; other readers of the format allow 5",
                        "2 or 3 bring most of the gain");
        }
    }
}

}  // namespace

constinit const Rule kTooManyConcurrentCalls = {
    .name = "too-many-concurrent-calls",
    .severity = Severity::Advice,
    .summary = "more than 5 `concurrent_calls`",
    .explanation =
        R"(Each backend of the endpoint is asked `concurrent_calls` times for one request,
so its load is multiplied by that number, and soon grows more than the wait
shrinks. The schema of the format allows 1 to 5.

Bad:
    "concurrent_calls": 20

Good:
    "concurrent_calls": 2)",
    .check = check_too_many_concurrent_calls,
};

}  // namespace aggregator::lint
