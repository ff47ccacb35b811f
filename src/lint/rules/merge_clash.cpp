#include <map>

#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

using config::BackendConfig;

/// The keys of a backend's part, if the configuration tells them all. Groups and lists have rules
/// of their own.
Roots told_roots(const BackendConfig& backend) {
    Roots roots = backend.group.empty() ? part_roots(backend) : Roots();
    if (backend.is_collection) {
        roots.remove(kCollection);
    }
    return roots.open ? Roots() : roots;
}

/// Who gave each key last.
using Givers = std::map<std::string, const BackendConfig*, std::less<>>;

/// The keys that another backend gave already, for messages; `before` is one of those.
Names clashes_of(const BackendConfig& backend, const Roots& roots, const Givers& givers,
                 const BackendConfig*& before) {
    Names clashes;
    for (const std::string& name : roots.names) {
        const auto giver = givers.find(name);
        if (giver != givers.end() && !same_question(*giver->second, backend)) {
            before = before == nullptr ? giver->second : before;
            clashes.push_back(quoted(name));
        }
    }
    return clashes;
}

void tell_merge_clash(const config::EndpointConfig& endpoint, Findings& findings) {
    Givers givers;
    for (const BackendConfig* const backend : regular_of(endpoint)) {
        const Roots roots = told_roots(*backend);
        const BackendConfig* before = nullptr;
        const Names clashes = clashes_of(*backend, roots, givers, before);
        if (before != nullptr) {
            findings.at(backend->source, "allow",
                        clashes.front() + and_more(clashes.size()) + " of " + title_of(*backend) +
                            (clashes.size() == 1 ? " replaces that of " : " replace those of ") +
                            title_of(*before) + ": values are not merged",
                        "take the key from one of the two, or give each backend a `group`");
        }
        for (const std::string& name : roots.names) {
            givers.insert_or_assign(name, backend);
        }
    }
}

void check_merge_clash(const Subject& subject, Findings& findings) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        tell_merge_clash(endpoint, findings);
    }
}

}  // namespace

constinit const Rule kMergeClash = {
    .name = "merge-clash",
    .severity = Severity::Advice,
    .summary = "two backends of an endpoint give the same key",
    .explanation = R"(Parts are merged by the keys at their roots alone: where two backends give the
same key, the later one's value replaces the other's, objects and lists
included. Two backends that make the very same call are not reported.

Bad:
    "backend": [{ "url_pattern": "/user", "allow": ["id", "address.city"] },
                { "url_pattern": "/geo", "allow": ["id", "address.zip"] }]

Good:
    "backend": [{ "url_pattern": "/user", "allow": ["id", "address.city"] },
                { "url_pattern": "/geo", "target": "address" }])",
    .check = check_merge_clash,
};

}  // namespace aggregator::lint
