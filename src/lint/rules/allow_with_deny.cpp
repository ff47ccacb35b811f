#include <aggregator/plan/idle_filters.hpp>

#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

void check_allow_with_deny(const Subject& subject, Findings& findings) {
    for_each_read(subject, [&](const auto&, const config::BackendConfig& backend) {
        // Beside a flatmap_filter both are ignored, which is told.
        if (backend.allow.empty() || backend.deny.empty() || !backend.flatmap.empty()) {
            return;
        }
        if (plan::allowed_again(backend).empty()) {  // else `filter-ignored` tells it
            findings.at(backend.source, "deny",
                        "`deny` is ignored, because " + title_of(backend) + " has an `allow`",
                        "remove it: what `allow` does not list goes anyway");
        }
    });
}

}  // namespace

constinit const Rule kAllowWithDeny = {
    .name = "allow-with-deny",
    .severity = Severity::Warning,
    .summary = "`deny` beside `allow` is ignored",
    .explanation =
        R"(A backend has one filter: if `allow` has an element, `deny` is not looked at. A
field that `deny` lists and `allow` lets pass is an error, `filter-ignored`.

Bad:
    "allow": ["name", "mail"], "deny": ["password"]

Good:
    "allow": ["name", "mail"])",
    .check = check_allow_with_deny,
};

}  // namespace aggregator::lint
