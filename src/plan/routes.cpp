#include <aggregator/plan/routes.hpp>

#include <unordered_map>

#include <aggregator/base/text.hpp>

#include "plan/pattern.hpp"
#include "plan/trie.hpp"

namespace aggregator::plan {

namespace {

/// What is wrong with a route by itself.
std::optional<std::string> fault_of(const std::vector<RouteSegment>& segments) {
    if (segments.size() > Routes::kSegmentsMax) {
        return "the path has more than " + std::to_string(Routes::kSegmentsMax) + " segments";
    }
    for (const RouteSegment& segment : segments) {
        if (segment.prefix.size() > Trie::kTextBytesMax) {
            return "a segment of the path is longer than any request's";
        }
        if (segment.prefix.find('*') != std::string_view::npos ||
            segment.name.find('*') != std::string_view::npos) {
            return "there are no wildcards: write one {name} for each segment";
        }
        if (segment.has_param && segment.name.empty()) {
            return "a ':' begins a parameter and needs a name after it";
        }
        if (segment.name.find(':') != std::string_view::npos) {
            return "a segment has room for one parameter, which runs to the next slash";
        }
    }
    return std::nullopt;
}

}  // namespace

struct Routes::Tables {
    /// Where a node came from.
    struct Note {
        std::string name;         // of the parameter that leads there
        std::uint32_t maker = 0;  // the endpoint that brought it
    };
    Trie exact;
    Trie folded;
    std::vector<Note> notes;                               // by node of `exact`
    std::unordered_map<std::uint32_t, std::string> paths;  // by endpoint, in router syntax
};

namespace {

Trie::Id enter(Trie& trie, Trie::Id node, const RouteSegment& segment) {
    return segment.has_param ? trie.param(node, segment.prefix)
                             : trie.literal(node, segment.prefix);
}

}  // namespace

Routes::Routes() : tables_(std::make_unique<Tables>()) { tables_->notes.emplace_back(); }
Routes::~Routes() = default;
Routes::Routes(Routes&&) noexcept = default;
Routes& Routes::operator=(Routes&&) noexcept = default;

std::optional<Routes::Conflict> Routes::add(std::string_view path, ParamSyntax syntax,
                                            std::uint32_t endpoint) {
    std::string cleaned = router_path(path, syntax);
    const std::vector<RouteSegment> segments = route_segments(cleaned);
    if (auto fault = fault_of(segments)) {
        return Conflict{.other = endpoint, .reason = *std::move(fault)};
    }
    Trie& exact = tables_->exact;
    Trie::Id node = Trie::kRoot;
    for (const RouteSegment& segment : segments) {
        node = enter(exact, node, segment);
        if (node == tables_->notes.size()) {
            tables_->notes.push_back({.name = std::string(segment.name), .maker = endpoint});
        }
        const Tables::Note& note = tables_->notes[node];
        if (note.name != segment.name) {
            return Conflict{.other = note.maker,
                            .reason = "{" + std::string(segment.name) + "} stands where it has {" +
                                      note.name + "}"};
        }
    }
    if (exact.end(node) != Trie::kNone) {
        return Conflict{.other = exact.end(node), .reason = "both are served at '" + cleaned + "'"};
    }
    exact.set_end(node, endpoint);
    (cleaned.ends_with('/') ? has_slashed_ : has_unslashed_) = true;
    fold(segments, endpoint);
    tables_->paths.emplace(endpoint, std::move(cleaned));
    return std::nullopt;
}

void Routes::fold(const std::vector<RouteSegment>& segments, std::uint32_t endpoint) {
    Trie& folded = tables_->folded;
    Trie::Id node = Trie::kRoot;
    for (RouteSegment segment : segments) {
        const std::string lowered = base::to_lower(segment.prefix);
        segment.prefix = lowered;
        node = enter(folded, node, segment);
    }
    if (folded.end(node) == Trie::kNone) {
        folded.set_end(node, endpoint);
    }
}

std::optional<std::uint32_t> Routes::match(std::string_view path,
                                           std::vector<std::string_view>& params) const {
    params.clear();
    if (!path.starts_with('/')) {
        return std::nullopt;
    }
    const Trie& exact = tables_->exact;
    const Trie::Id found = exact.find(Trie::kRoot, path.substr(1), params);
    return found != Trie::kNone ? std::optional(exact.end(found)) : std::nullopt;
}

bool Routes::means_other_slash(std::string_view path) const {
    if (!has_slashed_ || !has_unslashed_ || path.size() < 2) {
        return false;
    }
    const Trie& exact = tables_->exact;
    std::vector<std::string_view> values;
    const Trie::Id found = exact.find(Trie::kRoot, path.substr(1), values);
    const std::string slashed = std::string(path.substr(1)) + '/';
    const std::string_view other = path.ends_with('/') ? path.substr(1, path.size() - 2) : slashed;
    const Trie::Id meant = exact.find(Trie::kRoot, other, values);
    return found != Trie::kNone && meant != Trie::kNone && exact.is_more_literal(meant, found);
}

std::optional<std::string> Routes::match_ignoring_case(std::string_view path) const {
    if (!path.starts_with('/')) {
        return std::nullopt;
    }
    const Trie& folded = tables_->folded;
    const std::string lowered = base::to_lower(path);
    std::vector<std::string_view> values;
    const Trie::Id found = folded.find(Trie::kRoot, std::string_view(lowered).substr(1), values);
    if (found == Trie::kNone) {
        return std::nullopt;
    }
    std::string canonical;
    auto value = values.begin();
    for (const RouteSegment& segment : route_segments(tables_->paths.at(folded.end(found)))) {
        canonical.append(1, '/').append(segment.prefix);
        if (segment.has_param) {
            const auto offset = static_cast<std::size_t>(value->data() - lowered.data());
            canonical.append(path, offset, value->size());
            ++value;
        }
    }
    return canonical;
}

bool Routes::empty() const { return tables_->paths.empty(); }

}  // namespace aggregator::plan
