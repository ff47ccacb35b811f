#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

using config::BackendConfig;

constexpr std::string_view kCredentials[] = {"Authorization", "Cookie", "X-Api-Key"};

Names credentials_of(const config::EndpointConfig& endpoint) {
    Names names;
    for (const std::string_view header : kCredentials) {
        if (lets_in(endpoint, header)) {
            names.push_back(quoted(header));
        }
    }
    return names;
}

/// A host of the shadow that no live backend has; empty if there is none.
std::string foreign_host(const config::EndpointConfig& endpoint, const BackendConfig& shadow) {
    for (const std::string& host : shadow.hosts) {
        const bool live = std::any_of(
            endpoint.backends.begin(), endpoint.backends.end(),
            [&host](const BackendConfig& one) { return !one.shadow && lists(one.hosts, host); });
        if (!live) {
            return host;
        }
    }
    return {};
}

void check(const Subject& subject, Findings& findings) {
    for_each_backend(subject, [&](const config::EndpointConfig& endpoint,
                                  const BackendConfig& backend) {
        if (!backend.shadow || !backend.input_headers.empty()) {
            return;
        }
        const Names names = credentials_of(endpoint);
        const std::string host = names.empty() ? std::string() : foreign_host(endpoint, backend);
        if (!host.empty()) {
            findings.at(backend.source, "host",
                        enumerated(names) + " of every client " +
                            (names.size() == 1 ? "goes" : "go") + " to the shadow at " +
                            quoted(host) + ", which no live backend of " + title_of(endpoint) +
                            " is at",
                        "give the shadow `input_headers` of its own, without credentials");
        }
    });
}

}  // namespace

constinit const Rule kShadowCredentials = {
    .name = "shadow-credentials",
    .severity = Severity::Warning,
    .summary = "clients' credentials go to a shadow at another host",
    .explanation = R"(A shadow gets the headers that the endpoint lets in, like every other backend.
At a host that none of the live backends has, that means Authorization, Cookie
or X-Api-Key of real clients in the hands of a service under test, and in its
logs. Give the shadow `input_headers` of its own; if it is to have the
credentials, list them there, and nothing is told.

Bad:
    "input_headers": ["Authorization"], "backend": [
      { "url_pattern": "/users", "host": ["http://users"] },
      { "url_pattern": "/users", "host": ["http://users-v2"],
        "extra_config": { "proxy": { "shadow": true } } }]

Good:
    "input_headers": ["Authorization", "Accept"], "backend": [
      { "url_pattern": "/users", "host": ["http://users"] },
      { "url_pattern": "/users", "host": ["http://users-v2"],
        "input_headers": ["Accept"],
        "extra_config": { "proxy": { "shadow": true } } }])",
    .check = check,
};

}  // namespace aggregator::lint
