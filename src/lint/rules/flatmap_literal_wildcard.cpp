#include "lint/all_rules.hpp"
#include "lint/rules/operations.hpp"

namespace aggregator::lint {

namespace {

using Keys = std::vector<std::string_view>;

bool is_partial(std::string_view key) {
    return key != kEverything && key.find('*') != std::string_view::npos;
}

void check_partial(const config::FlatmapConfig& operation, const Source& source,
                   Findings& findings) {
    for (std::size_t i = 0; i < operation.args.size(); ++i) {
        const Keys keys = keys_of(operation.args[i]);
        const auto found = std::find_if(keys.begin(), keys.end(), is_partial);
        if (found != keys.end()) {
            findings.at(source, {kArgs, i},
                        quoted(*found) + " is a key with a star in its name: `*` stands for " +
                            "keys as a whole segment alone",
                        "write the names one by one");
        }
    }
}

/// Whether a `*` names a key that a move makes: those ahead are walked, or not looked at.
bool makes_star(const Keys& from, const Keys& to) {
    const std::size_t made = to.size() < from.size() ? to.size() - 1 : from.size() - 1;
    return std::find(to.begin() + static_cast<std::ptrdiff_t>(made), to.end(), kEverything) !=
           to.end();
}

void check_move(const config::FlatmapConfig& operation, const Source& source, Findings& findings) {
    const Keys from = keys_of(operation.args[0]);
    if (from.back() == kEverything) {
        findings.at(source, {kArgs, 0},
                    quoted(operation.args[0]) +
                        " moves nothing but a key that is called `*`: at the end of what is " +
                        "moved it is no wildcard",
                    from.size() == 1 ? "move the keys one by one"
                                     : "move what stands before it, with all that is in it");
    } else if (makes_star(from, keys_of(operation.args[1]))) {
        findings.at(source, {kArgs, 1},
                    "the move makes a key that is called `*` out of " + quoted(operation.args[1]),
                    "write a name there");
    }
}

void check_flatmap_literal_wildcard(const Subject& subject, Findings& findings) {
    for_each_operation(subject, [&](const config::FlatmapConfig& operation, const Source& source) {
        check_partial(operation, source, findings);
        if (operation.kind == config::FlatmapConfig::Kind::Move) {
            check_move(operation, source, findings);
        }
    });
}

}  // namespace

constinit const Rule kFlatmapLiteralWildcard = {
    .name = "flatmap-literal-wildcard",
    .severity = Severity::Warning,
    .summary = "`*` in a flatmap_filter where it is an ordinary character",
    .explanation =
        R"(In a flatmap_filter `*` stands for every child of a node, as a whole segment of
a path. Not at the end of what is moved, though, and not in what a `move` makes
new: there it is a key that is called `*`. As a part of a name it is an ordinary
character everywhere.

Bad:
    { "type": "move", "args": ["user.*", "account"] }
    { "type": "del", "args": ["tmp_*"] }

Good:
    { "type": "move", "args": ["user", "account"] }
    { "type": "del", "args": ["tmp_a", "tmp_b"] })",
    .check = check_flatmap_literal_wildcard,
};

}  // namespace aggregator::lint
