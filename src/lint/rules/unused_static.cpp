#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

using Strategy = config::StaticConfig::Strategy;
using Data = std::vector<std::pair<std::string, std::string>>;

bool has(const Data& data, std::string_view key) {
    return std::any_of(data.begin(), data.end(),
                       [key](const auto& one) { return one.first == key; });
}

/// Why the data are never seen; empty if they are.
std::string reason_for(const config::EndpointConfig& endpoint) {
    const Data& data = endpoint.fixed->data;
    if (data.empty()) {
        return "`data` is empty";
    }
    if (passes_through(endpoint)) {
        return title_of(endpoint) + " passes its backend's body on as it is";
    }
    if (endpoint.output_encoding == "json-collection" && !has(data, kCollection)) {
        return "json-collection shows what is under `collection` alone";
    }
    if (endpoint.output_encoding == "string" && !has(data, kContent)) {
        return "the output string shows what is under `content` alone";
    }
    return {};
}

bool covers_failures(Strategy strategy) {
    return strategy != Strategy::Success && strategy != Strategy::Complete;
}

void check_unused_static(const Subject& subject, Findings& findings) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        const std::string reason = endpoint.fixed ? reason_for(endpoint) : std::string();
        if (reason.empty()) {
            continue;
        }
        const bool covers = covers_failures(endpoint.fixed->strategy);
        findings.at(static_of(endpoint), "data",
                    "no reply shows these data, because " + reason +
                        (covers ? ", but failures are answered with status 200 for them" : ""),
                    "remove `static`");
    }
}

}  // namespace

constinit const Rule kUnusedStatic = {
    .name = "unused-static",
    .severity = Severity::Warning,
    .summary = "static data that no reply shows",
    .explanation = R"(Static data are root keys of the reply. The output encoding json-collection
shows the key `collection` alone, string shows a text under `content` alone, and
no-op shows the backend's own body: other data are never seen. Failures that
they cover get status 200 all the same, with nothing in it.

Bad:
    "output_encoding": "json-collection",
    "extra_config": { "proxy": { "static": { "data": { "note": "old" } } } }

Good:
    "output_encoding": "json",
    "extra_config": { "proxy": { "static": { "data": { "note": "old" } } } })",
    .check = check_unused_static,
};

}  // namespace aggregator::lint
