#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

void check_query_in_endpoint(const Subject& subject, Findings& findings) {
    for_each_route(subject, [&findings](const Source& source, std::string_view key,
                                        const std::string& path) {
        const std::size_t mark = path.find_first_of("?#");
        if (mark == std::string_view::npos) {
            return;
        }
        const bool query = path[mark] == '?';
        findings.at(source, key,
                    quoted(path) + " matches only paths with a literal `" + path[mark] +
                        "`, which clients send as " + (query ? "%3F" : "%23") + ": " +
                        (query ? "a query string is no part of a path"
                               : "a fragment never leaves a browser"),
                    query ? "write the path alone; `input_query_strings` lists what is forwarded"
                          : "write the path alone");
    });
}

}  // namespace

constinit const Rule kQueryInEndpoint = {
    .name = "query-in-endpoint",
    .severity = Severity::Warning,
    .summary = "a `?` or `#` in an endpoint's path, which no usual request matches",
    .explanation = R"(An endpoint is found by the path of a request, which ends at the first `?`. A
`?` in `endpoint` is not cut off: it waits for a path in which it is literal,
sent as %3F. The same holds for `#`.

Bad:
    "endpoint": "/search?q={q}"

Good:
    "endpoint": "/search", "input_query_strings": ["q"])",
    .check = check_query_in_endpoint,
};

}  // namespace aggregator::lint
