#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

void check_mapping_onto_itself(const Subject& subject, Findings& findings) {
    for_each_read(subject, [&](const auto&, const config::BackendConfig& backend) {
        for (const auto& [from, to] : backend.mapping) {
            if (backend.flatmap.empty() && root_of(to) == from) {
                findings.at(
                    part_of(backend.source, "mapping"), std::string_view(from),
                    quoted(from) + " of " + title_of(backend) +
                        " is deleted, because it is renamed to its own name" +
                        (from == to ? "" : ", which ends at the first dot"),
                    "remove the line to keep the key, or write it into `deny` to remove it");
            }
        }
    });
}

}  // namespace

constinit const Rule kMappingOntoItself = {
    .name = "mapping-onto-itself",
    .severity = Severity::Warning,
    .summary = "a line of `mapping` that deletes its key",
    .explanation =
        R"(A key that is renamed to its own name is deleted. The new name ends at its first
dot, so `"a": "a.b"` deletes `a` too.

Bad:
    "mapping": { "name": "name" }

Good:
    "deny": ["name"])",
    .check = check_mapping_onto_itself,
};

}  // namespace aggregator::lint
