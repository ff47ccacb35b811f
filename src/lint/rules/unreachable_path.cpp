#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

using config::BackendConfig;
using config::Encoding;

std::string shape_of(const BackendConfig& backend) {
    if (backend.encoding == Encoding::Rss) {
        return "a feed has no such field, or a list there";
    }
    if (backend.encoding == Encoding::String) {
        return "its answer is `{\"content\": \"...\"}` here";
    }
    return backend.encoding == Encoding::Xml ? "its answer is `{\"collection\": {...}}` here"
                                             : "its answer is `{\"collection\": [...]}` here";
}

std::string hint_for(const BackendConfig& backend) {
    return backend.encoding == Encoding::Json || backend.encoding == Encoding::Rss
               ? "a flatmap_filter enters lists: {\"type\": \"del\", \"args\": [\"" +
                     std::string(backend.encoding == Encoding::Rss ? "items" : kCollection) +
                     ".*.name\"]}"
               : "the paths begin at that object";
}

Names missed(const BackendConfig& backend, const Names& paths) {
    Names missed;
    for (const std::string& path : paths) {
        const auto keys = keys_of(path);
        const bool wild = std::find(keys.begin(), keys.end(), kEverything) != keys.end();
        if (!wild && !is_reached(backend, path)) {
            missed.push_back(quoted(path));
        }
    }
    return missed;
}

void check_unreachable_path(const Subject& subject, Findings& findings) {
    for_each_read(subject, [&](const auto&, const BackendConfig& backend) {
        if (!backend.target.empty() || !backend.flatmap.empty()) {
            return;
        }
        const bool allows = !backend.allow.empty();
        const Names& paths = allows ? backend.allow : backend.deny;
        const Names lost = missed(backend, paths);
        if (lost.empty()) {
            return;
        }
        const std::string_view effect = lost.size() < paths.size() ? ""
                                        : allows                   ? ": nothing passes"
                                                                   : ": nothing is removed";
        findings.at(backend.source, allows ? "allow" : "deny",
                    lost.front() + and_more(lost.size()) + (lost.size() == 1 ? " leads" : " lead") +
                        " to nothing in " + title_of(backend) + ", because " + shape_of(backend) +
                        std::string(effect),
                    hint_for(backend));
    });
}

}  // namespace

constinit const Rule kUnreachablePath = {
    .name = "unreachable-path",
    .severity = Severity::Warning,
    .summary = "a path of `allow` or `deny` that leads nowhere in what the backend gives",
    .explanation =
        R"(Filters work on the object that the backend's encoding makes of its answer, and
do not enter lists. A list (`is_collection`) is `{"collection": [...]}`, a text
is `{"content": "..."}`, a feed has its own fields: `allow` of anything else
lets nothing pass, `deny` removes nothing. To reach the elements of a list use a
flatmap_filter.

Bad:
    "is_collection": true, "deny": ["password"]

Good:
    "is_collection": true, "extra_config": { "proxy": { "flatmap_filter": [
      { "type": "del", "args": ["collection.*.password"] }] } })",
    .check = check_unreachable_path,
};

}  // namespace aggregator::lint
