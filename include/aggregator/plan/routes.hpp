#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/plan/path.hpp>

namespace aggregator::plan {

struct RouteSegment;

/// Where an endpoint's path may have a `{name}`: the service's `disable_rest` decides.
enum class ParamSyntax : std::uint8_t {
    Segment,   ///< after a slash only, with a name of letters, digits, `_` and `-`
    Anywhere,  ///< with a name of letters, digits and `_ - . : /`
};

/// The names that an endpoint's path captures, in order. A parameter runs to the next slash and
/// takes all of it into its name: `/{a}.json` captures `a.json`.
[[nodiscard]] std::vector<std::string> parameter_names(std::string_view endpoint,
                                                       ParamSyntax syntax);

/// One method's routes as a trie over path segments: a lookup costs by the path's length, not by
/// the number of routes. Literal segments win over parameters, longer prefixes in front of a
/// parameter over shorter ones, with backtracking. A lookup enters each node of the trie at most
/// once, so backtracking cannot cost more than there are nodes whose whole way matches the path.
/// Built once, then immutable and shared by all workers.
class Routes {
public:
    Routes();
    ~Routes();
    Routes(Routes&&) noexcept;
    Routes& operator=(Routes&&) noexcept;

    /// How many segments a route may have; a lookup's recursion is bounded by it.
    static constexpr std::size_t kSegmentsMax = 256;

    /// A route that cannot be added.
    struct Conflict {
        std::uint32_t other = 0;  ///< the endpoint in its way; itself if its own path is at fault
        std::string reason;       ///< half a sentence, with "it" for the other endpoint
    };

    /// Adds `path`, cleaned, for `endpoint`, an index into Plan::endpoints. On a
    /// conflict the route is not there.
    [[nodiscard]] std::optional<Conflict> add(std::string_view path, ParamSyntax syntax,
                                              std::uint32_t endpoint);

    /// Finds the route of a decoded path. `params` is emptied and filled with views into `path`.
    [[nodiscard]] std::optional<std::uint32_t> match(std::string_view path,
                                                     std::vector<std::string_view>& params) const;

    /// Whether a path that match() finds a route for is another route's but for the slash at its
    /// end, and that one has a literal where this one has a parameter: with `/r/static/` and
    /// `/r/{id}`, the path `/r/static` means the first.
    [[nodiscard]] bool means_other_slash(std::string_view path) const;

    /// The path of a route that differs from `path` in the (ASCII) case of its literals only, with
    /// the parameters' values as they are in `path`. Nothing if there is none.
    [[nodiscard]] std::optional<std::string> match_ignoring_case(std::string_view path) const;

    [[nodiscard]] bool empty() const;

private:
    struct Tables;
    void fold(const std::vector<RouteSegment>& segments, std::uint32_t endpoint);

    std::unique_ptr<Tables> tables_;
    bool has_slashed_ = false;    ///< a route that ends with a slash
    bool has_unslashed_ = false;  ///< one that does not
};

}  // namespace aggregator::plan
