#include "lint/all_rules.hpp"
#include "lint/rules/operations.hpp"

namespace aggregator::lint {

namespace {

using Keys = std::vector<std::string_view>;

bool ignores_start(const Keys& from, const Keys& to) {
    const auto depth = static_cast<std::ptrdiff_t>(from.size()) - 1;
    return to.size() >= from.size() && from.back() != kEverything &&
           !std::equal(from.begin(), from.begin() + depth, to.begin());
}

/// Where the value really goes.
std::string place_of(const Keys& from, const Keys& to) {
    Keys place(from.begin(), from.end() - 1);
    place.insert(place.end(), to.begin() + static_cast<std::ptrdiff_t>(place.size()), to.end());
    return joined(place);
}

void check_flatmap_ignored_prefix(const Subject& subject, Findings& findings) {
    for_each_operation(subject, [&](const config::FlatmapConfig& operation, const Source& source) {
        if (operation.kind != config::FlatmapConfig::Kind::Move) {
            return;
        }
        const Keys from = keys_of(operation.args[0]);
        const Keys to = keys_of(operation.args[1]);
        if (ignores_start(from, to)) {
            const std::string place = place_of(from, to);
            findings.at(source, {kArgs, 1},
                        quoted(operation.args[0]) +
                            (place == operation.args[0] ? " stays where it is"
                                                        : " is moved to " + quoted(place)) +
                            " and not to " + quoted(operation.args[1]) +
                            ": only a shorter path leads out of its parent",
                        "move it to the root first, and from there to where it belongs");
        }
    });
}

}  // namespace

constinit const Rule kFlatmapIgnoredPrefix = {
    .name = "flatmap-ignored-prefix",
    .severity = Severity::Warning,
    .summary = "a `move` whose destination begins elsewhere, which is ignored",
    .explanation = R"(A `move` to a path of the same length renames the last segment of its source,
and a longer one goes down from where the source stands. In both cases the value
stays below its parent, and the segments of the destination before that are not
looked at. Only a shorter destination leads out of the parent.

Bad:
    { "type": "move", "args": ["user.name", "account.name"] }

Good:
    { "type": "move", "args": ["user.name", "name"] },
    { "type": "move", "args": ["name", "account.name"] })",
    .check = check_flatmap_ignored_prefix,
};

}  // namespace aggregator::lint
