#include <aggregator/plan/shadow.hpp>

#include "lint/all_rules.hpp"
#include "lint/rules/shadows.hpp"

namespace aggregator::lint {

namespace {

using config::ShadowRequestConfig;

/// The credentials of clients that reach the shadow by themselves.
Names passed(const Shadow& shadow, const Names& credentials) {
    Names names;
    for (const std::string& header : credentials) {
        const auto& own = shadow.backend.input_headers;
        if (lets_in(shadow.endpoint, header) && (own.empty() || lists_header(own, header))) {
            names.push_back(quoted(header));
        }
    }
    return names;
}

/// The credential that a header's value is made of; empty if there is none.
std::string copied_in(const plan::Expression& value, const Names& credentials) {
    const Names made_of = value.headers();
    const auto found = std::find_if(
        credentials.begin(), credentials.end(),
        [&made_of](const std::string& credential) { return lists_header(made_of, credential); });
    return found == credentials.end() ? std::string() : *found;
}

std::string_view key_of(const ShadowRequestConfig::Header& header, const Source& place) {
    return written(place, header.name) == nullptr ? "value" : std::string_view(header.name);
}

/// The headers of `set` or `add`, as configured and compiled.
struct Headers {
    const std::vector<ShadowRequestConfig::Header>& configured;
    const std::vector<Source>& places;
    const std::vector<plan::ShadowRules::Header>& compiled;
};

void check_headers(const Shadow& shadow, const Headers& headers, const Names& credentials,
                   Findings& findings) {
    for (std::size_t i = 0; i < headers.configured.size(); ++i) {
        const ShadowRequestConfig::Header& header = headers.configured[i];
        const std::string credential = copied_in(headers.compiled[i].value, credentials);
        if (!credential.empty()) {
            const Source& place = headers.places[i];
            findings.at(place, key_of(header, place),
                        quoted(credential) + " of every client goes in " + quoted(header.name) +
                            " to " + title_of(shadow) + ", at a host that is no live one",
                        "take it out, or name the host in `allowed_hosts`");
        }
    }
}

void check_shadow_credentials(const Subject& subject, Findings& findings) {
    const Names credentials = plan::credential_headers(subject.service);
    ShadowFindings told(findings);
    for_each_shadow(subject, [&](const Shadow& shadow) {
        if (shadow.plan == nullptr || !shadow.plan->rules->foreign) {
            return;
        }
        const plan::ShadowRules& rules = *shadow.plan->rules;
        const ShadowRequestConfig& request = shadow.config.request;
        const config::ShadowPlaces& places = shadow.backend.shadow_places;
        check_headers(shadow, {request.set, places.set, rules.set}, credentials, findings);
        check_headers(shadow, {request.add, places.add, rules.add}, credentials, findings);
        const Names names = passed(shadow, credentials);
        if (request.credentials != ShadowRequestConfig::Credentials::Pass || names.empty()) {
            return;
        }
        const ShadowSpot spot = spot_of(subject, shadow, "request.credentials");
        const std::string go = names.size() == 1 ? "goes" : "go";
        told.add(spot, shadow,
                 {.before = enumerated(names) + " of every client " + go + " to ",
                  .after = ", at a host that is no live one",
                  .hint = "remove `credentials`, or name the host in `allowed_hosts`"});
    });
    told.close();
}

}  // namespace

constinit const Rule kShadowCredentials = {
    .name = "shadow-credentials",
    .severity = Severity::Warning,
    .summary = "clients' credentials go to a shadow at another host",
    .explanation =
        R"(Authorization, Proxy-Authorization, Cookie, X-Api-Key and what
`credential_headers` names are taken out of copies that go to a host which the
endpoint does not call anyway. With
`"credentials": "pass"`, or a header that is made of one of them, they are in the
hands of a service under test, and in its logs. A host that may have them belongs
to `allowed_hosts` of the service.

Bad:
    "proxy/shadow": { "request": { "credentials": "pass" } }

Good:
    "extra_config": { "proxy/shadow": { "allowed_hosts": ["users-v2.internal"] } })",
    .check = check_shadow_credentials,
};

}  // namespace aggregator::lint
