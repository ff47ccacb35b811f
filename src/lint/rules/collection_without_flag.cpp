#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

using config::BackendConfig;

/// The key of the backend that speaks of `collection`; empty if none does.
std::string_view key_for(const BackendConfig& backend) {
    const auto speaks = [](const std::string& path) { return root_of(path) == kCollection; };
    if (speaks(backend.target)) {
        return "target";
    }
    if (std::any_of(backend.allow.begin(), backend.allow.end(), speaks)) {
        return "allow";
    }
    const auto& mapping = backend.mapping;
    return std::any_of(mapping.begin(), mapping.end(),
                       [&](const auto& line) { return speaks(line.first); })
               ? "mapping"
               : "";
}

bool is_object(const BackendConfig& backend) {
    return backend.encoding == config::Encoding::Json && !backend.is_collection;
}

/// Whether `[]` is all that clients get, unless an object has the key by itself.
bool hopes_for_list(const config::EndpointConfig& endpoint) {
    if (endpoint.output_encoding != "json-collection" || !endpoint.flatmap.empty()) {
        return false;
    }
    const Backends regular = regular_of(endpoint);
    return std::all_of(regular.begin(), regular.end(), [](const BackendConfig* one) {
        return is_object(*one) && !part_roots(*one).names_it(kCollection) &&
               part_roots(*one).may_have(kCollection) && key_for(*one).empty();
    });
}

void check_collection_without_flag(const Subject& subject, Findings& findings) {
    for_each_read(subject, [&](const auto&, const BackendConfig& backend) {
        const std::string_view key = is_object(backend) ? key_for(backend) : std::string_view();
        if (!key.empty()) {
            findings.at(backend.source, key,
                        "if " + title_of(backend) + " answers with a list, the call fails: " +
                            "`is_collection` is not true, so an object with a key `collection` " +
                            "is expected",
                        "write \"is_collection\": true if it is a list");
        }
    });
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        if (hopes_for_list(endpoint)) {
            findings.at(endpoint.source, "output_encoding",
                        title_of(endpoint) + " answers `[]`: json-collection shows what is under " +
                            "`collection`, and no backend has `is_collection`",
                        "write \"is_collection\": true into the backend that gives the list");
        }
    }
}

}  // namespace

constinit const Rule kCollectionWithoutFlag = {
    .name = "collection-without-flag",
    .severity = Severity::Warning,
    .summary = "a backend that is read as a list without `is_collection`",
    .explanation = R"(An answer that is a JSON list fails, unless the backend has `"is_collection":
true`; then it is `{"collection": [...]}`. A configuration that speaks of
`collection` without the flag means a list most often: the call fails, and its
part is missing. Nothing is reported if the encoding is safejson, which takes both.

Bad:
    { "url_pattern": "/users", "mapping": { "collection": "users" } }

Good:
    { "url_pattern": "/users", "is_collection": true,
      "mapping": { "collection": "users" } })",
    .check = check_collection_without_flag,
};

}  // namespace aggregator::lint
