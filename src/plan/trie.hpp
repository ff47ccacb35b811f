#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace aggregator::plan {

/// Paths cut into segments, as nodes in one array: those of a path that was added at once lie side
/// by side, so that a lookup among thousands of paths touches few cache lines. A child is found in
/// a short list, or in a hash table if its parent has many. Nodes are numbered, the root is 0.
class Trie {
public:
    using Id = std::uint32_t;
    using Values = std::vector<std::string_view>;

    static constexpr Id kRoot = 0;
    static constexpr std::uint32_t kNone = ~std::uint32_t{0};
    static constexpr std::size_t kTextBytesMax = 0xffff;  ///< of one segment's literal text

    Trie();

    /// The child behind a literal segment; it is made if it is not there.
    Id literal(Id parent, std::string_view text);
    /// The child behind a segment that begins with `prefix` and goes on with a value.
    Id param(Id parent, std::string_view prefix);
    /// What ends at a node; kNone if nothing does.
    [[nodiscard]] std::uint32_t end(Id node) const { return nodes_[node].end; }
    void set_end(Id node, std::uint32_t value) { nodes_[node].end = value; }
    [[nodiscard]] std::size_t size() const { return nodes_.size(); }

    /// The node with an end that the segments of `rest`, which begins after a slash, lead to from
    /// `node`: a literal wins over a parameter, a longer prefix over a shorter one, and what leads
    /// nowhere is left again. kNone if there is no such node. What was captured on the way is
    /// appended.
    [[nodiscard]] Id find(Id node, std::string_view rest, Values& captured) const;

    /// Whether, of two nodes found for the same segments, the way to `a` is the literal one where
    /// they part.
    [[nodiscard]] bool is_more_literal(Id a, Id b) const;

private:
    enum class Kind : std::uint8_t { Literal, Param };
    struct Node {
        Id parent = kNone;
        std::uint32_t text = 0;  // where its text begins in texts_
        std::uint16_t text_size = 0;
        Kind kind = Kind::Literal;
        bool many = false;  // literal children: found in the table
        std::uint32_t end = kNone;
        Id first = kNone;             // literal child
        Id next = kNone;              // literal sibling
        Id plain = kNone;             // child behind a whole segment
        std::uint32_t sizes = kNone;  // index in sizes_
    };
    struct Slot {
        std::uint32_t hash = 0;
        Id node = kNone;
    };

    /// A path cut behind its first segment.
    struct Cut {
        std::string_view segment;
        std::string_view rest;
        bool last;  // nothing follows, not even an empty segment
    };

    [[nodiscard]] std::string_view text_of(const Node& node) const;
    [[nodiscard]] Id find_literal(Id parent, std::string_view text) const;
    [[nodiscard]] Id find_in_table(Id parent, Kind kind, std::string_view text) const;
    [[nodiscard]] Id find_prefixed(Id node, const Cut& cut, Values& captured) const;
    [[nodiscard]] Id follow(Id child, const Cut& cut, Values& captured) const;
    [[nodiscard]] Id capture(Id child, std::size_t prefix_size, const Cut& cut,
                             Values& captured) const;
    Id make(Id parent, Kind kind, std::string_view text);
    void link(Id child);
    void note_size(Node& parent, std::size_t size);
    void insert(Id node);
    void place(Id node);
    [[nodiscard]] static std::uint64_t seed_of(Id parent, Kind kind);

    std::vector<Node> nodes_;
    std::string texts_;
    std::vector<std::vector<std::uint16_t>> sizes_;  // of prefixes, longest first, each once
    std::vector<Slot> table_;                        // open addressing, never more than half full
    std::size_t hashed_ = 0;                         // nodes in the table
};

}  // namespace aggregator::plan
