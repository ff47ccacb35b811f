#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

constexpr std::string_view kContentType = "Content-Type";

/// Whether a list lets something through, but not Content-Type. A star has another meaning in a
/// backend, which is told by itself.
bool leaves_it_out(const Names& headers) {
    return !headers.empty() && !lists_nothing(headers) && !lists(headers, kEverything) &&
           !lists_header(headers, kContentType);
}

void tell_content_type(const config::EndpointConfig& endpoint, Findings& findings) {
    if (carries_body(endpoint.method) && leaves_it_out(endpoint.input_headers)) {
        findings.at(endpoint.source, kInputHeaders,
                    title_of(endpoint) +
                        " forwards bodies without their Content-Type, which is implied only as "
                        "long as no header is listed",
                    "add \"Content-Type\" to the list");
    }
}

void check_backend(const config::EndpointConfig& endpoint, const config::BackendConfig& backend,
                   Findings& findings) {
    if (carries_body(endpoint.method) && carries_body(backend.method) &&
        lets_in(endpoint, kContentType) && leaves_it_out(backend.input_headers)) {
        findings.at(backend.source, kInputHeaders,
                    "the backend " + title_of(backend) +
                        " gets bodies without their Content-Type, because its own list does not "
                        "name it",
                    "add \"Content-Type\" to the list");
    }
}

void check_implicit_content_type(const Subject& subject, Findings& findings) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        tell_content_type(endpoint, findings);
        for (const config::BackendConfig& backend : endpoint.backends) {
            check_backend(endpoint, backend, findings);
        }
    }
}

}  // namespace

constinit const Rule kImplicitContentType = {
    .name = "implicit-content-type",
    .severity = Severity::Warning,
    .summary = "a list of headers takes the implied Content-Type away from bodies",
    .explanation = R"(Without `input_headers` an endpoint forwards one header of its clients:
Content-Type. As soon as the list has an entry, only what is listed passes, so
bodies reach the backends and nothing says what they are. Many frameworks then
refuse them with 415, or read them as something else.

Bad:
    "method": "POST", "input_headers": ["Authorization"]

Good:
    "method": "POST", "input_headers": ["Authorization", "Content-Type"])",
    .check = check_implicit_content_type,
};

}  // namespace aggregator::lint
