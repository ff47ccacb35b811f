#include <algorithm>

#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

/// Whether `allow` lets pass what `deny` was to keep back, which `filter-ignored` tells.
bool lets_through(const config::BackendConfig& backend) {
    return std::ranges::any_of(backend.deny, [&backend](const std::string& denied) {
        return std::ranges::any_of(backend.allow, [&denied](const std::string& allowed) {
            return denied == allowed || goes_on(denied, allowed);
        });
    });
}

void check(const Subject& subject, Findings& findings) {
    for_each_read(subject, [&](const auto&, const config::BackendConfig& backend) {
        // Beside a flatmap_filter both are ignored, which is told.
        if (backend.allow.empty() || backend.deny.empty() || !backend.flatmap.empty()) {
            return;
        }
        if (!lets_through(backend)) {
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
    .check = check,
};

}  // namespace aggregator::lint
