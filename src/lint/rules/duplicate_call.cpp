#include <map>

#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

void append(std::string& out, std::string_view text) {
    out.append(std::to_string(text.size())).append(1, ':').append(text);
}

void append(std::string& out, const Names& names) {
    append(out, std::to_string(names.size()));
    for (const std::string& name : names) {
        append(out, name);
    }
}

/// Equal for backends that are asked the same.
std::string question_of(const config::BackendConfig& backend) {
    std::string text;
    append(text, backend.method);
    append(text, backend.url_pattern);
    append(text, backend.hosts);
    append(text, backend.sd);
    append(text, backend.sd_scheme);
    append(text, backend.input_headers);
    append(text, backend.input_query_strings);
    return text;
}

/// Equal for backends whose answers are treated alike.
std::string treatment_of(const config::BackendConfig& backend) {
    std::string text;
    append(text, std::to_string(static_cast<int>(backend.encoding)));
    append(text, backend.is_collection ? "1" : "0");
    append(text, backend.allow);
    append(text, backend.deny);
    append(text, backend.target);
    append(text, backend.group);
    for (const auto& [from, to] : backend.mapping) {
        append(text, from);
        append(text, to);
    }
    for (const config::FlatmapConfig& operation : backend.flatmap) {
        append(text, std::to_string(static_cast<int>(operation.kind)));
        append(text, operation.args);
    }
    return text;
}

void check_duplicate_call(const Subject& subject, Findings& findings) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        std::map<std::string, std::size_t> seen;
        for (std::size_t i = 0; i < endpoint.backends.size(); ++i) {
            const config::BackendConfig& backend = endpoint.backends[i];
            if (backend.shadow) {
                continue;
            }
            const auto [other, fresh] =
                seen.emplace(question_of(backend) + treatment_of(backend), i);
            if (!fresh) {
                findings.at(backend.source, "url_pattern",
                            "every request makes the call of " + title_of(backend) +
                                " twice: backend " + std::to_string(other->second) + " of " +
                                title_of(endpoint) + " is the same",
                            "remove one of the two, or say what differs");
            }
        }
    }
}

}  // namespace

constinit const Rule kDuplicateCall = {
    .name = "duplicate-call",
    .severity = Severity::Warning,
    .summary = "two backends of an endpoint that make the same call and use its answer alike",
    .explanation = R"(Two backends with the same hosts, method, path and shaping double the load and
add nothing to the reply: the second part replaces the first one by its like. To
take two things out of one answer, give each backend its own `target`, `allow` or
`group`; then this is not told.

Bad:
    "backend": [{ "url_pattern": "/user" }, { "url_pattern": "/user" }]

Good:
    "backend": [{ "url_pattern": "/user" }])",
    .check = check_duplicate_call,
};

}  // namespace aggregator::lint
