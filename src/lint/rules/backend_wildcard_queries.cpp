#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

std::string queries_message(const config::BackendConfig& backend) {
    const std::string start = "`*` is no wildcard in a backend: ";
    if (backend.input_query_strings.size() > 1) {
        return start + "only the names beside it reach " + title_of(backend);
    }
    return start + title_of(backend) + " gets no query string of the client";
}

void check_backend_wildcard_queries(const Subject& subject, Findings& findings) {
    for_each_backend(subject, [&](const auto&, const config::BackendConfig& backend) {
        const Names& names = backend.input_query_strings;
        const auto star = std::find(names.begin(), names.end(), kEverything);
        if (star != names.end()) {
            const auto index = static_cast<std::size_t>(star - names.begin());
            findings.at(backend.source, {kInputQueries, index}, queries_message(backend),
                        "leave `input_query_strings` out of the backend: it then gets all that "
                        "the endpoint lets in");
        }
    });
}

}  // namespace

constinit const Rule kBackendWildcardQueries = {
    .name = "backend-wildcard-queries",
    .severity = Severity::Warning,
    .summary = "`*` in a backend's `input_query_strings` drops them instead of passing all",
    .explanation = R"(An endpoint's `input_query_strings` decides what enters, and there `*` stands
for everything. A backend's list only narrows that down, name by name: `*` is
taken as a name, so `["*"]` drops every query string.

Bad:
    "backend": [{ "url_pattern": "/a", "input_query_strings": ["*"] }]

Good:
    "backend": [{ "url_pattern": "/a" }])",
    .check = check_backend_wildcard_queries,
};

}  // namespace aggregator::lint
