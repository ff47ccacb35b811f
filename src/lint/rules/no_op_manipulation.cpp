#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

using config::BackendConfig;

struct Idle {
    Source owner;
    std::string_view key;
};

bool is_other_encoding(std::string_view written) {
    return !written.empty() && base::to_lower(std::string(written)) != "no-op";
}

/// Without filters, which are told by `filter-ignored`.
std::vector<Idle> idle_keys(const BackendConfig& backend) {
    const Source& source = backend.source;
    const Source http = http_of(source);
    const std::pair<bool, Idle> keys[] = {
        {is_other_encoding(text_at(source, "encoding")), {source, "encoding"}},
        {backend.is_collection, {source, "is_collection"}},
        {!backend.mapping.empty(), {source, "mapping"}},
        {!backend.group.empty(), {source, "group"}},
        {backend.return_error_code, {http, "return_error_code"}},
        {!backend.return_error_details.empty(), {http, "return_error_details"}},
    };
    std::vector<Idle> found;
    for (const auto& [idle, key] : keys) {
        if (idle) {
            found.push_back(key);
        }
    }
    return found;
}

void check_no_op_manipulation(const Subject& subject, Findings& findings) {
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
    "output_encoding": "no-op", "backend": [{ "group": "user" }]

Good:
    "output_encoding": "json", "backend": [{ "group": "user" }]
    "output_encoding": "no-op", "backend": [{ "url_pattern": "/users" }])",
    .check = check_no_op_manipulation,
};

}  // namespace aggregator::lint
