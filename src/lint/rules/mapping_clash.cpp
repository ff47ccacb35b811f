#include <map>

#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

void tell_clashes(const config::BackendConfig& backend, Findings& findings) {
    std::map<std::string_view, std::string_view> sources;  // by the names they are given
    Roots roots = filtered_roots(backend);
    for (const auto& line : backend.mapping) {
        const auto& [from, to] = line;
        const bool there = roots.may_have(from);
        rename_root(line, roots);
        sources.erase(from);  // it has another name now
        if (!there || root_of(to) == from) {
            continue;
        }
        const auto [before, fresh] = sources.emplace(root_of(to), from);
        if (!fresh) {
            findings.at(part_of(backend.source, "mapping"), std::string_view(from),
                        quoted(from) + " is put over " + quoted(before->second) +
                            ": both are renamed " + quoted(root_of(to)),
                        "give each a name of its own");
        }
    }
}

void check_mapping_clash(const Subject& subject, Findings& findings) {
    for_each_read(subject, [&](const auto&, const config::BackendConfig& backend) {
        if (backend.flatmap.empty()) {
            tell_clashes(backend, findings);
        }
    });
}

}  // namespace

constinit const Rule kMappingClash = {
    .name = "mapping-clash",
    .severity = Severity::Advice,
    .summary = "two keys of a backend are renamed alike",
    .explanation =
        R"(Two lines of `mapping` that give the same name put one field over the other: the
later line wins if the answer has both.

Bad:
    "mapping": { "first_name": "name", "last_name": "name" }

Good:
    "mapping": { "first_name": "first", "last_name": "last" })",
    .check = check_mapping_clash,
};

}  // namespace aggregator::lint
