#include "engine/flatmap_tree.hpp"

#include <aggregator/base/assert.hpp>
#include <aggregator/base/text.hpp>

namespace aggregator::engine {

namespace {

constexpr std::size_t kKeptNodesMax = 1024;
constexpr std::size_t kKeptTextMax = 64u << 10;

template <typename Container>
void empty(Container& container, std::size_t kept_max) {
    container.clear();
    if (container.capacity() > kept_max) {
        container.shrink_to_fit();
    }
}

std::string_view between_quotes(std::string_view quoted) {
    return quoted.substr(1, quoted.size() - 2);
}

}  // namespace

Label label_of(std::string_view text) {
    const bool digits = !text.empty() && text.size() <= 9 && text.front() >= '0' &&
                        text.front() <= '9' && (text.front() != '0' || text.size() == 1);
    const auto number = digits ? base::parse_decimal(text) : std::nullopt;
    return {text, number ? static_cast<std::uint32_t>(*number) : Label::kNoNumber};
}

void FlatmapTree::plant(const Members& members, Arena& arena) {
    nodes_.clear();
    arena_ = &arena;
    full_ = false;
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
    Id child = first(node);
    while (child != kNone && !(nodes_[child].label == label)) {
        child = next(child);
    }
    return child;
}

bool FlatmapTree::is_array(Id node) {
    open(node);
    const Node& opened = nodes_[node];
    return has_children(node) ? opened.array : !opened.inner && opened.value.front() == '[';
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

FlatmapTree::Id FlatmapTree::make_null() { return add("null"); }

FlatmapTree::Id FlatmapTree::make_copy(Id node) { return add(text_of(node)); }

std::string_view FlatmapTree::text_of(Id node) {
    if (!nodes_[node].changed) {
        return nodes_[node].value;
    }
    text_.clear();
    write(node);
    return arena_->keep(text_);
}

void FlatmapTree::detach(Id node) {
    if (nodes_[node].linked) {
        mark(parent(node));
        unlink(node);
    }
}

void FlatmapTree::attach(Id node, Id parent, Label label) {
    open(parent);
    set_label(node, label);
    mark(parent);
    const Id there = nodes_[parent].array ? kNone : find(parent, label);
    link(node, parent, there == kNone ? nodes_[parent].last : there);
    if (there != kNone) {
        unlink(there);
    }
}

void FlatmapTree::rename(Id node, Label label) {
    const Id above = parent(node);
    if (nodes_[node].label == label) {
        return;
    }
    mark(above);
    const bool array = nodes_[above].array;
    for (Id child = array ? kNone : nodes_[above].first; child != node && child != kNone;) {
        if (nodes_[child].label == label) {
            unlink(node);
            link(node, above, child);
            unlink(child);
            break;
        }
        child = next(child);
    }
    const Id later = array ? kNone : find(above, label);
    if (later != kNone) {
        unlink(later);
    }
    set_label(node, label);
}

void FlatmapTree::clear(Id node) {
    if (first(node) != kNone) {
        mark(node);
        nodes_[node].first = nodes_[node].last = kNone;
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
    return !full_;
}

void FlatmapTree::open(Id node) {
    if (!nodes_[node].folded) {
        return;
    }
    nodes_[node].folded = false;
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
        const Id child = add(member.value);
        nodes_[child].key = member.key;
        nodes_[child].label = label_of(member);
        link(child, node, nodes_[node].last);
    }
}

// From elements_.
void FlatmapTree::open_array(Id node) {
    if (!has_room(elements_.size())) {
        return;
    }
    std::uint32_t number = 0;
    for (const std::string_view value : elements_) {
        const Id child = add(value);
        nodes_[child].label.number = number++;
        link(child, node, nodes_[node].last);
    }
}

void FlatmapTree::link(Id node, Id parent, Id behind) {
    Node& child = nodes_[node];
    child.linked = true;
    child.parent = parent;
    child.previous = behind;
    child.next = behind == kNone ? nodes_[parent].first : nodes_[behind].next;
    (behind == kNone ? nodes_[parent].first : nodes_[behind].next) = node;
    (child.next == kNone ? nodes_[parent].last : nodes_[child.next].previous) = node;
}

void FlatmapTree::unlink(Id node) {
    Node& gone = nodes_[node];
    gone.linked = false;
    Node& above = nodes_[gone.parent];
    (gone.previous == kNone ? above.first : nodes_[gone.previous].next) = gone.next;
    (gone.next == kNone ? above.last : nodes_[gone.next].previous) = gone.previous;
}

void FlatmapTree::set_label(Id node, const Label& label) {
    nodes_[node].label = label;
    text_.clear();
    json::append_string(text_, label.text);
    const std::string_view key = between_quotes(text_);
    nodes_[node].key = key == label.text ? label.text : arena_->keep(key);
}

void FlatmapTree::mark(Id node) {
    for (; node != kNone && !nodes_[node].changed; node = parent(node)) {
        nodes_[node].changed = true;
    }
}

void FlatmapTree::write(Id top) {
    Id at = top;
    for (;;) {
        const Node& node = nodes_[at];
        if (node.changed && node.first != kNone) {
            text_ += node.array ? '[' : '{';
            at = node.first;
            write_key(at);
            continue;
        }
        text_ += node.changed && node.inner ? "null" : node.value;
        while (at != top && next(at) == kNone) {
            at = parent(at);
            text_ += nodes_[at].array ? ']' : '}';
        }
        if (at == top) {
            return;
        }
        at = next(at);
        text_ += ',';
        write_key(at);
    }
}

void FlatmapTree::write_key(Id node) {
    if (!nodes_[parent(node)].array) {
        text_.append("\"").append(nodes_[node].key).append("\":");
    }
}

}  // namespace aggregator::engine
