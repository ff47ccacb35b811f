#include "components/hedge/rules.hpp"

#include <functional>

namespace aggregator::components {

namespace {

constexpr std::string_view kSection = "backend/hedge";

void check_shadows(const lint::Subject& subject, lint::Findings& findings) {
    lint::for_each_backend_section(
        subject, kSection, [&findings](const auto&, const auto& backend, const auto& section) {
            if (backend.shadow) {
                findings.at(section.source, "after",
                            "a copy is sent once: `backend/hedge` of a shadow has no effect",
                            "remove it");
            }
        });
}

void check_copies(const lint::Subject& subject, lint::Findings& findings) {
    lint::for_each_backend_section(
        subject, kSection, [&findings](const auto& endpoint, const auto& backend, const auto& one) {
            if (endpoint.concurrent_calls > 1 && !backend.shadow) {
                findings.at(one.source, "after",
                            "the endpoint calls each backend " +
                                std::to_string(endpoint.concurrent_calls) +
                                " times at once (`concurrent_calls`), and would call it once more",
                            "keep one of the two");
            }
        });
}

}  // namespace

constinit const lint::Rule kHedgeOnShadow = {
    .name = "hedge-on-shadow",
    .severity = lint::Severity::Warning,
    .summary = "`backend/hedge` of a shadow has no effect",
    .explanation = R"(A shadow is called once for each request that is copied, however slow it is.

Bad:
    "proxy": { "shadow": true }, "backend/hedge": { "after": "50ms" }

Good:
    "proxy": { "shadow": true })",
    .check = check_shadows,
};

constinit const lint::Rule kHedgeWithConcurrentCalls = {
    .name = "hedge-with-concurrent-calls",
    .severity = lint::Severity::Error,
    .summary = "an endpoint has both `concurrent_calls` and `backend/hedge`",
    .explanation = R"(Both make several calls and take the first answer: `concurrent_calls` always
and at once, `backend/hedge` only for the slow ones and within a budget. Together
each of the concurrent calls would be repeated.

Bad:
    "concurrent_calls": 3, "backend": [{ "extra_config": {
        "backend/hedge": { "after": "50ms" } } }]

Good:
    "backend": [{ "extra_config": { "backend/hedge": { "after": "50ms" } } }])",
    .check = check_copies,
};

}  // namespace aggregator::components
