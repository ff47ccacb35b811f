#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <aggregator/config/manipulation.hpp>

namespace aggregator::plan {

/// A tree of dotted paths, for allow and deny.
struct PathTree {
    struct Branch;
    std::vector<Branch> branches;
    /// The branch of that key; null if there is none.
    [[nodiscard]] const Branch* find(std::string_view key) const;
};
struct PathTree::Branch {
    std::string key;
    PathTree below;  ///< no branches: the path ends here
};

/// One operation of a flatmap_filter, its paths cut at their dots: two for Move and Append, any
/// number for Delete.
struct FlatmapOperation {
    config::FlatmapConfig::Kind kind = config::FlatmapConfig::Kind::Delete;
    std::vector<std::vector<std::string>> paths;
    /// Of an operation that changes each element of one list by itself, such as a move from
    /// `items.*.address.city` to `items.*.city`: how many segments lead into the list, its wildcard
    /// included (here 2). 0: it is another one.
    std::size_t list_depth = 0;
};
using Flatmap = std::vector<FlatmapOperation>;

/// How a backend's answer becomes its part of the reply. Empty for a no-op backend, whose answer is
/// not looked into.
struct Shape {
    std::vector<std::string> target;  ///< the dotted path's segments; empty: the whole
    PathTree allow;                   ///< used if it has branches
    PathTree deny;                    ///< empty if `allow` is not
    /// Source key, new key (cut at the first dot).
    std::vector<std::pair<std::string, std::string>> mapping;
    Flatmap flatmap;                   ///< if there is one, allow, deny and mapping are empty
    std::optional<std::string> group;  ///< as a finished JSON string with its quotes
    /// Whether nothing but group is asked, so that members pass as they are.
    [[nodiscard]] bool passes_members() const {
        return target.empty() && allow.branches.empty() && deny.branches.empty() &&
               mapping.empty() && flatmap.empty();
    }
};

}  // namespace aggregator::plan
