#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

using config::BackendConfig;

/// Whether the configuration says that a backend without a group gives the key.
bool gives(const BackendConfig& backend, const std::string& key) {
    const Roots roots = part_roots(backend);
    return backend.group.empty() && !roots.open && roots.names_it(key);
}

void check_group(const Backends& regular, std::size_t own, Findings& findings) {
    const BackendConfig& backend = *regular[own];
    for (std::size_t other = 0; other < regular.size(); ++other) {
        if (!gives(*regular[other], backend.group)) {
            continue;
        }
        const BackendConfig& winner = *regular[std::max(own, other)];
        findings.at(backend.source, "group",
                    quoted(backend.group) + " is a key that " + title_of(*regular[other]) +
                        " gives too: clients get only that of " + title_of(winner) +
                        ", the later one",
                    "choose another name for the group");
        return;
    }
}

void check_group_clash(const Subject& subject, Findings& findings) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        const Backends regular = regular_of(endpoint);
        for (std::size_t i = 0; i < regular.size(); ++i) {
            const bool read = regular[i]->encoding != config::Encoding::NoOp;
            if (read && !regular[i]->group.empty()) {
                check_group(regular, i, findings);
            }
        }
    }
}

}  // namespace

constinit const Rule kGroupClash = {
    .name = "group-clash",
    .severity = Severity::Warning,
    .summary = "a `group` has the name of a key that another backend gives",
    .explanation =
        R"(A `group` is a key at the root of the reply. If another backend of the endpoint
gives a key of that name, the later of the two backends replaces the other's.

Bad:
    "backend": [{ "url_pattern": "/shop", "allow": ["user"] },
                { "url_pattern": "/user", "group": "user" }]

Good:
    "backend": [{ "url_pattern": "/shop", "allow": ["user"] },
                { "url_pattern": "/user", "group": "account" }])",
    .check = check_group_clash,
};

}  // namespace aggregator::lint
