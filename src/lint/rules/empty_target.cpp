#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

void check_empty_target(const Subject& subject, Findings& findings) {
    for_each_read(subject, [&](const auto&, const config::BackendConfig& backend) {
        if (backend.target.empty() || decoded_roots(backend).open) {
            return;
        }
        const bool list = backend.is_collection && root_of(backend.target) == kCollection;
        findings.at(backend.source, "target",
                    "nothing of " + title_of(backend) + " reaches clients: `target` takes out " +
                        "an object, and under " + quoted(backend.target) +
                        (list ? " there is a list" : " there is none"),
                    list ? "a list is renamed by `mapping`: {\"collection\": \"users\"}"
                         : "remove `target`");
    });
}

}  // namespace

constinit const Rule kEmptyTarget = {
    .name = "empty-target",
    .severity = Severity::Error,
    .summary = "`target` of an answer that has no object to take out",
    .explanation = R"(`target` takes out an object. The answer of a backend with `is_collection` is
`{"collection": [...]}`, and that of the encoding string `{"content": "..."}`:
there is no object in them, so what is left is always `{}`. To rename a list use
`mapping`.

Bad:
    "is_collection": true, "target": "collection"

Good:
    "is_collection": true, "mapping": { "collection": "users" })",
    .check = check_empty_target,
};

}  // namespace aggregator::lint
