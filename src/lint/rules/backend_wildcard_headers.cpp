#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

std::string message_for(const config::BackendConfig& backend) {
    const std::string start = "`*` is no wildcard in a backend: ";
    if (backend.input_headers.size() > 1) {
        return start + "only the names beside it reach " + title_of(backend);
    }
    return start + title_of(backend) +
           " gets no header of the client, nor X-Forwarded-For, X-Forwarded-Host and User-Agent";
}

void check_backend_wildcard_headers(const Subject& subject, Findings& findings) {
    for_each_backend(subject, [&](const auto&, const config::BackendConfig& backend) {
        const Names& names = backend.input_headers;
        const auto star = std::find(names.begin(), names.end(), kEverything);
        if (star != names.end()) {
            const auto index = static_cast<std::size_t>(star - names.begin());
            findings.at(backend.source, {kInputHeaders, index}, message_for(backend),
                        "leave `input_headers` out of the backend: it then gets all that the "
                        "endpoint lets in");
        }
    });
}

}  // namespace

constinit const Rule kBackendWildcardHeaders = {
    .name = "backend-wildcard-headers",
    .severity = Severity::Warning,
    .summary = "`*` in a backend's `input_headers` drops headers instead of passing all",
    .explanation = R"(An endpoint's `input_headers` decides what enters, and there `*` stands for
everything. A backend's list only narrows that down, name by name: `*` is the
name of no header, so `["*"]` drops every one of the client's, and with them
X-Forwarded-For, X-Forwarded-Host and User-Agent.

Bad:
    "backend": [{ "url_pattern": "/a", "input_headers": ["*"] }]

Good:
    "backend": [{ "url_pattern": "/a" }])",
    .check = check_backend_wildcard_headers,
};

}  // namespace aggregator::lint
