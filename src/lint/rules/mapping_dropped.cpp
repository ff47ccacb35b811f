#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

using config::BackendConfig;

std::string reason_for(const BackendConfig& backend, const std::string& from) {
    if (!decoded_roots(backend).may_have(from)) {
        return "the answer of " + title_of(backend) + " is " +
               (backend.is_collection ? "`{\"collection\": ...}`" : "of another shape");
    }
    if (backend.allow.empty()) {
        return "`deny` removes it before";
    }
    return "`allow` does not let it pass";
}

std::string hint_for(const BackendConfig& backend, const std::string& from) {
    const bool listed = !backend.allow.empty() && decoded_roots(backend).may_have(from);
    return listed ? "list " + quoted(from) + " in `allow`, which works on the old names"
                  : "remove the line";
}

void tell_dropped(const BackendConfig& backend, Findings& findings) {
    Roots roots = filtered_roots(backend);
    for (const auto& line : backend.mapping) {
        const std::string& from = line.first;
        // Of a dot or a wildcard more can be told.
        if (!roots.may_have(from) && from.find_first_of(".*") == std::string::npos) {
            findings.at(part_of(backend.source, "mapping"), Source::Spot::name(from),
                        quoted(from) + " is never renamed: " + reason_for(backend, from),
                        hint_for(backend, from));
        }
        rename_root(line, roots);
    }
}

void check_mapping_dropped(const Subject& subject, Findings& findings) {
    for_each_read(subject, [&](const auto&, const BackendConfig& backend) {
        if (backend.flatmap.empty()) {
            tell_dropped(backend, findings);
        }
    });
}

}  // namespace

constinit const Rule kMappingDropped = {
    .name = "mapping-dropped",
    .severity = Severity::Warning,
    .summary = "a line of `mapping` for a key that is gone before",
    .explanation =
        R"(`mapping` works on what `allow` or `deny` left, under the names that the backend
gave: list the old names there. It also finds nothing where the answer cannot
have the key, such as in a list, which is `{"collection": [...]}`.

Bad:
    "allow": ["name"], "mapping": { "first_name": "name" }

Good:
    "allow": ["first_name"], "mapping": { "first_name": "name" })",
    .check = check_mapping_dropped,
};

}  // namespace aggregator::lint
