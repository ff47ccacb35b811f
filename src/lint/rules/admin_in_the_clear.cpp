#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

bool is_loopback(std::string_view address) {
    return address.starts_with("127.") || address == "::1";
}

void check_admin_in_the_clear(const Subject& subject, Findings& findings) {
    const auto& admin = subject.service.admin;
    if (admin && !is_loopback(admin->address)) {
        findings.at(subject.service.places.admin, "listen",
                    "the token of the management interface crosses the network in the clear",
                    "listen on 127.0.0.1, and put a proxy with TLS in front");
    }
}

}  // namespace

constinit const Rule kAdminInTheClear = {
    .name = "admin-in-the-clear",
    .severity = Severity::Warning,
    .summary = "the management interface listens beyond this machine",
    .explanation =
        R"(It speaks plain HTTP: whoever can listen on the way gets the token, and with it the
right to send copies of all requests elsewhere. On a loopback address nobody can;
a proxy beside it can speak TLS to the rest of the network.

Bad:
    "admin": { "listen": "0.0.0.0:8090", "token_file": "/run/secrets/token" }

Good:
    "admin": { "listen": "127.0.0.1:8090", "token_file": "/run/secrets/token" })",
    .check = check_admin_in_the_clear,
};

}  // namespace aggregator::lint
