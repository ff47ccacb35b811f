#include "lint/all_rules.hpp"
#include "lint/rules/late.hpp"

namespace aggregator::lint {

namespace {

using config::BackendConfig;

/// Whether the part can have it: if its way ends early, its last key is looked up there.
bool may_give(const BackendConfig& backend, const Reference& one) {
    const auto keys = keys_of(one.path);
    const Roots roots = part_roots(backend);
    return roots.may_have(keys.front()) || roots.may_have(keys.back());
}

/// What later backends gave is seen in the first one's part too.
bool is_missing(const Reference& one, const Backends& regular, std::size_t own) {
    const std::size_t end = one.number == 0 ? own : one.number + 1;
    std::size_t number = one.number;
    while (number < end && !may_give(*regular[number], one)) {
        ++number;
    }
    return number == end;
}

std::string hint_for(const Reference& one, const BackendConfig& source) {
    if (source.encoding == config::Encoding::NoOp) {
        return "the encoding no-op does not read the answer: remove it";
    }
    if (source.group.empty()) {
        return "`target`, `allow`, `deny` and `mapping` decide what is there, and under what name";
    }
    return "it has a `group`: write {resp" + std::to_string(one.number) + '_' + source.group + '.' +
           one.path + "}";
}

void check_sequential_unknown_value(const Subject& subject, Findings& findings) {
    for_each_filled(subject, [&](const auto&, const Backends& regular, std::size_t own,
                                 const std::vector<Reference>& references) {
        for (const Reference& one : references) {
            if (!is_missing(one, regular, own)) {
                continue;
            }
            const BackendConfig& source = *regular[one.number];
            findings.at(regular[own]->source, "url_pattern",
                        one.shown + " is never filled: the part of " + title_of(source) +
                            " has no " + quoted(keys_of(one.path).front()) + " at its root",
                        hint_for(one, source));
        }
    });
}

}  // namespace

constinit const Rule kSequentialUnknownValue = {
    .name = "sequential-unknown-value",
    .severity = Severity::Warning,
    .summary = "a `{respN_...}` for a value that the backend's part cannot have",
    .explanation = R"(`{resp0_id}` is looked up in what is left of the answer behind `target`,
`allow`, `mapping` and `group`: a `group` is the first key of the path, a
renamed key has its new name, and what `allow` does not list is not there. A
value that is not there leaves the placeholder as it is. Of a no-op backend
there are no values.

Bad:
    "backend": [{ "url_pattern": "/a", "group": "user" },
                { "url_pattern": "/b/{resp0_id}" }]

Good:
    "backend": [{ "url_pattern": "/a", "group": "user" },
                { "url_pattern": "/b/{resp0_user.id}" }])",
    .check = check_sequential_unknown_value,
};

}  // namespace aggregator::lint
