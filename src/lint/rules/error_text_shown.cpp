#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

void check_error_text_shown(const Subject& subject, Findings& findings) {
    if (subject.service.router.return_error_msg) {
        findings.at(subject.service.places.router, "return_error_msg",
                    "clients are shown the text of errors, names and addresses of backends in it",
                    "a header of the reply names the kind of failure without it");
    }
}

}  // namespace

constinit const Rule kErrorTextShown = {
    .name = "error-text-shown",
    .severity = Severity::Advice,
    .summary = "`return_error_msg` shows clients what failed inside",
    .explanation = R"(A request whose backends all failed is answered with an empty body, and a
header names the kind of failure. With `return_error_msg` the body has the text
of the errors, which may name hosts, addresses and ports of backends.

Bad:
    "extra_config": { "router": { "return_error_msg": true } }

Good:
    "extra_config": { "router": { "return_error_msg": false } })",
    .check = check_error_text_shown,
};

}  // namespace aggregator::lint
