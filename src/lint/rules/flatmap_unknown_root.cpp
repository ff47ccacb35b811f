#include "lint/all_rules.hpp"
#include "lint/rules/operations.hpp"

namespace aggregator::lint {

namespace {

using config::FlatmapConfig;

/// How many of an operation's paths have to be there.
std::size_t needed_of(const FlatmapConfig& operation) {
    return operation.kind == FlatmapConfig::Kind::Move ? 1 : operation.args.size();
}

std::string hint_for(const Roots& roots, std::string_view path) {
    return roots.names_it(kCollection)
               ? "the elements of the list are under " +
                     quoted(std::string(kCollection) + ".*." + std::string(path))
               : "";
}

/// `owner` is whatever has the filter, which works on an object with these roots.
template <typename Owner>
void check_filter(const Owner& owner, Roots roots, Findings& findings) {
    for (std::size_t i = 0; i < owner.flatmap.size(); ++i) {
        const FlatmapConfig& operation = owner.flatmap[i];
        for (std::size_t arg = 0; arg < needed_of(operation); ++arg) {
            const std::string& path = operation.args[arg];
            if (root_of(path).find('*') == std::string_view::npos &&
                !roots.may_have(root_of(path))) {
                findings.at(operation_at(owner.source, i), {kArgs, arg},
                            "nothing happens to " + quoted(path) + ": what " + title_of(owner) +
                                " gives has no " + quoted(root_of(path)) + " at its root",
                            hint_for(roots, path));
            }
        }
        apply_to(roots, operation);
    }
}

void check_flatmap_unknown_root(const Subject& subject, Findings& findings) {
    for_each_read(subject, [&](const auto&, const config::BackendConfig& backend) {
        if (!backend.flatmap.empty()) {
            check_filter(backend, decoded_roots(backend), findings);
        }
    });
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        const Backends regular = regular_of(endpoint);
        if (regular.size() > 1 && !endpoint.flatmap.empty()) {
            check_filter(endpoint, merged_of(regular), findings);
        }
    }
}

}  // namespace

constinit const Rule kFlatmapUnknownRoot = {
    .name = "flatmap-unknown-root",
    .severity = Severity::Warning,
    .summary = "a flatmap_filter's path begins with a key that cannot be there",
    .explanation = R"(The paths of a flatmap_filter begin at the object that a backend gives, or at
the merged one. A list stands under `collection` in it, and its elements under
`collection.*`. An operation on a key that cannot be there does nothing.

Bad:
    "is_collection": true, "extra_config": { "proxy": { "flatmap_filter": [
      { "type": "del", "args": ["password"] }] } }

Good:
    "is_collection": true, "extra_config": { "proxy": { "flatmap_filter": [
      { "type": "del", "args": ["collection.*.password"] }] } })",
    .check = check_flatmap_unknown_root,
};

}  // namespace aggregator::lint
