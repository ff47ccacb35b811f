#include <aggregator/plan/routes.hpp>

#include <algorithm>
#include <functional>
#include <unordered_map>

#include <aggregator/base/text.hpp>

#include "plan/pattern.hpp"

namespace aggregator::plan {

namespace {

constexpr std::uint32_t kNoEndpoint = ~std::uint32_t{0};

/// Lets a map of strings be searched with a view.
struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
        return std::hash<std::string_view>{}(text);
    }
};

/// What is wrong with a route by itself.
std::optional<std::string> fault_of(const std::vector<RouteSegment>& segments) {
    if (segments.size() > Routes::kSegmentsMax) {
        return "the path has more than " + std::to_string(Routes::kSegmentsMax) + " segments";
    }
    for (const RouteSegment& segment : segments) {
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

struct Routes::Node {
    using Children =
        std::unordered_map<std::string, std::unique_ptr<Node>, TextHash, std::equal_to<>>;

    Children literals;
    Children params;                        // by the literal text in front of the parameter
    std::vector<std::size_t> prefix_sizes;  // of `params`, longest first, each once
    std::string name;                       // of the parameter that leads here
    std::string path;                       // router path of the route that ends here
    std::uint32_t maker = kNoEndpoint;      // the endpoint that brought this node
    std::uint32_t endpoint = kNoEndpoint;   // the endpoint whose route ends here

    Node& child(const RouteSegment& segment, std::uint32_t endpoint_now);
    const Node* find(std::string_view rest, std::vector<std::string_view>& captured) const;
    static const Node* follow(const Children& children, std::string_view key,
                              std::optional<std::string_view> rest,
                              std::vector<std::string_view>& captured);
};

Routes::Node& Routes::Node::child(const RouteSegment& segment, std::uint32_t endpoint_now) {
    std::unique_ptr<Node>& node =
        (segment.has_param ? params : literals)[std::string(segment.prefix)];
    if (!node) {
        node = std::make_unique<Node>();
        node->name = segment.name;
        node->maker = endpoint_now;
    }
    const std::size_t size = segment.prefix.size();
    if (segment.has_param &&
        std::find(prefix_sizes.begin(), prefix_sizes.end(), size) == prefix_sizes.end()) {
        prefix_sizes.push_back(size);
        std::sort(prefix_sizes.begin(), prefix_sizes.end(), std::greater<>());
    }
    return *node;
}

const Routes::Node* Routes::Node::follow(const Children& children, std::string_view key,
                                         std::optional<std::string_view> rest,
                                         std::vector<std::string_view>& captured) {
    const auto child = children.find(key);
    if (child == children.end()) {
        return nullptr;
    }
    const Node* const node = child->second.get();
    if (rest) {
        return node->find(*rest, captured);
    }
    return node->endpoint != kNoEndpoint ? node : nullptr;
}

const Routes::Node* Routes::Node::find(std::string_view rest,
                                       std::vector<std::string_view>& captured) const {
    const std::size_t slash = rest.find('/');
    const std::string_view segment = rest.substr(0, slash);
    std::optional<std::string_view> below;
    if (slash != std::string_view::npos) {
        below = rest.substr(slash + 1);
    }
    if (const Node* const found = follow(literals, segment, below, captured)) {
        return found;
    }
    for (const std::size_t size : prefix_sizes) {
        if (size >= segment.size()) {
            continue;
        }
        captured.push_back(segment.substr(size));
        if (const Node* const found = follow(params, segment.substr(0, size), below, captured)) {
            return found;
        }
        captured.pop_back();
    }
    return nullptr;
}

Routes::Routes() : exact_(std::make_unique<Node>()), folded_(std::make_unique<Node>()) {}
Routes::~Routes() = default;
Routes::Routes(Routes&&) noexcept = default;
Routes& Routes::operator=(Routes&&) noexcept = default;

std::optional<Routes::Conflict> Routes::add(std::string_view path, ParamSyntax syntax,
                                            std::uint32_t endpoint) {
    const std::string cleaned = router_path(path, syntax);
    const std::vector<RouteSegment> segments = route_segments(cleaned);
    if (auto fault = fault_of(segments)) {
        return Conflict{.other = endpoint, .reason = *std::move(fault)};
    }
    Node* node = exact_.get();
    for (const RouteSegment& segment : segments) {
        node = &node->child(segment, endpoint);
        if (node->name != segment.name) {
            return Conflict{.other = node->maker,
                            .reason = "{" + std::string(segment.name) + "} stands where it has {" +
                                      node->name + "}"};
        }
    }
    if (node->endpoint != kNoEndpoint) {
        return Conflict{.other = node->endpoint, .reason = "both are served at '" + cleaned + "'"};
    }
    node->endpoint = endpoint;
    fold(segments, cleaned, endpoint);
    return std::nullopt;
}

void Routes::fold(const std::vector<RouteSegment>& segments, const std::string& path,
                  std::uint32_t endpoint) {
    Node* node = folded_.get();
    for (RouteSegment segment : segments) {
        const std::string lowered = base::to_lower(segment.prefix);
        segment.prefix = lowered;
        node = &node->child(segment, endpoint);
    }
    if (node->endpoint == kNoEndpoint) {
        node->endpoint = endpoint;
        node->path = path;
    }
}

std::optional<std::uint32_t> Routes::match(std::string_view path,
                                           std::vector<std::string_view>& params) const {
    params.clear();
    if (!path.starts_with('/')) {
        return std::nullopt;
    }
    const Node* const found = exact_->find(path.substr(1), params);
    return found ? std::optional(found->endpoint) : std::nullopt;
}

std::optional<std::string> Routes::match_ignoring_case(std::string_view path) const {
    const std::string lowered = base::to_lower(path);
    std::vector<std::string_view> values;
    const Node* const found = path.starts_with('/')
                                  ? folded_->find(std::string_view(lowered).substr(1), values)
                                  : nullptr;
    if (found == nullptr) {
        return std::nullopt;
    }
    std::string canonical;
    auto value = values.begin();
    for (const RouteSegment& segment : route_segments(found->path)) {
        canonical.append(1, '/').append(segment.prefix);
        if (segment.has_param) {
            const auto offset = static_cast<std::size_t>(value->data() - lowered.data());
            canonical.append(path, offset, value->size());
            ++value;
        }
    }
    return canonical;
}

bool Routes::empty() const { return folded_->literals.empty() && folded_->params.empty(); }

}  // namespace aggregator::plan
