#include <map>

#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

void check_same_group(const Subject& subject, Findings& findings) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        std::map<std::string_view, const config::BackendConfig*> groups;
        for (const config::BackendConfig* const backend : regular_of(endpoint)) {
            if (backend->group.empty() || backend->encoding == config::Encoding::NoOp) {
                continue;
            }
            const auto [before, fresh] = groups.try_emplace(backend->group, backend);
            if (!fresh) {
                findings.at(backend->source, "group",
                            title_of(*backend) + " replaces all of " + title_of(*before->second) +
                                ": both are put under " + quoted(backend->group),
                            "give each a group of its own");
            }
        }
    }
}

}  // namespace

constinit const Rule kSameGroup = {
    .name = "same-group",
    .severity = Severity::Warning,
    .summary = "two backends of an endpoint have the same `group`",
    .explanation = R"(A `group` puts all that a backend gives under one key. Two backends with the
same key are not merged below it: the later one replaces the earlier one.

Bad:
    "backend": [{ "url_pattern": "/user", "group": "user" },
                { "url_pattern": "/orders", "group": "user" }]

Good:
    "backend": [{ "url_pattern": "/user", "group": "user" },
                { "url_pattern": "/orders", "group": "orders" }])",
    .check = check_same_group,
};

}  // namespace aggregator::lint
