#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

/// Backends that take whatever enters. Shadows have a rule of their own.
Names open_backends(const config::EndpointConfig& endpoint) {
    Names open;
    for (const config::BackendConfig& backend : endpoint.backends) {
        if (!backend.shadow && backend.input_headers.empty()) {
            open.push_back(title_of(backend));
        }
    }
    return open;
}

void check_wildcard_headers(const Subject& subject, Findings& findings) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        const Names& names = endpoint.input_headers;
        const auto star = std::find(names.begin(), names.end(), kEverything);
        // What passes through untouched is meant to.
        if (star == names.end() || endpoint.output_encoding == "no-op") {
            continue;
        }
        const Names open = open_backends(endpoint);
        if (!open.empty()) {
            findings.at(endpoint.source,
                        {kInputHeaders, static_cast<std::size_t>(star - names.begin())},
                        title_of(endpoint) +
                            " sends every header of its clients, Cookie and Authorization among "
                            "them, to " +
                            open.front() + and_more(open.size()),
                        "list the headers that the backends need");
        }
    }
}

}  // namespace

constinit const Rule kWildcardHeaders = {
    .name = "wildcard-headers",
    .severity = Severity::Advice,
    .summary = "an endpoint's `*` sends its clients' credentials to every backend",
    .explanation = R"(`"input_headers": ["*"]` lets in all that a client sends: its Cookie and its
Authorization too, which then go to each backend of the endpoint that has no
list of its own. A backend that is not meant to see them may log them. It also
lets clients set headers that a backend takes for the gateway's.

Bad:
    "input_headers": ["*"]

Good:
    "input_headers": ["Accept-Language", "Content-Type"]

An endpoint whose `output_encoding` is no-op passes everything through and is
not told.)",
    .check = check_wildcard_headers,
};

}  // namespace aggregator::lint
