#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/label_index.hpp"
#include "engine/members.hpp"
#include "engine/work.hpp"

namespace aggregator::engine {

/// The members of a root object as a tree that is read from the text only where somebody looks:
/// what nobody looked at, or nobody changed, is written as the bytes it came in. All nodes lie in
/// one vector that is used again. The texts that it was given, and the arena, outlive its use.
///
/// Objects and arrays that are not empty have children; everything else is a leaf. What lost its
/// last child is written as `null`. The children of an object have different labels, those of an
/// array need not.
class FlatmapTree {
public:
    using Id = std::uint32_t;
    static constexpr Id kNone = std::numeric_limits<Id>::max();
    static constexpr Id kRoot = 0;
    /// A label, and the key that is written for it.
    struct Name {
        Label label;
        std::string_view key;
    };
    /// How many nodes there may be. An object or array that would bring more, or would take more
    /// work than there may be, stays closed, as if nothing were in it, and full() tells.
    static constexpr std::size_t kNodesMax = 4u << 20;

    void plant(const Members& members, const Resources& with);
    /// Writes the root's children back, changed ones into the arena.
    void harvest(Members& members);
    /// Frees what grew beyond the usual.
    void shrink();

    [[nodiscard]] bool full() const { return full_; }
    /// Accounts for work on so many of its nodes; false if that is too much.
    bool visit(std::size_t nodes);
    /// Whether everything below the root was taken away.
    [[nodiscard]] bool is_bare() const { return nodes_[kRoot].changed && !has_children(kRoot); }

    // Looking at a node. These read its children from the text if that was not done.
    [[nodiscard]] Id first(Id node);
    [[nodiscard]] Id find(Id node, const Label& label);
    [[nodiscard]] bool is_array(Id node);

    [[nodiscard]] Id next(Id node) const { return nodes_[node].next; }
    [[nodiscard]] Id parent(Id node) const { return nodes_[node].parent; }
    [[nodiscard]] Label label(Id node) const { return nodes_[node].label; }
    /// Whether `child` is what find() finds below `node` by the child's label. May be false though
    /// it is, where to know it would take a search.
    [[nodiscard]] bool leads_to(Id node, Id child) const;

    /// How a child will be called.
    [[nodiscard]] Name name_of(const Label& label);
    /// Nodes of their own, which attach() puts into the tree.
    [[nodiscard]] Id make_object();
    [[nodiscard]] Id make_array();
    [[nodiscard]] Id make_null();
    /// A leaf with a copy of what the node is now.
    [[nodiscard]] Id make_copy(Id node);

    /// Takes a node out of its parent, with all that is below it, if it is still there. It
    /// remembers parent and label.
    void detach(Id node);
    /// Puts a detached node below `parent`, as its last child; in an object, where the child of
    /// that label was, which goes. A leaf that was something else than an array becomes an object.
    void attach(Id node, Id parent, const Name& name);
    /// Gives a child another label. In an object another child of that label goes, and the first of
    /// their places is kept.
    void rename(Id node, const Name& name);
    /// Takes all children away.
    void clear(Id node);
    /// Adds these, counted from 0, to the node, which becomes an array: where a child has an
    /// element's number, the element is added to that child as add_value() does it; the other
    /// elements come last. No other child goes.
    void add_elements(Id node, const std::vector<Id>& elements);

private:
    struct Node {
        std::string_view value;  ///< as it came
        std::string_view key;    ///< of a child of an object: between the quotes, escaped
        Label label;
        Id parent = kNone;
        Id first = kNone;
        Id last = kNone;
        Id next = kNone;
        Id previous = kNone;
        std::uint32_t count = 0;  ///< of its children
        std::uint32_t plain = 0;  ///< of an array's elements: so many first ones are as they came
        LabelIndex::Owner owner = LabelIndex::kNobody;  ///< of its children's entries in the index
        std::uint8_t scans = 0;                         ///< searches through many children
        bool linked = false;                            ///< it is among its parent's children
        bool array = false;
        bool folded = false;   ///< its children were not read yet
        bool inner = false;    ///< it had children from the start
        bool changed = false;  ///< or something below it is; then all that is above it is too
    };

    [[nodiscard]] bool has_children(Id node) const { return nodes_[node].first != kNone; }
    Id add(std::string_view value);
    [[nodiscard]] Label label_of(const Member& member);
    [[nodiscard]] bool has_room(std::size_t nodes);
    bool spend(std::uint64_t operations);
    [[nodiscard]] bool is_same(Id node, Id other) const;
    void add_pending();
    /// The node gets what the value has: its children are added to those of the same labels, other
    /// children stay. A value without children is what the node is if it ever loses its own.
    void add_value(Id node, std::string_view value);
    void add_members(Id node);
    void add_numbered(Id node);
    void number_children(Id node, std::size_t count);
    void become_object(Id node);
    void drop_doubles(Id node);
    void open(Id node);
    void open_object(Id node);
    void open_array(Id node);
    /// A new last child. Valid until there is another node.
    Node& adopt(Id node, std::string_view value);
    void link(Id node, Id parent, Id behind);
    void unlink(Id node);
    /// Takes all children off its list.
    void drop_children(Id node);
    /// Enters a linked child into the index of its parent, if that has one.
    void enter(Id node);
    [[nodiscard]] Id find_entry(Id node, const Label& label) const;
    [[nodiscard]] Id scan(Id node, const Label& label) const;
    void make_index(Id node);
    [[nodiscard]] bool is_before(Id node, Id other) const;
    void set_name(Id node, const Name& name);
    void mark(Id node);
    [[nodiscard]] std::string_view text_of(Id node);
    void write(Id node);
    [[nodiscard]] Id write_run(Id at);
    void write_key(Id node);

    std::vector<Node> nodes_;
    LabelIndex index_;
    Members members_;
    std::vector<std::string_view> elements_;
    std::vector<Id> numbered_;                              ///< the first child of each number
    std::vector<std::pair<Id, std::string_view>> pending_;  ///< values to be added to nodes
    std::string text_;
    Arena* arena_ = nullptr;
    WorkBudget* work_ = nullptr;
    bool full_ = false;
};

}  // namespace aggregator::engine
