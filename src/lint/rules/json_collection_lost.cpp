#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

using config::BackendConfig;

/// What takes the list away, of a backend that gives one.
std::string_view thief_of(const BackendConfig& backend) {
    if (!decoded_roots(backend).names_it(kCollection)) {
        return "";
    }
    if (!backend.group.empty()) {
        return "group";
    }
    return filtered_roots(backend).may_have(kCollection) ? "mapping" : "allow";
}

bool shows_static(const config::EndpointConfig& endpoint) {
    return endpoint.fixed && std::any_of(endpoint.fixed->data.begin(), endpoint.fixed->data.end(),
                                         [](const auto& one) { return one.first == kCollection; });
}

void tell(const config::EndpointConfig& endpoint, const Backends& regular, Findings& findings) {
    const std::string start = title_of(endpoint) + " always answers `[]`: ";
    for (const BackendConfig* const backend : regular) {
        const std::string_view thief = backend->flatmap.empty() ? thief_of(*backend) : "";
        if (!thief.empty() && written(backend->source, thief) != nullptr) {
            findings.at(backend->source, thief,
                        start + "json-collection shows what is under `collection`, and " +
                            quoted(thief) + " of " + title_of(*backend) + " takes it from there",
                        "remove " + quoted(thief) + ", or choose the output encoding json");
            return;
        }
    }
    findings.at(endpoint.source, "output_encoding",
                start + "no backend gives what json-collection shows, a key `collection`",
                "write \"is_collection\": true into the backend that gives the list");
}

void check_json_collection_lost(const Subject& subject, Findings& findings) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        if (endpoint.output_encoding != "json-collection" || shows_static(endpoint) ||
            !endpoint.flatmap.empty()) {
            continue;
        }
        const Backends regular = regular_of(endpoint);
        if (!merged_roots(regular).may_have(kCollection)) {
            tell(endpoint, regular, findings);
        }
    }
}

}  // namespace

constinit const Rule kJsonCollectionLost = {
    .name = "json-collection-lost",
    .severity = Severity::Error,
    .summary = "output json-collection where no part can have a key `collection`",
    .explanation = R"(The output encoding json-collection shows the value of the key `collection` at
the root, and `[]` if there is none. A `mapping` or a `group` that moves the
list away from there, or an `allow` without it, leaves nothing to show.

Bad:
    "output_encoding": "json-collection", "backend": [
      { "is_collection": true, "group": "users" }]

Good:
    "output_encoding": "json-collection", "backend": [{ "is_collection": true }])",
    .check = check_json_collection_lost,
};

}  // namespace aggregator::lint
