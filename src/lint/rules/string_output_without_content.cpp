#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

/// Whether the configuration itself speaks of the key.
bool gives_content(const config::EndpointConfig& endpoint, const Roots& merged) {
    const bool fixed =
        endpoint.fixed && std::any_of(endpoint.fixed->data.begin(), endpoint.fixed->data.end(),
                                      [](const auto& one) { return one.first == kContent; });
    return fixed || merged.names_it(kContent) || !endpoint.flatmap.empty();
}

void check_string_output_without_content(const Subject& subject, Findings& findings) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        if (endpoint.output_encoding != "string") {
            continue;
        }
        const Roots merged = merged_roots(regular_of(endpoint));
        if (!gives_content(endpoint, merged)) {
            findings.at(endpoint.source, "output_encoding",
                        title_of(endpoint) + " answers with nothing" +
                            (merged.may_have(kContent)
                                 ? ", unless a backend's object has a text under `content`"
                                 : ": no backend gives a text under `content`"),
                        "write \"encoding\": \"string\" into the backend that gives the text");
        }
    }
}

}  // namespace

constinit const Rule kStringOutputWithoutContent = {
    .name = "string-output-without-content",
    .severity = Severity::Warning,
    .summary = "output string where no backend gives a text under `content`",
    .explanation = R"(The output encoding string shows the text under the key `content` at the root,
and nothing if there is none. The encoding string of a backend puts its answer
there; other answers have that key only by chance.

Bad:
    "output_encoding": "string", "backend": [{ "url_pattern": "/text" }]

Good:
    "output_encoding": "string", "backend": [
      { "url_pattern": "/text", "encoding": "string" }])",
    .check = check_string_output_without_content,
};

}  // namespace aggregator::lint
