#include "components/api_keys/rules.hpp"

#include <algorithm>
#include <string>

#include <aggregator/base/text.hpp>

#include "components/api_keys/settings.hpp"

namespace aggregator::components {

namespace {

using reading::Configured;

constexpr std::string_view kName = "auth/api-keys";

/// The service's section; null if it has none.
const Configured* declaring(const lint::Subject& subject) {
    const auto& all = subject.service.components;
    const auto found =
        std::ranges::find_if(all, [](const Configured& one) { return one.name == kName; });
    return found == all.end() ? nullptr : &*found;
}

const DeclaredKeys& declared_by(const Configured& one) {
    return static_cast<const DeclaredKeys&>(*one.settings);
}

/// Calls `visit(endpoint, section, settings)` for each endpoint that asks.
template <typename Visit>
void each_asking(const lint::Subject& subject, const Visit& visit) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        for (const Configured& one : endpoint.components) {
            if (one.name == kName) {
                visit(endpoint, one, static_cast<const AskedKeys&>(*one.settings));
            }
        }
    }
}

void check_asked(const lint::Subject& subject, lint::Findings& findings) {
    const Configured* const declared = declaring(subject);
    bool asked = false;
    each_asking(subject, [&asked](const auto&, const auto&, const auto&) { asked = true; });
    if (declared != nullptr && !asked) {
        findings.at(declared->source, "",
                    "no endpoint asks for a key: the service's `auth/api-keys` declares keys and "
                    "protects nothing by itself",
                    R"(write "auth/api-keys": {"roles": [...]} into each endpoint to protect)");
    }
}

void check_declared(const lint::Subject& subject, lint::Findings& findings) {
    const Configured* const declared = declaring(subject);
    if (declared != nullptr && !declared_by(*declared).keys.empty()) {
        return;
    }
    each_asking(subject, [&findings](const auto&, const Configured& one, const auto&) {
        findings.at(one.source, "", "nobody has a key: the service declares none",
                    "write `keys` or `keys_file` into the service's `auth/api-keys`");
    });
}

void check_hash(const lint::Subject& subject, lint::Findings& findings) {
    const Configured* const declared = declaring(subject);
    if (declared != nullptr && declared_by(*declared).hash == KeyHash::Fnv128) {
        findings.at(declared->source, "hash",
                    "fnv128 is no cryptographic hash: who gets the file can make keys that fit",
                    "use sha256");
    }
}

void check_plain(const lint::Subject& subject, lint::Findings& findings) {
    const Configured* const declared = declaring(subject);
    const json::Node* const keys =
        declared == nullptr ? nullptr : reading::written(declared->source, "keys");
    if (keys == nullptr || declared_by(*declared).hash != KeyHash::Plain) {
        return;
    }
    const json::Document& document = declared->source.file->document;
    for (std::size_t i = 0; i < keys->elements.size(); ++i) {
        const json::Node* const key = document.member(document.at(keys->elements[i]), "key");
        if (key != nullptr && key->kind == json::Kind::String) {
            findings.at(declared->source, {"keys", i},
                        "a key stands in the file as it is: whoever can read it can use it",
                        R"(write {"file": "path"} or {"env": "NAME"}, or store its sha256)");
        }
    }
}

void check_query(const lint::Subject& subject, lint::Findings& findings) {
    const Configured* const declared = declaring(subject);
    if (declared != nullptr && declared_by(*declared).place == KeyPlace::Query) {
        findings.at(declared->source, "strategy",
                    "keys in the query string get into histories, bookmarks and other logs",
                    "use the strategy `header`");
    }
    each_asking(subject, [&findings](const auto&, const Configured& one, const AskedKeys& asked) {
        if (asked.place == KeyPlace::Query) {
            findings.at(one.source, "strategy",
                        "keys in the query string get into histories, bookmarks and other logs",
                        "use the strategy `header`");
        }
    });
}

void check_forwarded(const lint::Subject& subject, lint::Findings& findings) {
    const Configured* const declared = declaring(subject);
    if (declared == nullptr || declared_by(*declared).propagate_role.empty()) {
        return;
    }
    const std::string& header = declared_by(*declared).propagate_role;
    each_asking(subject, [&](const config::EndpointConfig& endpoint, const Configured& one,
                             const AskedKeys&) {
        const bool passes =
            std::ranges::any_of(endpoint.input_headers, [&header](const std::string& name) {
                return name == "*" || base::equal_ignoring_case(name, header);
            });
        if (!passes) {
            findings.at(one.source, "",
                        "the role reaches no backend: the endpoint does not let " +
                            reading::quoted(header) + " in",
                        "add it to the endpoint's `input_headers`");
        }
    });
}

