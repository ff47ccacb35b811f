#include <map>

#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

/// Where each path stands first, and where last.
struct Places {
    std::map<std::string_view, std::size_t> first;
    std::map<std::string_view, std::size_t> last;
};

Places places_of(const Names& allow) {
    Places places;
    for (std::size_t i = 0; i < allow.size(); ++i) {
        places.first.emplace(allow[i], i);
        places.last.insert_or_assign(allow[i], i);
    }
    return places;
}

/// The path ahead of `index` that the one there narrows; empty if there is none, or if one behind
/// them lets all of it pass again.
std::string_view narrowed_by(const Names& allow, std::size_t index, const Places& places) {
    const std::string_view path = allow[index];
    for (std::size_t dot = path.find('.'); dot != std::string_view::npos;
         dot = path.find('.', dot + 1)) {
        const std::string_view start = path.substr(0, dot);
        const auto last = places.last.find(start);
        if (last != places.last.end() && last->second > index) {
            return {};
        }
        const auto first = places.first.find(start);
        if (first != places.first.end() && first->second < index) {
            return start;
        }
    }
    return {};
}

void check_allow_overlap(const Subject& subject, Findings& findings) {
    for_each_read(subject, [&](const auto&, const config::BackendConfig& backend) {
        const Names& allow = backend.flatmap.empty() ? backend.allow : Names();
        const Places places = places_of(allow);
        std::set<std::string_view> told;
        for (std::size_t i = 0; i < allow.size(); ++i) {
            const std::string_view start = narrowed_by(allow, i, places);
            if (!start.empty() && told.insert(start).second) {
                findings.at(backend.source, {"allow", i},
                            quoted(allow[i]) + " takes the place of " + quoted(start) +
                                ": the rest of " + quoted(start) + " no longer passes",
                            "keep one of the two");
            }
        }
    });
}

}  // namespace

constinit const Rule kAllowOverlap = {
    .name = "allow-overlap",
    .severity = Severity::Warning,
    .summary = "a longer path in `allow` takes the place of the shorter one ahead of it",
    .explanation = R"(Where one path of `allow` goes on where another one ends, the later of the two
counts. Behind `b`, which lets all of `b` pass, `b.z` lets pass nothing but
`b.z`. The other way round all of `b` passes.

Bad:
    "allow": ["address", "address.city"]

Good:
    "allow": ["address"]
    "allow": ["address.city"])",
    .check = check_allow_overlap,
};

}  // namespace aggregator::lint
