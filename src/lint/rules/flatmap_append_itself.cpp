#include "lint/all_rules.hpp"
#include "lint/rules/operations.hpp"

namespace aggregator::lint {

namespace {

void check_flatmap_append_itself(const Subject& subject, Findings& findings) {
    for_each_operation(subject, [&](const config::FlatmapConfig& operation, const Source& source) {
        if (operation.kind == config::FlatmapConfig::Kind::Append &&
            covers(operation.args[0], operation.args[1])) {
            findings.at(source, {kArgs, 1},
                        "the append deletes " + quoted(operation.args[0]) + ", because " +
                            (operation.args[0] == operation.args[1]
                                 ? "it is appended to itself"
                                 : quoted(operation.args[1]) + " lies inside of it"),
                        "name the list that is to grow");
        }
    });
}

}  // namespace

constinit const Rule kFlatmapAppendItself = {
    .name = "flatmap-append-itself",
    .severity = Severity::Warning,
    .summary = "an `append` of a list to itself, which deletes it",
    .explanation = R"(`append` puts the elements of its first path behind those of its second, and
removes the first. If the second is the first, or lies inside of it, both are
gone.

Bad:
    { "type": "append", "args": ["users", "users"] }

Good:
    { "type": "append", "args": ["admins", "users"] })",
    .check = check_flatmap_append_itself,
};

}  // namespace aggregator::lint
