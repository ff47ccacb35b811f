#include "lint/all_rules.hpp"
#include "lint/rules/operations.hpp"

namespace aggregator::lint {

namespace {

using config::FlatmapConfig;

/// Whether something was moved out of there before.
bool tidies(const std::vector<FlatmapConfig>& operations, std::size_t end,
            const std::string& path) {
    for (std::size_t i = 0; i < end; ++i) {
        if (operations[i].kind != FlatmapConfig::Kind::Delete &&
            covers(path, operations[i].args[0])) {
            return true;
        }
    }
    return false;
}

/// Whether clients may see something there that no filter has touched.
bool is_given(const Roots& roots, std::string_view path) {
    const std::string_view root = root_of(path);
    return root.find('*') != std::string_view::npos || roots.may_have(root);
}

void check_endpoint(const config::EndpointConfig& endpoint, Findings& findings) {
    const Roots roots = merged_of(regular_of(endpoint));
    for (std::size_t i = 0; i < endpoint.flatmap.size(); ++i) {
        const FlatmapConfig& operation = endpoint.flatmap[i];
        if (operation.kind != FlatmapConfig::Kind::Delete) {
            continue;
        }
        for (std::size_t arg = 0; arg < operation.args.size(); ++arg) {
            if (is_given(roots, operation.args[arg]) &&
                !tidies(endpoint.flatmap, i, operation.args[arg])) {
                findings.at(operation_at(endpoint.source, i), {kArgs, arg},
                            "if a backend of " + title_of(endpoint) + " fails, clients get " +
                                quoted(operation.args[arg]) +
                                ": the filter is skipped for replies that miss a part",
                            "delete it in the backend that gives it");
            }
        }
    }
}

void check_flatmap_skipped(const Subject& subject, Findings& findings) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        if (regular_of(endpoint).size() > 1) {
            check_endpoint(endpoint, findings);
        }
    }
}

}  // namespace

constinit const Rule kFlatmapSkipped = {
    .name = "flatmap-skipped",
    .severity = Severity::Warning,
    .summary = "what an endpoint's flatmap_filter deletes goes out if a backend fails",
    .explanation = R"(The flatmap_filter of an endpoint works on the merged answer, and only if no
backend failed: otherwise clients get what there is, untouched, with all that a
`del` was to keep back. A backend's own flatmap_filter, or its `deny`, always
works. What a `del` tidies up behind a `move` is not told.

Bad:
    "endpoint": "/profile", "extra_config": { "proxy": { "flatmap_filter": [
      { "type": "del", "args": ["password"] }] } }

Good:
    "endpoint": "/profile", "backend": [
      { "url_pattern": "/user", "deny": ["password"] }, { "url_pattern": "/x" }])",
    .check = check_flatmap_skipped,
};

}  // namespace aggregator::lint
