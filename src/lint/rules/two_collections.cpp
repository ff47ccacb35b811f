#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

bool gives_list(const config::BackendConfig& backend) {
    const Roots roots = part_roots(backend);
    return backend.is_collection && backend.encoding == config::Encoding::Json &&
           backend.group.empty() && !roots.open && roots.names_it(kCollection);
}

void check_two_collections(const Subject& subject, Findings& findings) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        const config::BackendConfig* before = nullptr;
        for (const config::BackendConfig* const backend : regular_of(endpoint)) {
            if (!gives_list(*backend)) {
                continue;
            }
            if (before != nullptr) {
                findings.at(backend->source, "is_collection",
                            "the list of " + title_of(*backend) + " replaces that of " +
                                title_of(*before) + ": both stand under `collection`",
                            "give each a `group`, or another name: \"mapping\": {\"collection\": "
                            "\"users\"}");
            }
            before = backend;
        }
    }
}

}  // namespace

constinit const Rule kTwoCollections = {
    .name = "two-collections",
    .severity = Severity::Warning,
    .summary = "two backends of an endpoint give their lists under `collection`",
    .explanation = R"(A list is put under the key `collection` of the reply. Two of them are not
concatenated: the later backend's list replaces the earlier one. Give each a
name of its own, or put them together with `append` in the endpoint's
flatmap_filter.

Bad:
    "backend": [{ "url_pattern": "/a", "is_collection": true },
                { "url_pattern": "/b", "is_collection": true }]

Good:
    "backend": [{ "url_pattern": "/a", "is_collection": true, "group": "a" },
                { "url_pattern": "/b", "is_collection": true, "group": "b" }])",
    .check = check_two_collections,
};

}  // namespace aggregator::lint
