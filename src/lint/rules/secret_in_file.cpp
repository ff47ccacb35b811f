#include "lint/all_rules.hpp"
#include "lint/rules/secrets.hpp"

namespace aggregator::lint {

namespace {

void check_secret_in_file(const Subject& subject, Findings& findings) {
    for (const auto& file : subject.loaded.files) {
        if (file->is_environment) {
            continue;
        }
        for (const Secret& secret : secrets_in(file->document)) {
            findings.at({file.get(), secret.node}, "",
                        secret.what + " stands in the file: whoever can read it can use it",
                        "keep secrets out of configuration files, and replace this one: it has "
                        "been written down");
        }
    }
}

}  // namespace

constinit const Rule kSecretInFile = {
    .name = "secret-in-file",
    .severity = Severity::Warning,
    .summary = "a password, token or key stands in the file",
    .explanation = R"(Configuration files are kept in version control, copied into images and sent
around; a secret in them is soon known to many, and stays in the history after it
has been removed. Told are keys such as `password`, `token`, `secret`, `api_key`
and `Authorization` with a literal value, credentials in URLs, private keys, JSON
Web Tokens and the access keys of well-known services. The value itself is never
repeated.

Bad:
    "client_secret": "q7Jx...Vb2"

Good:
    "client_secret": "${CLIENT_SECRET}", filled in when the service is deployed)",
    .check = check_secret_in_file,
};

}  // namespace aggregator::lint
