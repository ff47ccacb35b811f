#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

using config::BackendConfig;

struct Idle {
    Source owner;
    std::string_view key;
};

void add_if(bool idle, const Source& owner, std::string_view key, std::vector<Idle>& found) {
    if (idle) {
        found.push_back({owner, key});
    }
}

std::vector<Idle> idle_keys(const BackendConfig& backend) {
    std::vector<Idle> found;
    const Source& source = backend.source;
    const std::string_view encoding = text_at(source, "encoding");
    add_if(!encoding.empty() && base::to_lower(std::string(encoding)) != "no-op", source,
           "encoding", found);
    add_if(backend.is_collection, source, "is_collection", found);
    add_if(!backend.target.empty(), source, "target", found);
    add_if(!backend.allow.empty(), source, "allow", found);
    add_if(!backend.deny.empty(), source, "deny", found);
    add_if(!backend.mapping.empty(), source, "mapping", found);
    add_if(!backend.group.empty(), source, "group", found);
    add_if(!backend.flatmap.empty(), proxy_of(source), "flatmap_filter", found);
    add_if(backend.return_error_code, http_of(source), "return_error_code", found);
    add_if(!backend.return_error_details.empty(), http_of(source), "return_error_details", found);
    return found;
}

void check(const Subject& subject, Findings& findings) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        if (!passes_through(endpoint)) {
            continue;
        }
        const std::vector<Idle> idle = idle_keys(*regular_of(endpoint).front());
        Names names;
        for (const Idle& one : idle) {
            names.push_back(quoted(one.key));
        }
        if (!idle.empty()) {
            findings.at(idle.front().owner, idle.front().key,
                        enumerated(names) + (names.size() == 1 ? " does" : " do") + " nothing: " +
                            title_of(endpoint) + " passes its backend's answer on as it is",
                        "remove what does nothing, or choose another `output_encoding`");
        }
    }
}

}  // namespace

constinit const Rule kNoOpManipulation = {
    .name = "no-op-manipulation",
    .severity = Severity::Warning,
    .summary = "keys that do nothing, because the answer passes through untouched",
    .explanation =
        R"(With the output encoding no-op the backend's status, headers and body reach the
client as they are; the body is not read. Nothing can be taken out of it,
renamed or grouped, and every status is passed on anyway.

Bad:
    "output_encoding": "no-op", "backend": [{ "deny": ["password"] }]

Good:
    "output_encoding": "json", "backend": [{ "deny": ["password"] }]
    "output_encoding": "no-op", "backend": [{ "url_pattern": "/users" }])",
    .check = check,
};

}  // namespace aggregator::lint
