#include "components/auth_validator/rules.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <aggregator/base/text.hpp>

#include "components/auth_validator/settings.hpp"

namespace aggregator::components {

namespace {

using reading::Configured;

/// Calls `show(endpoint, section, settings)` for each validator of an endpoint.
template <typename Show>
void each_validator(const lint::Subject& subject, const Show& show) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        for (const Configured& one : endpoint.components) {
            if (one.name == "auth/validator") {
                show(endpoint, one, static_cast<const ValidatorSettings&>(*one.settings));
            }
        }
    }
}

bool lets_in(const std::vector<std::string>& headers, const std::string& name) {
    return std::any_of(headers.begin(), headers.end(), [&name](const std::string& one) {
        return one == "*" || base::equal_ignoring_case(one, name);
    });
}

void check_claims(const lint::Subject& subject, lint::Findings& findings) {
    each_validator(subject, [&findings](const config::EndpointConfig& endpoint,
                                        const Configured& place, const ValidatorSettings& one) {
        for (std::size_t i = 0; i < one.propagate.size(); ++i) {
            const std::string& header = one.propagate[i].header;
            if (!lets_in(endpoint.input_headers, header)) {
                findings.at(place.source, {"propagate_claims", i},
                            "the claim " + reading::quoted(one.propagate[i].claim) +
                                " reaches no backend: the endpoint does not let " +
                                reading::quoted(header) + " in",
                            "add it to the endpoint's `input_headers`");
            }
        }
    });
}

void check_urls(const lint::Subject& subject, lint::Findings& findings) {
    each_validator(
        subject, [&findings](const auto&, const Configured& place, const ValidatorSettings& one) {
            const auto plain = std::find_if(one.urls.begin(), one.urls.end(),
                                            [](const KeyUrl& url) { return !url.host.tls; });
            if (plain != one.urls.end()) {
                findings.at(place.source, "disable_jwk_security",
                            "whoever is on the way to " + reading::quoted(plain->text) +
                                " can replace the keys, and with them sign any token",
                            "fetch keys over https");
            }
        });
}

void check_issuer(const lint::Subject& subject, lint::Findings& findings) {
    each_validator(subject,
                   [&findings](const auto&, const Configured& place, const ValidatorSettings& one) {
                       if (one.issuer.empty() && !one.urls.empty()) {
                           findings.at(place.source, {""},
                                       "tokens of every issuer that signs with these keys are "
                                       "accepted: there is no `issuer`",
                                       "write what `iss` of your tokens says");
                       }
                   });
}

void check_audience(const lint::Subject& subject, lint::Findings& findings) {
    each_validator(subject,
                   [&findings](const auto&, const Configured& place, const ValidatorSettings& one) {
                       if (one.audience.empty() && !one.urls.empty()) {
                           findings.at(place.source, {""},
                                       "tokens that were issued for other services are "
                                       "accepted: there is no `audience`",
                                       "write what `aud` of your tokens says");
                       }
                   });
}

void check_roles(const lint::Subject& subject, lint::Findings& findings) {
    each_validator(subject, [&findings](const auto&, const Configured& place,
                                        const ValidatorSettings& one) {
        const json::Document& document = place.source.file->document;
        if (!one.roles.empty() && document.member(*place.source.node, "roles_key") == nullptr) {
            findings.at(place.source, "roles",
                        "the roles are looked for in the claim `roles`: there is no `roles_key`",
                        "write the claim that has them, for instance `realm_access.roles`");
        }
    });
}

/// `role_admin`, `ROLE_ADMIN`, `role:admin`
bool is_role_shaped(std::string_view scope) {
    constexpr std::string_view kRole = "role";
    return scope.size() > kRole.size() &&
           base::equal_ignoring_case(scope.substr(0, kRole.size()), kRole) &&
           std::string_view("_-:.").find(scope[kRole.size()]) != std::string_view::npos;
}

void check_scopes(const lint::Subject& subject, lint::Findings& findings) {
    each_validator(
        subject, [&findings](const auto&, const Configured& place, const ValidatorSettings& one) {
            for (std::size_t i = 0; i < one.scopes.size(); ++i) {
                if (is_role_shaped(one.scopes[i])) {
                    findings.at(place.source, {"scopes", i},
                                reading::quoted(one.scopes[i]) +
                                    " is called like a role, and is "
                                    "looked for among the scopes in " +
                                    reading::quoted(one.scopes_key),
                                "roles stand in `roles`, and their claim in `roles_key`");
                }
            }
        });
}

void check_expiry(const lint::Subject& subject, lint::Findings& findings) {
    each_validator(
        subject, [&findings](const auto&, const Configured& place, const ValidatorSettings& one) {
            const auto& claims = one.require_claims;
            if (std::find(claims.begin(), claims.end(), "exp") == claims.end()) {
                findings.at(place.source, {""}, "a token without `exp` is accepted for ever",
                            "add `\"require_claims\": [\"exp\"]`");
            }
        });
}

}  // namespace

