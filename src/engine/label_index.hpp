#pragma once

#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

namespace aggregator::engine {

/// What a child is called within its parent: a key, or the place of an element as the array came.
struct Label {
    static constexpr std::uint32_t kNoNumber = std::numeric_limits<std::uint32_t>::max();

    std::string_view text;             ///< not needed where there is a number
    std::uint32_t number = kNoNumber;  ///< of a text that is a number as it is usually written

    friend bool operator==(const Label& a, const Label& b) {
        return a.number == b.number && (a.number != kNoNumber || a.text == b.text);
    }
};
/// Of a text that begins with a digit.
[[nodiscard]] Label numbered_label_of(std::string_view text);
[[nodiscard]] inline Label label_of(std::string_view text) {
    const bool digit = !text.empty() && text.front() >= '0' && text.front() <= '9';
    return digit ? numbered_label_of(text) : Label{text, Label::kNoNumber};
}

/// The children of nodes that have many, by their labels: one hash table for the whole tree. It
/// knows nothing of the nodes: an entry may be out of date, and whoever looks up says which of the
/// entries still holds. The hash has a seed of its own, so that no choice of keys makes it slow.
class LabelIndex {
public:
    using Id = std::uint32_t;
    using Owner = std::uint32_t;
    static constexpr Id kNone = std::numeric_limits<Id>::max();
    static constexpr Owner kNobody = 0;

    /// A name for the children of one node, under which nothing is entered yet.
    [[nodiscard]] Owner new_owner() { return ++owners_; }

    /// The first entry of this owner and label that `holds(id)`; kNone if there is none.
    template <typename Holds>
    [[nodiscard]] Id find(Owner owner, const Label& label, Holds holds) const {
        if (slots_.empty()) {
            return kNone;
        }
        const std::uint64_t hash = hash_of(owner, label);
        for (std::size_t at = hash & mask(); slots_[at].owner != kNobody; at = (at + 1) & mask()) {
            const Slot& slot = slots_[at];
            if (slot.hash == hash && slot.owner == owner && holds(slot.id)) {
                return slot.id;
            }
        }
        return kNone;
    }

    /// Enters a child. Entries are never taken out one by one.
    void enter(Owner owner, const Label& label, Id id);

    /// Forgets all entries; a table that grew beyond `slots_kept_max` is freed.
    void clear(std::size_t slots_kept_max);

private:
    struct Slot {
        std::uint64_t hash = 0;
        Owner owner = kNobody;
        Id id = kNone;
    };

    [[nodiscard]] std::size_t mask() const { return slots_.size() - 1; }
    [[nodiscard]] std::uint64_t hash_of(Owner owner, const Label& label) const;
    void put(const Slot& slot);
    void grow();

    std::vector<Slot> slots_;  ///< as many as a power of two, at most half of them taken
    std::size_t taken_ = 0;
    std::uint64_t seed_ = 0;
    Owner owners_ = kNobody;
};

}  // namespace aggregator::engine
