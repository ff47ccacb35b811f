#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

constexpr const char* kWildcardHint = "the operations of a flatmap_filter have wildcards";

std::string hint_for(const std::string& path, std::string_view key) {
    return key == "deny"
               ? "a flatmap_filter has wildcards: {\"type\": \"del\", \"args\": [\"" + path + "\"]}"
               : kWildcardHint;
}

std::string message_for(std::string_view path, std::string_view key) {
    return quoted(path) + " names a field that is called `*`: there are no wildcards in " +
           quoted(key);
}

void check_list(const config::BackendConfig& backend, const Names& paths, std::string_view key,
                Findings& findings) {
    for (std::size_t i = 0; i < paths.size(); ++i) {
        if (is_wild(paths[i])) {
            findings.at(backend.source, {key, i}, message_for(paths[i], key),
                        hint_for(paths[i], key));
        }
    }
}

void check_filters(const config::BackendConfig& backend, Findings& findings) {
    check_list(backend, backend.allow, "allow", findings);
    if (backend.allow.empty()) {
        check_list(backend, backend.deny, "deny", findings);
    }
    for (const auto& [from, to] : backend.mapping) {
        if (is_wild(from)) {
            findings.at(part_of(backend.source, "mapping"), Source::Spot::name(from),
                        message_for(from, "mapping"), kWildcardHint);
        }
    }
}

void check_literal_wildcard(const Subject& subject, Findings& findings) {
    for_each_read(subject, [&](const auto&, const config::BackendConfig& backend) {
        if (is_wild(backend.target)) {
            findings.at(backend.source, "target", message_for(backend.target, "target"),
                        kWildcardHint);
        }
        if (backend.flatmap.empty()) {
            check_filters(backend, findings);
        }
    });
}

}  // namespace

constinit const Rule kLiteralWildcard = {
    .name = "literal-wildcard",
    .severity = Severity::Warning,
    .summary = "`*` in `target`, `allow`, `deny` or `mapping`, which have no wildcards",
    .explanation = R"(In `target`, `allow`, `deny` and `mapping` a `*` is the name of a key like any
other: it matches a field that is called `*`. Wildcards are in a flatmap_filter,
where `*` stands for every element of a list and every key of an object.

Bad:
    "deny": ["users.*.password"]

Good:
    "extra_config": { "proxy": { "flatmap_filter": [
      { "type": "del", "args": ["users.*.password"] }] } })",
    .check = check_literal_wildcard,
};

}  // namespace aggregator::lint
