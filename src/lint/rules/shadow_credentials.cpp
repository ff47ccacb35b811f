#include "lint/all_rules.hpp"
#include "lint/rules/shadows.hpp"

namespace aggregator::lint {

namespace {

using config::ShadowRequestConfig;

constexpr std::string_view kCredentials[] = {"Authorization", "Cookie", "X-Api-Key"};

/// The credentials of clients that reach the shadow by themselves.
Names passed(const Subject& subject, const Shadow& shadow) {
    Names names;
    Names known(std::begin(kCredentials), std::end(kCredentials));
    const Names& more = subject.service.shadow.credential_headers;
    known.insert(known.end(), more.begin(), more.end());
    for (const std::string& header : known) {
        const auto& own = shadow.backend.input_headers;
        if (lets_in(shadow.endpoint, header) && (own.empty() || lists_header(own, header))) {
            names.push_back(quoted(header));
        }
    }
    return names;
}

/// The credential that a header's value is made of; empty if there is none.
std::string_view copied_in(const ShadowRequestConfig::Header& header) {
    const std::string text = base::to_lower(header.value);
    for (const std::string_view credential : kCredentials) {
        if (text.find("header." + base::to_lower(credential)) != std::string::npos) {
            return credential;
        }
    }
    return {};
}

std::string_view key_of(const ShadowRequestConfig::Header& header) {
    return written(header.source, header.name) == nullptr ? "value" : std::string_view(header.name);
}

void check_headers(const Shadow& shadow, const std::vector<ShadowRequestConfig::Header>& headers,
                   Findings& findings) {
    for (const ShadowRequestConfig::Header& header : headers) {
        const std::string_view credential = copied_in(header);
        if (!credential.empty()) {
            findings.at(header.source, key_of(header),
                        quoted(credential) + " of every client goes in " + quoted(header.name) +
                            " to " + title_of(shadow) + ", at a host that is no live one",
                        "take it out, or name the host in `allowed_hosts`");
        }
    }
}

void check(const Subject& subject, Findings& findings) {
    for_each_shadow(subject, [&](const Shadow& shadow) {
        if (shadow.plan == nullptr || !shadow.plan->rules->foreign) {
            return;
        }
        const ShadowRequestConfig& request = shadow.config.request;
        check_headers(shadow, request.set, findings);
        check_headers(shadow, request.add, findings);
        const Names names = passed(subject, shadow);
        if (request.credentials != ShadowRequestConfig::Credentials::Pass || names.empty()) {
            return;
        }
        const ShadowSpot spot = spot_of(subject, shadow, "request.credentials");
        findings.at(spot.source, spot.key,
                    enumerated(names) + " of every client " + (names.size() == 1 ? "goes" : "go") +
                        " to " + title_of(shadow) + ", at a host that is no live one",
                    "remove `credentials`, or name the host in `allowed_hosts`");
    });
}

}  // namespace

constinit const Rule kShadowCredentials = {
    .name = "shadow-credentials",
    .severity = Severity::Warning,
    .summary = "clients' credentials go to a shadow at another host",
    .explanation =
        R"(Authorization, Cookie, X-Api-Key and what `credential_headers` names are taken
out of copies that go to a host which the endpoint does not call anyway. With
`"credentials": "pass"`, or a header that is made of one of them, they are in the
hands of a service under test, and in its logs. A host that may have them belongs
to `allowed_hosts` of the service.

Bad:
    "proxy/shadow": { "request": { "credentials": "pass" } }

Good:
    "extra_config": { "proxy/shadow": { "allowed_hosts": ["users-v2.internal"] } })",
    .check = check,
};

}  // namespace aggregator::lint
