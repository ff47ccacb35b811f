#include "engine/cost.hpp"
#include "engine/flatmap_tree.hpp"

namespace aggregator::engine {

void FlatmapTree::add_elements(Id node, const std::vector<Id>& elements) {
    number_children(node, elements.size());
    for (std::uint32_t number = 0; number < elements.size(); ++number) {
        const Id element = elements[number];
        const Id there = numbered_[number];
        if (there == kNone) {
            nodes_[element].label = {{}, number};
            link(element, node, nodes_[node].last);
            enter(element);
        } else if (!is_same(there, element)) {
            pending_.emplace_back(there, text_of(element));
        }
    }
    nodes_[node].array = true;
    mark(node);
    add_pending();
}

// To add to a node what it is already changes nothing.
bool FlatmapTree::is_same(Id node, Id other) const {
    const Node& a = nodes_[node];
    const Node& b = nodes_[other];
    return !a.changed && !b.changed && a.value.data() == b.value.data();
}

void FlatmapTree::add_pending() {
    while (!pending_.empty()) {
        const auto [node, value] = pending_.back();
        pending_.pop_back();
        // Deep values are read again at each level.
        if (spend(cost::kVisit + 2 * cost::passing(value))) {
            add_value(node, value);
        }
    }
}

void FlatmapTree::add_value(Id node, std::string_view value) {
    open(node);
    mark(node);
    const bool array = value.front() == '[';
    members_.clear();
    elements_.clear();
    if (array) {
        json::elements_of(value, elements_);
    } else if (value.front() == '{') {
        json::members_of(value, members_);
        keep_last(members_);
    }
    spend((elements_.size() + members_.size()) * cost::kNode);
    if (elements_.empty() && members_.empty()) {
        nodes_[node].value = value;
        nodes_[node].inner = false;
    }
    if (array) {
        nodes_[node].array = true;
        add_numbered(node);
    } else {
        become_object(node);
        add_members(node);
    }
}

// From members_.
void FlatmapTree::add_members(Id node) {
    for (const Member& member : members_) {
        const Label label = label_of(member);
        if (const Id there = find(node, label); there != kNone) {
            pending_.emplace_back(there, member.value);
        } else {
            const Id child = add(member.value);
            nodes_[child].key = member.key;
            nodes_[child].label = label;
            link(child, node, nodes_[node].last);
            enter(child);
        }
    }
}

// From elements_.
void FlatmapTree::add_numbered(Id node) {
    number_children(node, elements_.size());
    for (std::uint32_t number = 0; number < elements_.size(); ++number) {
        if (const Id there = numbered_[number]; there != kNone) {
            pending_.emplace_back(there, elements_[number]);
        } else {
            const Id child = add(elements_[number]);
            nodes_[child].label.number = number;
            link(child, node, nodes_[node].last);
            enter(child);
        }
    }
}

void FlatmapTree::number_children(Id node, std::size_t count) {
    visit(nodes_[node].count);
    numbered_.assign(count, kNone);
    for (Id child = first(node); child != kNone; child = next(child)) {
        const std::uint32_t number = nodes_[child].label.number;
        if (number < count && numbered_[number] == kNone) {
            numbered_[number] = child;
        }
    }
}

// An array that had elements shows them by their numbers.
void FlatmapTree::become_object(Id node) {
    if (!nodes_[node].array) {
        return;
    }
    nodes_[node].array = false;
    nodes_[node].plain = 0;
    for (Id child = nodes_[node].first; child != kNone; child = next(child)) {
        if (nodes_[child].label.number != Label::kNoNumber) {
            nodes_[child].key = arena_->keep(std::to_string(nodes_[child].label.number));
        }
    }
    drop_doubles(node);
}

// The children of an object have different labels: the last of each stays.
void FlatmapTree::drop_doubles(Id node) {
    nodes_[node].owner = index_.new_owner();
    for (Id child = nodes_[node].last; child != kNone;) {
        const Id before = nodes_[child].previous;
        const Label label = nodes_[child].label;
        if (find_entry(node, label) == kNone) {
            index_.enter(nodes_[node].owner, label, child);
        } else {
            unlink(child);
        }
        child = before;
    }
}

}  // namespace aggregator::engine
