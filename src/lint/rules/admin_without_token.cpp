#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

void check_admin_without_token(const Subject& subject, Findings& findings) {
    const auto& admin = subject.service.admin;
    if (admin && admin->token.empty()) {
        findings.at(subject.service.places.admin, "",
                    "any user of this machine can switch shadows and send copies to other hosts",
                    "write `token_file`");
    }
}

}  // namespace

constinit const Rule kAdminWithoutToken = {
    .name = "admin-without-token",
    .severity = Severity::Advice,
    .summary = "a management interface without a token",
    .explanation =
        R"(Without a token it listens on a loopback address alone, but every user and every
process of the machine can talk to it: a service that can be made to fetch an
address is enough.

Bad:
    "admin": {}

Good:
    "admin": { "token_file": "/run/secrets/aggregator-token" })",
    .check = check_admin_without_token,
};

}  // namespace aggregator::lint
