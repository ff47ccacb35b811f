#include "engine/flatmap_tree.hpp"

#include <aggregator/base/assert.hpp>

#include "engine/cost.hpp"
#include "engine/kept.hpp"

namespace aggregator::engine {

namespace {

constexpr std::size_t kKeptNodesMax = 16u << 10;
constexpr std::size_t kKeptSlotsMax = 4096;
constexpr std::size_t kKeptTextMax = 256u << 10;
constexpr std::uint32_t kFewChildren = 16;
// So often many children are looked through before they are entered into the index.
constexpr std::uint8_t kScansMax = 3;

std::string_view between_quotes(std::string_view quoted) {
    return quoted.substr(1, quoted.size() - 2);
}

}  // namespace

void FlatmapTree::plant(const Members& members, const Resources& with) {
    nodes_.clear();
    arena_ = &with.arena;
    work_ = &with.work;
    full_ = false;
    index_.clear(kKeptSlotsMax);
    const Id root = add("{}");
    nodes_[root].folded = false;
    members_ = members;
    open_object(root);
}

void FlatmapTree::harvest(Members& members) {
    members.clear();
    for (Id child = nodes_[kRoot].first; child != kNone; child = next(child)) {
        const std::string_view key = nodes_[child].key;
        members.push_back({key, text_of(child), key.find('\\') != std::string_view::npos});
    }
}

void FlatmapTree::shrink() {
    empty(nodes_, kKeptNodesMax);
    index_.clear(kKeptSlotsMax);
    empty(members_, kKeptNodesMax);
    empty(elements_, kKeptNodesMax);
    empty(numbered_, kKeptNodesMax);
    empty(pending_, kKeptNodesMax);
    empty(text_, kKeptTextMax);
}

FlatmapTree::Id FlatmapTree::first(Id node) {
    open(node);
    return nodes_[node].first;
}

FlatmapTree::Id FlatmapTree::find(Id node, const Label& label) {
    const Id begin = first(node);
    Node& parent = nodes_[node];
    if (label.number < parent.plain) {
        return begin + label.number;
    }
    if (parent.plain == parent.count) {
        return kNone;
    }
    if (parent.count <= kFewChildren) {
        return scan(node, label);
    }
    if (parent.owner == LabelIndex::kNobody) {
        if (parent.scans < kScansMax) {
            ++parent.scans;
            return scan(node, label);
        }
        visit(parent.count);
        make_index(node);
    }
    return find_entry(node, label);
}

bool FlatmapTree::is_array(Id node) {
    open(node);
    const Node& opened = nodes_[node];
    return has_children(node) ? opened.array : !opened.inner && opened.value.front() == '[';
}

bool FlatmapTree::leads_to(Id node, Id child) const {
    const Node& parent = nodes_[node];
    const bool distinct = !parent.array || parent.plain == parent.count;
    return distinct && nodes_[child].linked && nodes_[child].parent == node;
}

FlatmapTree::Id FlatmapTree::make_object() {
    const Id node = make_null();
    nodes_[node].inner = true;
    return node;
}

FlatmapTree::Id FlatmapTree::make_array() {
    const Id node = make_object();
    nodes_[node].array = true;
    return node;
}

FlatmapTree::Id FlatmapTree::make_null() {
    spend(cost::kNode);
    return add("null");
}

FlatmapTree::Id FlatmapTree::make_copy(Id node) {
    spend(cost::kNode);
    return add(text_of(node));
}

std::string_view FlatmapTree::text_of(Id node) {
    if (!nodes_[node].changed) {
        return nodes_[node].value;
    }
    text_.clear();
    write(node);
    spend(cost::passing(text_));
    return arena_->keep(text_);
}

void FlatmapTree::detach(Id node) {
    if (nodes_[node].linked) {
        mark(parent(node));
        unlink(node);
    }
}

void FlatmapTree::attach(Id node, Id parent, const Name& name) {
    open(parent);
    set_name(node, name);
    mark(parent);
    const Id there = nodes_[parent].array ? kNone : find(parent, name.label);
    link(node, parent, there == kNone ? nodes_[parent].last : there);
    if (there != kNone) {
        unlink(there);
    }
    enter(node);
}

void FlatmapTree::rename(Id node, const Name& name) {
    const Id above = parent(node);
    if (nodes_[node].label == name.label) {
        return;
    }
    mark(above);
    const Id other = nodes_[above].array ? kNone : find(above, name.label);
    if (other != kNone && is_before(other, node)) {
        unlink(node);
        link(node, above, other);
    }
    if (other != kNone) {
        unlink(other);
    }
    set_name(node, name);
    nodes_[above].plain = 0;
    nodes_[above].owner = LabelIndex::kNobody;
}

void FlatmapTree::clear(Id node) {
    if (first(node) != kNone) {
        mark(node);
        drop_children(node);
    }
}

Label FlatmapTree::label_of(const Member& member) {
    return engine::label_of(member.escaped ? arena_->keep(json::unescape(member.key)) : member.key);
}

FlatmapTree::Id FlatmapTree::add(std::string_view value) {
    full_ = full_ || nodes_.size() >= kNodesMax;
    Node node;
    node.value = value;
    node.array = value.front() == '[';
    node.folded = node.array || value.front() == '{';
    nodes_.push_back(node);
    return static_cast<Id>(nodes_.size() - 1);
}

bool FlatmapTree::has_room(std::size_t nodes) {
    full_ = full_ || nodes_.size() + nodes > kNodesMax;
    return spend(nodes * cost::kNode);
}

bool FlatmapTree::visit(std::size_t nodes) { return spend(nodes * cost::kVisit); }

bool FlatmapTree::spend(std::uint64_t operations) {
    full_ = full_ || (work_ != nullptr && !work_->spend(operations));
    return !full_;
}

void FlatmapTree::open(Id node) {
    if (!nodes_[node].folded) {
        return;
    }
    nodes_[node].folded = false;
    if (!spend(cost::passing(nodes_[node].value))) {
        return;
    }
    if (nodes_[node].array) {
        json::elements_of(nodes_[node].value, elements_);
        open_array(node);
    } else {
        json::members_of(nodes_[node].value, members_);
        keep_last(members_);
        open_object(node);
    }
    nodes_[node].inner = has_children(node);
}

// From members_, where no name is twice.
void FlatmapTree::open_object(Id node) {
    if (!has_room(members_.size())) {
        return;
    }
    for (const Member& member : members_) {
        Node& child = adopt(node, member.value);
        child.key = member.key;
        child.label = label_of(member);
    }
}

// From elements_.
void FlatmapTree::open_array(Id node) {
    if (!has_room(elements_.size())) {
        return;
    }
    std::uint32_t number = 0;
    for (const std::string_view value : elements_) {
        adopt(node, value).label.number = number++;
    }
    nodes_[node].plain = number;
}

FlatmapTree::Node& FlatmapTree::adopt(Id node, std::string_view value) {
    const auto id = static_cast<Id>(nodes_.size());
    Node& child = nodes_.emplace_back();
    Node& parent = nodes_[node];
    child.value = value;
    child.array = value.front() == '[';
    child.folded = child.array || value.front() == '{';
    child.linked = true;
    child.parent = node;
    child.previous = parent.last;
    (parent.last == kNone ? parent.first : nodes_[parent.last].next) = id;
    parent.last = id;
    ++parent.count;
    return child;
}

void FlatmapTree::link(Id node, Id parent, Id behind) {
    Node& child = nodes_[node];
    child.linked = true;
    child.parent = parent;
    child.previous = behind;
    child.next = behind == kNone ? nodes_[parent].first : nodes_[behind].next;
    (behind == kNone ? nodes_[parent].first : nodes_[behind].next) = node;
    (child.next == kNone ? nodes_[parent].last : nodes_[child.next].previous) = node;
    ++nodes_[parent].count;
}

void FlatmapTree::unlink(Id node) {
    Node& gone = nodes_[node];
    gone.linked = false;
    Node& above = nodes_[gone.parent];
    (gone.previous == kNone ? above.first : nodes_[gone.previous].next) = gone.next;
    (gone.next == kNone ? above.last : nodes_[gone.next].previous) = gone.previous;
    --above.count;
    if (above.array) {
        // Of two elements with one label the second may be the first now.
        above.plain = 0;
        above.owner = LabelIndex::kNobody;
    }
}

void FlatmapTree::drop_children(Id node) {
    Node& parent = nodes_[node];
    parent.first = parent.last = kNone;
    parent.count = parent.plain = 0;
    parent.owner = LabelIndex::kNobody;
}

void FlatmapTree::enter(Id node) {
    const Id above = parent(node);
    const LabelIndex::Owner owner = nodes_[above].owner;
    if (owner != LabelIndex::kNobody && find_entry(above, nodes_[node].label) == kNone) {
        index_.enter(owner, nodes_[node].label, node);
    }
}

FlatmapTree::Id FlatmapTree::find_entry(Id node, const Label& label) const {
    return index_.find(nodes_[node].owner, label, [&](Id child) {
        const Node& entered = nodes_[child];
        return entered.linked && entered.parent == node && entered.label == label;
    });
}

FlatmapTree::Id FlatmapTree::scan(Id node, const Label& label) const {
    Id child = nodes_[node].first;
    while (child != kNone && !(nodes_[child].label == label)) {
        child = next(child);
    }
    return child;
}

void FlatmapTree::make_index(Id node) {
    nodes_[node].owner = index_.new_owner();
    for (Id child = nodes_[node].first; child != kNone; child = next(child)) {
        enter(child);
    }
}

bool FlatmapTree::is_before(Id node, Id other) const {
    for (Id behind = next(node); behind != kNone; behind = next(behind)) {
        if (behind == other) {
            return true;
        }
    }
    return false;
}

FlatmapTree::Name FlatmapTree::name_of(const Label& label) {
    text_.clear();
    json::append_string(text_, label.text);
    const std::string_view key = between_quotes(text_);
    return {label, key == label.text ? label.text : arena_->keep(key)};
}

void FlatmapTree::set_name(Id node, const Name& name) {
    nodes_[node].label = name.label;
    nodes_[node].key = name.key;
}

void FlatmapTree::mark(Id node) {
    for (; node != kNone && !nodes_[node].changed; node = parent(node)) {
        nodes_[node].changed = true;
    }
}

}  // namespace aggregator::engine
