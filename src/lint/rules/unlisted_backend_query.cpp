#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

/// The endpoint's name that differs in case alone, for those names are compared with it.
std::string hint_for(const config::EndpointConfig& endpoint, const std::string& name) {
    for (const std::string& other : endpoint.input_query_strings) {
        if (base::equal_ignoring_case(other, name)) {
            return "the endpoint has " + quoted(other) + ": the case of the letters counts";
        }
    }
    return "list it in `input_query_strings` of the endpoint too";
}

void check_unlisted_backend_query(const Subject& subject, Findings& findings) {
    for_each_backend(subject, [&](const config::EndpointConfig& endpoint,
                                  const config::BackendConfig& backend) {
        if (lists(endpoint.input_query_strings, kEverything)) {
            return;
        }
        for (std::size_t i = 0; i < backend.input_query_strings.size(); ++i) {
            const std::string& name = backend.input_query_strings[i];
            if (name.empty() || name == kEverything || lists(endpoint.input_query_strings, name)) {
                continue;
            }
            findings.at(backend.source, {kInputQueries, i},
                        "the query string " + quoted(name) + " never reaches " + title_of(backend) +
                            ", because the endpoint does not let it in",
                        hint_for(endpoint, name));
        }
    });
}

}  // namespace

constinit const Rule kUnlistedBackendQuery = {
    .name = "unlisted-backend-query",
    .severity = Severity::Warning,
    .summary = "a backend lists a query string that its endpoint does not let in",
    .explanation = R"(A client's query string passes two filters: the endpoint's
`input_query_strings`, then the backend's. The second one can only narrow what
the first one let in. Names are compared with the case of their letters.

Bad:
    "input_query_strings": ["page"],
    "backend": [{ "url_pattern": "/a", "input_query_strings": ["sort"] }]

Good:
    "input_query_strings": ["page", "sort"],
    "backend": [{ "url_pattern": "/a", "input_query_strings": ["sort"] }])",
    .check = check_unlisted_backend_query,
};

}  // namespace aggregator::lint
