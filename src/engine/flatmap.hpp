#pragma once

#include <span>
#include <string>
#include <vector>

#include <aggregator/base/error.hpp>
#include <aggregator/plan/plan.hpp>

#include "engine/flatmap_elements.hpp"
#include "engine/flatmap_tree.hpp"
#include "engine/part.hpp"
#include "engine/work.hpp"

namespace aggregator::engine {

/// Applies the operations of a flatmap_filter. Holds nothing but memory that is used again: the
/// result depends on the arguments alone.
class Flattener {
public:
    /// Runs all operations, in their order, on the part's members as one tree. What no path leads
    /// into stays the span it was; what changed is written to the arena, and the names of keys may
    /// be the operations' own, which therefore outlive the part. The part becomes null if all it
    /// had was taken away; one that is null stays as it is. Its `text` is emptied. Fails with
    /// AnswerTooLarge if the paths lead to more values than a tree may have, and with
    /// AnswerTooCostly if the work is too much.
    base::Result<void> apply(const plan::Flatmap& operations, Part& part, const Resources& with);

private:
    using Id = FlatmapTree::Id;
    using Path = std::span<const std::string>;
    /// A child that goes elsewhere, and whose it was.
    struct Moved {
        Id node;
        Id from;
    };

    using Operations = ElementEditor::Operations;

    /// Runs operations on the members as one tree; false if that becomes too large.
    bool run_on_tree(Operations operations, Part& part, const Resources& with);
    void run(const plan::FlatmapOperation& operation);
    void shrink();
    /// All nodes that a path leads to, wildcards followed. Valid until the next call.
    const std::vector<Id>& matches(Path path);
    void add_matches(Id node, const std::string& segment);

    void remove(Path path);

    void move(Path from, Path to);
    /// Notes in `moved_` what a path leads to, its last segment taken as it is written.
    void find_children(Path path);
    /// The node that a path of literal names leads to from `node`, with objects made where it leads
    /// nowhere.
    [[nodiscard]] Id make_way(Id node, Path path);
    /// Where a child goes that comes nearer to the root: as far as the path leads. A wildcard there
    /// means what it stood for on the way to the child.
    [[nodiscard]] Id walk(const Moved& moved, Path from, Path path);
    /// Notes in `way_` the nodes on the way to a child that was found by `from`, the root first.
    void retrace(const Moved& moved, Path from);

    /// The destination's elements and the source's become the destination's; then everything that
    /// the source leads to by now is removed, even if it was just written there.
    void append(Path from, Path to);
    /// Whether the path is read as an array: with a wildcard, as that of all it leads to.
    [[nodiscard]] bool is_list(Path path);
    /// Adds copies of the elements of what is_list() found to `values_`.
    void read(Path path);
    /// A copy of what a path is read as, with an array for each wildcard.
    [[nodiscard]] Id gather(Id node, Path path);
    [[nodiscard]] Id gather_all(Id node, Path path);

    ElementEditor elements_;
    FlatmapTree tree_;
    std::vector<Id> found_;
    std::vector<Id> next_;
    std::vector<Moved> moved_;
    std::vector<Id> way_;
    std::vector<Id> values_;  ///< elements of the array that append() makes
};

}  // namespace aggregator::engine
