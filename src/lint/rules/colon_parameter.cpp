#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

/// Whether a colon outside of braces makes the segment a parameter.
bool has_colon(const PathSegment& segment) {
    const std::size_t colon = segment.text.find(':');
    const std::size_t brace = segment.text.find('{');
    return segment.captures && colon != std::string_view::npos && colon < brace;
}

void check_colon_parameter(const Subject& subject, Findings& findings) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        if (endpoint.endpoint.find(':') == std::string::npos) {
            continue;
        }
        for (const PathSegment& segment :
             segments_of(endpoint.endpoint, syntax_of(subject.service))) {
            if (!has_colon(segment)) {
                continue;
            }
            const std::string prefix(segment.text.substr(0, segment.text.find(':')));
            findings.at(endpoint.source, "endpoint",
                        "the colon in " + quoted(segment.text) + " begins a parameter: " +
                            (prefix.empty() ? "any value matches"
                                            : "whatever begins with " + quoted(prefix) +
                                                  " and goes on matches"),
                        "write parameters as /{name}; a colon cannot be literal in a path");
        }
    }
}

}  // namespace

constinit const Rule kColonParameter = {
    .name = "colon-parameter",
    .severity = Severity::Warning,
    .summary = "a colon in an endpoint's path begins a parameter",
    .explanation = R"(From a colon on, the rest of a segment is the name of a parameter:
`/books:batch` does not wait for a request to `/books:batch`, but takes every
path that begins with `/books` and has at least one more character, `/bookshop`
among them.

Bad:
    "endpoint": "/books:batch"

Good:
    "endpoint": "/books/batch")",
    .check = check_colon_parameter,
};

}  // namespace aggregator::lint
