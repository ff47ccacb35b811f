#include "components/retry/rules.hpp"

namespace aggregator::components {

namespace {

void check_shadows(const lint::Subject& subject, lint::Findings& findings) {
    lint::for_each_backend_section(
        subject, "backend/retry", [&findings](const auto&, const auto& backend, const auto& one) {
            if (backend.shadow) {
                findings.at(one.source, "attempts",
                            "a copy is sent once: `backend/retry` of a shadow has no effect",
                            "remove it");
            }
        });
}

}  // namespace

constinit const lint::Rule kRetryOnShadow = {
    .name = "retry-on-shadow",
    .severity = lint::Severity::Warning,
    .summary = "`backend/retry` of a shadow has no effect",
    .explanation = R"(A shadow is called once for each request that is copied, whatever becomes of
the copy.

Bad:
    "proxy": { "shadow": true }, "backend/retry": { "attempts": 3 }

Good:
    "proxy": { "shadow": true })",
    .check = check_shadows,
};

}  // namespace aggregator::components