constinit const lint::Rule kClaimNotForwarded = {
    .name = "claim-not-forwarded",
    .severity = lint::Severity::Warning,
    .summary = "a header of `propagate_claims` that reaches no backend",
    .explanation =
        R"(A claim that is put into a header passes like a header of the client: only if
the endpoint's `input_headers` let it in.

Bad:
    "auth/validator": { "propagate_claims": [["sub", "X-User"]], ... }

Good:
    "input_headers": ["X-User"], beside that)",
    .check = check_claims,
};

constinit const lint::Rule kJwkInsecure = {
    .name = "jwk-insecure",
    .severity = lint::Severity::Warning,
    .summary = "keys of tokens are fetched over plain HTTP",
    .explanation =
        R"(Whoever can change what the key server answers can sign tokens that are accepted.
Over plain HTTP that is everybody on the way to it. `disable_jwk_security` is for
tests on one machine.

Bad:
    "jwk_url": "http://id.example.com/keys", "disable_jwk_security": true

Good:
    "jwk_url": "https://id.example.com/keys")",
    .check = check_urls,
};

constinit const lint::Rule kJwkSkipped = {
    .name = "jwk-skipped",
    .severity = lint::Severity::Warning,
    .summary = "a key in a file of keys that is not used",
    .explanation =
        R"(A key serves only what it is for: its type, `alg`, `use` and `key_ops` have to fit
the validator's `alg`, and it has to be long enough (RFC 7518, RFC 8725). All others
in the file are passed over, and tokens that they signed are refused.

Bad:
    { "keys": [{ "kty": "oct", "kid": "a", "k": "c2hvcnQ" }] }   for HS256

Good:
    a key of 32 bytes at least)",
};

constinit const lint::Rule kNoAudience = {
    .name = "no-audience",
    .severity = lint::Severity::Advice,
    .summary = "an `auth/validator` that accepts tokens for other services",
    .explanation =
        R"(An identity server signs the tokens of all services with the same keys. A token
that a user gave to another service is good here as well, unless `audience` says
whom tokens have to be for (RFC 8725, section 3.9).

Bad:
    "auth/validator": { "alg": "RS256", "jwk_url": "https://id.example.com/keys" }

Good:
    "audience": ["shop"], beside that)",
    .check = check_audience,
};

constinit const lint::Rule kNoIssuer = {
    .name = "no-issuer",
    .severity = lint::Severity::Advice,
    .summary = "an `auth/validator` that does not say whose tokens it accepts",
    .explanation =
        R"(Several issuers may share one set of keys, such as the tenants of a hosted identity
server. `issuer` says whose tokens are accepted (RFC 8725, section 3.8).

Bad:
    "auth/validator": { "alg": "RS256", "jwk_url": "https://id.example.com/keys" }

Good:
    "issuer": "https://id.example.com/", beside that)",
    .check = check_issuer,
};

constinit const lint::Rule kRoleShapedScope = {
    .name = "role-shaped-scope",
    .severity = lint::Severity::Advice,
    .summary = "a scope that is called like a role",
    .explanation =
        R"(A scope is what a client may do in the name of a user, a role is what the user is.
They stand in claims of their own, and who has not enough gets another answer:
`scope_missing`, which a client may mend by asking for a wider token, or
`token_forbidden`.

Bad:
    "scopes": ["ROLE_ADMIN"], "scopes_key": "scope"

Good:
    "roles": ["ROLE_ADMIN"], "roles_key": "authorities")",
    .check = check_scopes,
};

constinit const lint::Rule kRolesKeyMissing = {
    .name = "roles-key-missing",
    .severity = lint::Severity::Advice,
    .summary = "`roles` without `roles_key`",
    .explanation =
        R"(Without `roles_key` the roles are looked for in the claim `roles`. Most identity
servers call it otherwise, and then nobody is let in.

Bad:
    "roles": ["admin"]

Good:
    "roles": ["admin"], "roles_key": "realm_access.roles")",
    .check = check_roles,
};

constinit const lint::Rule kTokenWithoutExpiryAccepted = {
    .name = "token-without-expiry-accepted",
    .severity = lint::Severity::Advice,
    .summary = "tokens without an end are accepted",
    .explanation =
        R"(A token that has no `exp` never expires. Whoever gets hold of one can use it until
its key is replaced.

Bad:
    "auth/validator": { "alg": "RS256", "jwk_url": "https://id.example.com/keys" }

Good:
    "require_claims": ["exp"], beside that)",
    .check = check_expiry,
};

}  // namespace aggregator::components
