#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

/// What `deny` was to keep back and `allow` lets pass; empty if there is none.
std::string_view leak_of(const config::BackendConfig& backend) {
    for (const std::string& denied : backend.deny) {
        for (const std::string& allowed : backend.allow) {
            if (denied == allowed || goes_on(denied, allowed)) {
                return denied;
            }
        }
    }
    return {};
}

void check(const Subject& subject, Findings& findings) {
    for_each_read(subject, [&](const auto&, const config::BackendConfig& backend) {
        // Beside a flatmap_filter both are ignored, which is told.
        if (backend.allow.empty() || backend.deny.empty() || !backend.flatmap.empty()) {
            return;
        }
        const std::string_view leak = leak_of(backend);
        findings.at(backend.source, "deny",
                    "`deny` is ignored, because " + title_of(backend) + " has an `allow`" +
                        (leak.empty() ? "" : ": clients get " + quoted(leak)),
                    leak.empty() ? "remove it: what `allow` does not list goes anyway"
                                 : "list in `allow` what clients may have, one by one");
    });
}

}  // namespace

constinit const Rule kAllowWithDeny = {
    .name = "allow-with-deny",
    .severity = Severity::Warning,
    .summary = "`deny` beside `allow` is ignored",
    .explanation =
        R"(A backend has one filter: if `allow` has an element, `deny` is not looked at. A
field that `deny` lists and `allow` lets pass reaches the clients.

Bad:
    "allow": ["user"], "deny": ["user.password"]

Good:
    "allow": ["user.name", "user.mail"])",
    .check = check,
};

}  // namespace aggregator::lint
