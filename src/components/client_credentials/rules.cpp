#include "components/client_credentials/rules.hpp"

#include "components/client_credentials/settings.hpp"

namespace aggregator::components {

namespace {

void check_urls(const lint::Subject& subject, lint::Findings& findings) {
    lint::for_each_backend_section(
        subject, "auth/client-credentials", [&findings](const auto&, const auto&, const auto& one) {
            const auto& settings = static_cast<const ClientCredentialsSettings&>(*one.settings);
            if (!settings.host.tls) {
                findings.at(one.source, "token_url",
                            "whoever is on the way to " + reading::quoted(settings.source()) +
                                " can read the secret and every token",
                            "get tokens over https");
            }
        });
}

}  // namespace

constinit const lint::Rule kSecretInTheClear = {
    .name = "secret-in-the-clear",
    .severity = lint::Severity::Warning,
    .summary = "tokens for a backend are got over plain HTTP",
    .explanation =
        R"(The client's secret is sent with every request for a token, and the token comes
back on the same way. Over plain HTTP both can be read by whoever is on it.

Bad:
    "token_url": "http://id.example.com/oauth/token"

Good:
    "token_url": "https://id.example.com/oauth/token")",
    .check = check_urls,
};

}  // namespace aggregator::components
