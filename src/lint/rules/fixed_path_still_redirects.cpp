#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

void check_fixed_path_still_redirects(const Subject& subject, Findings& findings) {
    const config::RouterConfig& router = subject.service.router;
    if (router.disable_redirect_trailing_slash && !router.disable_redirect_fixed_path) {
        findings.at(subject.service.places.router, "disable_redirect_trailing_slash",
                    "requests with or without a trailing slash are redirected all the same: the "
                    "correction of paths does it too",
                    "set `disable_redirect_fixed_path` to true as well");
    }
}

}  // namespace

constinit const Rule kFixedPathStillRedirects = {
    .name = "fixed-path-still-redirects",
    .severity = Severity::Warning,
    .summary = "`disable_redirect_trailing_slash` has no effect by itself",
    .explanation = R"(A path that no endpoint has is tried with its trailing slash added or removed,
then corrected: double slashes, dots, the case of letters, and the trailing slash
again. Only both options together stop the redirect from /a/ to /a.

Bad:
    "router": { "disable_redirect_trailing_slash": true }

Good:
    "router": { "disable_redirect_trailing_slash": true, "disable_redirect_fixed_path": true })",
    .check = check_fixed_path_still_redirects,
};

}  // namespace aggregator::lint