void check_roles(const lint::Subject& subject, lint::Findings& findings) {
    const Configured* const declared = declaring(subject);
    if (declared == nullptr || declared_by(*declared).keys.empty()) {
        return;
    }
    each_asking(subject, [&](const auto&, const Configured& one, const AskedKeys& asked) {
        for (std::size_t i = 0; i < asked.roles.size() && !asked.any; ++i) {
            if (!declared_by(*declared).has_role(asked.roles[i])) {
                findings.at(one.source, {"roles", i},
                            "no key has the role " + reading::quoted(asked.roles[i]),
                            "give it to a key of the service, or remove it");
            }
        }
    });
}

}  // namespace

constinit const lint::Rule kApiKeysAskedByNobody = {
    .name = "api-keys-asked-by-nobody",
    .severity = lint::Severity::Warning,
    .summary = "keys are declared, and no endpoint asks for one",
    .explanation =
        R"(The service's `auth/api-keys` declares keys for the endpoints that ask for one.
An endpoint asks with a section of its own; without one it is open.

Bad:
    { "extra_config": { "auth/api-keys": { "keys": [...] } },
      "endpoints": [{ "endpoint": "/a", "backend": [...] }] }

Good:
    { "endpoint": "/a", "extra_config": { "auth/api-keys": { "roles": ["ANY"] } } })",
    .check = check_asked,
};

constinit const lint::Rule kApiKeysUndeclared = {
    .name = "api-keys-undeclared",
    .severity = lint::Severity::Error,
    .summary = "an endpoint asks for a key, and the service has none",
    .explanation = R"(An endpoint's `auth/api-keys` lets in keys that the service declares. If there
are none every request is refused, which is never what was meant.

Bad:
    "extra_config": { "auth/api-keys": { "roles": ["ANY"] } }     (nothing at the service)

Good:
    "extra_config": { "auth/api-keys": { "keys_file": "keys.json" } }     (at the service))",
    .check = check_declared,
};

constinit const lint::Rule kFnv128KeyHash = {
    .name = "fnv128-key-hash",
    .severity = lint::Severity::Warning,
    .summary = "keys are stored by a hash that can be turned round",
    .explanation = R"(FNV is made for tables, not for secrets: who gets the stored keys can work out
texts that hash to the same within moments.

Bad:
    "hash": "fnv128"

Good:
    "hash": "sha256")",
    .check = check_hash,
};

constinit const lint::Rule kKeyInQuery = {
    .name = "key-in-query",
    .severity = lint::Severity::Advice,
    .summary = "keys come in the query string",
    .explanation = R"(A URL with its query string is written down in many places that are not meant
for secrets: histories, bookmarks, the logs of every proxy on the way, the
Referer of the next page. The gateway itself keeps keys out of its log.

Bad:
    "strategy": "query_string"

Good:
    "strategy": "header", "identifier": "X-Key")",
    .check = check_query,
};

constinit const lint::Rule kPlainKeyInFile = {
    .name = "plain-key-in-file",
    .severity = lint::Severity::Warning,
    .summary = "a key stands in the configuration as it is",
    .explanation = R"(Configurations are copied, reviewed and kept for years. A key belongs into a
file of its own or the environment, or is stored as a hash.

Bad:
    "keys": [{ "key": "3f9c1d2b8e7a4f60" }]

Good:
    "keys": [{ "key": { "file": "/run/secrets/partner" } }])",
    .check = check_plain,
};

constinit const lint::Rule kRoleNotForwarded = {
    .name = "role-not-forwarded",
    .severity = lint::Severity::Warning,
    .summary = "`propagate_role` reaches no backend",
    .explanation = R"(What components put into headers passes the same lists as what clients send: a
header that the endpoint does not let in goes to no backend.

Bad:
    "propagate_role": "X-Role"     (the endpoint has no `input_headers`)

Good:
    "input_headers": ["X-Role"])",
    .check = check_forwarded,
};

constinit const lint::Rule kRoleOfNoKey = {
    .name = "role-of-no-key",
    .severity = lint::Severity::Warning,
    .summary = "an endpoint asks for a role that no key has",
    .explanation = R"(It may be misspelt: then keys that were to be let in are refused.

Bad:
    "roles": ["admn"]     (the keys have "admin")

Good:
    "roles": ["admin"])",
    .check = check_roles,
};

}  // namespace aggregator::components
