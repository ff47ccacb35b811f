#include "lint/all_rules.hpp"
#include "lint/rules/operations.hpp"

namespace aggregator::lint {

namespace {

void check_flatmap_append_wildcard(const Subject& subject, Findings& findings) {
    for_each_operation(subject, [&](const config::FlatmapConfig& operation, const Source& source) {
        if (operation.kind == config::FlatmapConfig::Kind::Append && is_wild(operation.args[1]) &&
            !covers(operation.args[0], operation.args[1])) {
            findings.at(source, {kArgs, 1},
                        quoted(operation.args[0]) + " goes to a new element or key `*`, and " +
                            "not behind each list that " + quoted(operation.args[1]) + " matches",
                        "append to one list");
        }
    });
}

}  // namespace

constinit const Rule kFlatmapAppendWildcard = {
    .name = "flatmap-append-wildcard",
    .severity = Severity::Warning,
    .summary = "an `append` to a path with `*`, which makes a key of that name",
    .explanation = R"(The destination of an `append` is one list. With a `*` in it all lists that
match are copied into one, and that is written under a key that is called `*`,
beside the lists, which stay as they are.

Bad:
    { "type": "append", "args": ["extra", "users.*.roles"] }

Good:
    { "type": "append", "args": ["extra", "roles"] })",
    .check = check_flatmap_append_wildcard,
};

}  // namespace aggregator::lint
