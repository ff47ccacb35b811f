#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

/// A list of names, and what happens if they are all empty.
struct NamedList {
    const Source& object;
    std::string_view key;
    const Names& names;
    std::string_view nothing;
};

void check_names(const NamedList& list, Findings& findings) {
    if (lists_nothing(list.names)) {
        findings.at(
            list.object, list.key,
            quoted(list.key) + " has nothing but an empty name: " + std::string(list.nothing),
            "remove the key for what is usual without it");
        return;
    }
    const auto empty = std::find(list.names.begin(), list.names.end(), std::string());
    if (empty != list.names.end()) {
        findings.at(list.object, {list.key, static_cast<std::size_t>(empty - list.names.begin())},
                    "an empty name lets nothing through, and has no effect beside others",
                    "take it out of the list");
    }
}

void check_empty_name(const Subject& subject, Findings& findings) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        check_names({endpoint.source, kInputHeaders, endpoint.input_headers,
                     "no header of a client enters, not even Content-Type"},
                    findings);
        check_names({endpoint.source, kInputQueries, endpoint.input_query_strings,
                     "no query string enters"},
                    findings);
    }
    for_each_backend(subject, [&](const auto&, const config::BackendConfig& backend) {
        check_names({backend.source, kInputHeaders, backend.input_headers,
                     "the backend gets no header of the client, nor X-Forwarded-For, "
                     "X-Forwarded-Host and User-Agent"},
                    findings);
        check_names({backend.source, kInputQueries, backend.input_query_strings,
                     "the backend gets no query string of the client"},
                    findings);
    });
}

}  // namespace

constinit const Rule kEmptyName = {
    .name = "empty-name",
    .severity = Severity::Advice,
    .summary = "an empty name among headers or query strings lets nothing in",
    .explanation = R"(An empty text is the name of no header and of no query string. A list with
nothing else in it is not an empty list: it lets nothing through, whereas an
empty one lets Content-Type into an endpoint, and everything into a backend.
`"input_headers": ""` is such a list too.

Bad:
    "input_headers": ["", "Accept"]

Good:
    "input_headers": ["Accept"])",
    .check = check_empty_name,
};

}  // namespace aggregator::lint
