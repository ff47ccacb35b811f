#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

struct Path {
    const Source& object;
    std::string_view key;
    std::string_view path;
};

void check_path(const Path& path, Findings& findings) {
    const std::size_t mark = path.path.find_first_of("?#");
    if (mark == std::string_view::npos) {
        return;
    }
    const bool query = path.path[mark] == '?';
    findings.at(
        path.object, path.key,
        quoted(path.path) + " matches only paths with a literal `" + path.path[mark] +
            "`, which clients send as " + (query ? "%3F" : "%23") + ": " +
            (query ? "a query string is no part of a path" : "a fragment never leaves a browser"),
        query ? "write the path alone; `input_query_strings` lists what is forwarded"
              : "write the path alone");
}

void check(const Subject& subject, Findings& findings) {
    const config::RouterConfig& router = subject.service.router;
    if (!router.disable_health) {
        check_path({router.source, "health_path", router.health_path}, findings);
    }
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        check_path({endpoint.source, "endpoint", endpoint.endpoint}, findings);
    }
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
    .check = check,
};

}  // namespace aggregator::lint
