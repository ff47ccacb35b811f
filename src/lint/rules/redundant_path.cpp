#include <map>

#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

using LastPlaces = std::map<std::string_view, std::size_t>;

/// Where each path stands last.
LastPlaces last_places(const Names& paths) {
    LastPlaces places;
    for (std::size_t i = 0; i < paths.size(); ++i) {
        places.insert_or_assign(paths[i], i);
    }
    return places;
}

/// Whether a path there stands for all that lies below it: in `allow` only behind a longer one.
using Covers = bool (*)(std::size_t shorter, std::size_t longer);

/// The path that the one at `index` lies below; empty if there is none.
std::string_view cover_of(const Names& paths, std::size_t index, const LastPlaces& places,
                          Covers covers) {
    const std::string_view path = paths[index];
    for (std::size_t dot = path.find('.'); dot != std::string_view::npos;
         dot = path.find('.', dot + 1)) {
        const auto found = places.find(path.substr(0, dot));
        if (found != places.end() && covers(found->second, index)) {
            return found->first;
        }
    }
    return {};
}

void check_redundant(const config::BackendConfig& backend, const Names& paths, std::string_view key,
                     Findings& findings) {
    const Covers covers =
        key == "deny" ? [](std::size_t, std::size_t) { return true; }
                      : [](std::size_t shorter, std::size_t longer) { return shorter > longer; };
    const LastPlaces places = last_places(paths);
    for (std::size_t i = 0; i < paths.size(); ++i) {
        const std::string_view cover = cover_of(paths, i, places, covers);
        if (!cover.empty()) {
            findings.at(backend.source, {key, i},
                        quoted(paths[i]) + " adds nothing to " + quoted(cover) +
                            ", which stands for all that is below it",
                        "remove it");
        }
    }
}

void check_redundant_path(const Subject& subject, Findings& findings) {
    for_each_read(subject, [&](const auto&, const config::BackendConfig& backend) {
        if (!backend.flatmap.empty()) {
            return;
        }
        check_redundant(backend, backend.allow, "allow", findings);
        if (backend.allow.empty()) {
            check_redundant(backend, backend.deny, "deny", findings);
        }
    });
}

}  // namespace

constinit const Rule kRedundantPath = {
    .name = "redundant-path",
    .severity = Severity::Advice,
    .summary = "a path of `allow` or `deny` that another one covers",
    .explanation = R"(A path that lies below another one of the list changes nothing; it makes a
reader look for what it is there for. In `allow` that is so where the shorter
path stands behind the longer one.

Bad:
    "deny": ["user.password", "user"]

Good:
    "deny": ["user"])",
    .check = check_redundant_path,
};

}  // namespace aggregator::lint
