#include "plan/trie.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <utility>

#include <aggregator/base/assert.hpp>

namespace aggregator::plan {

namespace {

/// A longer list of children is left for the table.
constexpr std::size_t kListMax = 6;

constexpr std::uint64_t kFactor = 0x9e3779b97f4a7c15;

std::uint64_t mixed(std::uint64_t hash, std::uint64_t word) {
    hash = (hash ^ word) * kFactor;
    return hash ^ (hash >> 32);
}

/// Only the configuration chooses what is in the table, so nobody can fill it with equal hashes.
std::uint32_t hash_of(std::uint64_t seed, std::string_view text) {
    std::uint64_t hash = mixed(text.size(), seed);
    std::uint64_t word = 0;
    for (; text.size() > sizeof word; text.remove_prefix(sizeof word)) {
        std::memcpy(&word, text.data(), sizeof word);
        hash = mixed(hash, word);
    }
    word = 0;
    if (!text.empty()) {
        std::memcpy(&word, text.data(), text.size());
    }
    return static_cast<std::uint32_t>(mixed(hash, word));
}

}  // namespace

Trie::Trie() : nodes_(1) {}

Trie::Id Trie::literal(Id parent, std::string_view text) {
    const Id found = find_literal(parent, text);
    if (found != kNone) {
        return found;
    }
    const Id made = make(parent, Kind::Literal, text);
    link(made);
    return made;
}

Trie::Id Trie::param(Id parent, std::string_view prefix) {
    if (prefix.empty()) {
        if (nodes_[parent].plain == kNone) {
            const Id made = make(parent, Kind::Param, prefix);
            nodes_[parent].plain = made;
        }
        return nodes_[parent].plain;
    }
    const Id found = find_in_table(parent, Kind::Param, prefix);
    if (found != kNone) {
        return found;
    }
    const Id made = make(parent, Kind::Param, prefix);
    insert(made);
    note_size(nodes_[parent], prefix.size());
    return made;
}

Trie::Id Trie::make(Id parent, Kind kind, std::string_view text) {
    AGG_ASSERT(text.size() <= kTextBytesMax);
    Node node;
    node.parent = parent;
    node.kind = kind;
    node.text = static_cast<std::uint32_t>(texts_.size());
    node.text_size = static_cast<std::uint16_t>(text.size());
    texts_ += text;
    nodes_.push_back(node);
    return static_cast<Id>(nodes_.size() - 1);
}

void Trie::link(Id child) {
    Node& parent = nodes_[nodes_[child].parent];
    nodes_[child].next = parent.first;
    parent.first = child;
    if (parent.many) {
        insert(child);
        return;
    }
    std::size_t count = 0;
    for (Id one = parent.first; one != kNone; one = nodes_[one].next) {
        ++count;
    }
    if (count <= kListMax) {
        return;
    }
    parent.many = true;
    for (Id one = parent.first; one != kNone; one = nodes_[one].next) {
        insert(one);
    }
}

void Trie::note_size(Node& parent, std::size_t size) {
    if (parent.sizes == kNone) {
        parent.sizes = static_cast<std::uint32_t>(sizes_.size());
        sizes_.emplace_back();
    }
    std::vector<std::uint16_t>& sizes = sizes_[parent.sizes];
    const auto noted = static_cast<std::uint16_t>(size);
    const auto at = std::lower_bound(sizes.begin(), sizes.end(), noted, std::greater<>());
    if (at == sizes.end() || *at != noted) {
        sizes.insert(at, noted);
    }
}

void Trie::insert(Id node) {
    if (2 * (hashed_ + 1) > table_.size()) {
        const std::vector<Slot> old =
            std::exchange(table_, std::vector<Slot>(std::max<std::size_t>(16, 2 * table_.size())));
        for (const Slot& slot : old) {
            if (slot.node != kNone) {
                place(slot.node);
            }
        }
    }
    place(node);
    ++hashed_;
}

std::uint64_t Trie::seed_of(Id parent, Kind kind) {
    return 2 * std::uint64_t{parent} + (kind == Kind::Param ? 1 : 0);
}

void Trie::place(Id id) {
    const Node& node = nodes_[id];
    const std::uint32_t hash = hash_of(seed_of(node.parent, node.kind), text_of(node));
    std::size_t at = hash & (table_.size() - 1);
    while (table_[at].node != kNone) {
        at = (at + 1) & (table_.size() - 1);
    }
    table_[at] = {.hash = hash, .node = id};
}

std::string_view Trie::text_of(const Node& node) const {
    return std::string_view(texts_).substr(node.text, node.text_size);
}

Trie::Id Trie::find_literal(Id parent, std::string_view text) const {
    if (nodes_[parent].many) {
        return find_in_table(parent, Kind::Literal, text);
    }
    Id child = nodes_[parent].first;
    while (child != kNone && text_of(nodes_[child]) != text) {
        child = nodes_[child].next;
    }
    return child;
}

Trie::Id Trie::find_in_table(Id parent, Kind kind, std::string_view text) const {
    if (table_.empty()) {
        return kNone;
    }
    const std::uint32_t hash = hash_of(seed_of(parent, kind), text);
    std::size_t at = hash & (table_.size() - 1);
    for (; table_[at].node != kNone; at = (at + 1) & (table_.size() - 1)) {
        const Node& node = nodes_[table_[at].node];
        if (table_[at].hash == hash && node.parent == parent && node.kind == kind &&
            text_of(node) == text) {
            break;
        }
    }
    return table_[at].node;
}

Trie::Id Trie::find(Id node, std::string_view rest, Values& captured) const {
    const std::size_t slash = rest.find('/');
    const bool last = slash == std::string_view::npos;
    const Cut cut{.segment = rest.substr(0, slash),
                  .rest = rest.substr(last ? rest.size() : slash + 1),
                  .last = last};
    Id found = follow(find_literal(node, cut.segment), cut, captured);
    if (found == kNone && nodes_[node].sizes != kNone) {
        found = find_prefixed(node, cut, captured);
    }
    if (found == kNone) {
        found = capture(nodes_[node].plain, 0, cut, captured);
    }
    return found;
}

bool Trie::is_more_literal(Id a, Id b) const {
    const auto way_to = [this](Id node) {
        std::vector<Id> way;
        for (; node != kNone; node = nodes_[node].parent) {
            way.push_back(node);
        }
        return way;
    };
    const std::vector<Id> one = way_to(a);
    const std::vector<Id> other = way_to(b);
    for (std::size_t i = 0; i < std::min(one.size(), other.size()); ++i) {
        const Node& mine = nodes_[one[one.size() - 1 - i]];
        const Node& theirs = nodes_[other[other.size() - 1 - i]];
        if (&mine != &theirs) {
            return mine.kind == Kind::Literal && theirs.kind == Kind::Param;
        }
    }
    return false;
}

Trie::Id Trie::find_prefixed(Id node, const Cut& cut, Values& captured) const {
    for (const std::uint16_t size : sizes_[nodes_[node].sizes]) {
        if (size >= cut.segment.size()) {
            continue;
        }
        const Id child = find_in_table(node, Kind::Param, cut.segment.substr(0, size));
        const Id found = capture(child, size, cut, captured);
        if (found != kNone) {
            return found;
        }
    }
    return kNone;
}

Trie::Id Trie::capture(Id child, std::size_t prefix_size, const Cut& cut, Values& captured) const {
    if (child == kNone || prefix_size >= cut.segment.size()) {
        return kNone;
    }
    captured.push_back(cut.segment.substr(prefix_size));
    const Id found = follow(child, cut, captured);
    if (found == kNone) {
        captured.pop_back();
    }
    return found;
}

Trie::Id Trie::follow(Id child, const Cut& cut, Values& captured) const {
    if (child == kNone) {
        return kNone;
    }
    if (!cut.last) {
        return find(child, cut.rest, captured);
    }
    return nodes_[child].end != kNone ? child : kNone;
}

}  // namespace aggregator::plan
