#include <map>

#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

void check_mapping(const config::BackendConfig& backend, Findings& findings) {
    std::map<std::string_view, std::string_view> sources;  // by the names they were given
    for (const auto& [from, to] : backend.mapping) {
        const auto before = sources.find(from);
        if (before != sources.end() && root_of(to) != from) {
            findings.at(part_of(backend.source, "mapping"), Source::Spot::name(from),
                        quoted(before->second) + " ends as " + quoted(root_of(to)) +
                            ": it is renamed to " + quoted(from) + " first, and then by this line",
                        "put this line ahead of the other one if the " + quoted(from) +
                            " of the answer is meant");
        }
        sources.insert_or_assign(root_of(to), from);
    }
}

void check_mapping_chain(const Subject& subject, Findings& findings) {
    for_each_read(subject, [&](const auto&, const config::BackendConfig& backend) {
        if (backend.flatmap.empty()) {
            check_mapping(backend, findings);
        }
    });
}

}  // namespace

constinit const Rule kMappingChain = {
    .name = "mapping-chain",
    .severity = Severity::Warning,
    .summary = "a key that one line of `mapping` renamed is renamed again by a later one",
    .explanation = R"(The lines of `mapping` work one after the other, in the order of the file, on
what those before them left. Where the new name of one is the old name of a
later one, both apply to the same field. Other readers of the format apply them
in any order.

Bad:
    "mapping": { "id": "key", "key": "secret" }

Good:
    "mapping": { "key": "secret", "id": "key" })",
    .check = check_mapping_chain,
};

}  // namespace aggregator::lint
