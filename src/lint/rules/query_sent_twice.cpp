#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

/// The names in the query part of a url_pattern, as written.
Names sent_names(std::string_view pattern) {
    Names names;
    pattern = pattern.substr(0, pattern.find('#'));
    for (std::size_t mark = pattern.find('?'); mark < pattern.size();) {
        const std::size_t end = std::min(pattern.find('&', mark + 1), pattern.size());
        const std::string_view pair = pattern.substr(mark + 1, end - mark - 1);
        names.emplace_back(pair.substr(0, pair.find('=')));
        mark = end;
    }
    return names;
}

/// Whether a client's query string reaches the backend.
bool passes(const config::EndpointConfig& endpoint, const config::BackendConfig& backend,
            std::string_view name) {
    const Names& entering = endpoint.input_query_strings;
    return (lists(entering, kEverything) || lists(entering, name)) &&
           (backend.input_query_strings.empty() || lists(backend.input_query_strings, name));
}

void check_query_sent_twice(const Subject& subject, Findings& findings) {
    for_each_backend(
        subject, [&](const config::EndpointConfig& endpoint, const config::BackendConfig& backend) {
            for (const std::string& name : sent_names(backend.url_pattern)) {
                if (!name.empty() && passes(endpoint, backend, name)) {
                    findings.at(backend.source, "url_pattern",
                                quoted(name) + " is sent to " + title_of(backend) +
                                    " twice if a client sends it: its own value comes behind the "
                                    "one that is written here",
                                "take it out of one of the two places");
                }
            }
        });
}

}  // namespace

constinit const Rule kQuerySentTwice = {
    .name = "query-sent-twice",
    .severity = Severity::Warning,
    .summary = "a query string stands in a `url_pattern` and is forwarded as well",
    .explanation =
        R"(The query part of a `url_pattern` is sent first, and the client's query strings
that pass are added behind it, whatever their names. The backend then gets two
values of one name; which one it takes is its own affair, and if it is the last
one, the client overrules the configuration.

Bad:
    "input_query_strings": ["kind"], "backend": [{ "url_pattern": "/list?kind=book" }]

Good:
    "backend": [{ "url_pattern": "/list?kind=book" }])",
    .check = check_query_sent_twice,
};

}  // namespace aggregator::lint
