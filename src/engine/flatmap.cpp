#include "engine/flatmap.hpp"

#include <algorithm>

#include "engine/cost.hpp"
#include "engine/kept.hpp"

namespace aggregator::engine {

namespace {

using Kind = config::FlatmapConfig::Kind;
using Path = std::span<const std::string>;

constexpr std::string_view kAll = "*";
constexpr std::size_t kKeptIdsMax = 16u << 10;

Path without_last(Path path) { return path.first(path.size() - 1); }

}  // namespace

base::Result<void> Flattener::apply(const plan::Flatmap& operations, Part& part,
                                    const Resources& with) {
    part.text = {};
    if (part.null || operations.empty()) {
        return {};
    }
    if (!with.spend(cost::keeping(part.members))) {
        return base::fail(with.work.error());
    }
    keep_last(part.members);
    const Operations rest = elements_.apply(operations, part.members, with);
    const bool fits = rest.empty() || with.exceeded() || run_on_tree(rest, part, with);
    shrink();
    if (with.exceeded()) {
        return base::fail(with.work.error());
    }
    if (!fits) {
        return base::fail(base::Code::AnswerTooLarge, "the flatmap_filter leads to more than " +
                                                          std::to_string(FlatmapTree::kNodesMax) +
                                                          " values");
    }
    return {};
}

bool Flattener::run_on_tree(Operations operations, Part& part, const Resources& with) {
    tree_.plant(part.members, with);
    for (const plan::FlatmapOperation& operation : operations) {
        if (!tree_.full()) {
            run(operation);
        }
    }
    if (tree_.full()) {
        return false;
    }
    part.null = tree_.is_bare();
    tree_.harvest(part.members);
    return true;
}

void Flattener::run(const plan::FlatmapOperation& operation) {
    switch (operation.kind) {
        case Kind::Move:
            return move(operation.paths[0], operation.paths[1]);
        case Kind::Append:
            return append(operation.paths[0], operation.paths[1]);
        case Kind::Delete:
            std::ranges::for_each(operation.paths, [this](Path path) { remove(path); });
    }
}

void Flattener::shrink() {
    elements_.shrink();
    tree_.shrink();
    empty(found_, kKeptIdsMax);
    empty(next_, kKeptIdsMax);
    empty(moved_, kKeptIdsMax);
    empty(way_, kKeptIdsMax);
    empty(values_, kKeptIdsMax);
}

const std::vector<Flattener::Id>& Flattener::matches(Path path) {
    found_.assign(1, FlatmapTree::kRoot);
    for (const std::string& segment : path) {
        next_.clear();
        for (const Id node : found_) {
            add_matches(node, segment);
        }
        if (!tree_.visit(next_.size())) {
            next_.clear();
        }
        found_.swap(next_);
    }
    return found_;
}

void Flattener::add_matches(Id node, const std::string& segment) {
    if (segment == kAll) {
        for (Id child = tree_.first(node); child != FlatmapTree::kNone; child = tree_.next(child)) {
            next_.push_back(child);
        }
    } else if (const Id child = tree_.find(node, label_of(segment)); child != FlatmapTree::kNone) {
        next_.push_back(child);
    }
}

void Flattener::remove(Path path) {
    const std::string& last = path.back();
    for (const Id parent : matches(without_last(path))) {
        if (last == kAll) {
            tree_.clear(parent);
        } else if (const Id child = tree_.find(parent, label_of(last));
                   child != FlatmapTree::kNone) {
            tree_.detach(child);
        }
    }
}

void Flattener::move(Path from, Path to) {
    find_children(from);
    const FlatmapTree::Name name = tree_.name_of(label_of(to.back()));
    if (from.size() == to.size()) {
        for (const Moved& moved : moved_) {
            tree_.rename(moved.node, name);
        }
        return;
    }
    tree_.visit(moved_.size() * to.size());
    for (const Moved& moved : moved_) {
        tree_.detach(moved.node);
    }
    const bool embeds = to.size() > from.size();
    const Path way = embeds ? without_last(to).subspan(from.size() - 1) : without_last(to);
    for (const Moved& moved : moved_) {
        if (tree_.full()) {
            return;
        }
        tree_.attach(moved.node, embeds ? make_way(moved.from, way) : walk(moved, from, way), name);
    }
}

void Flattener::find_children(Path path) {
    moved_.clear();
    const Label label = label_of(path.back());
    for (const Id parent : matches(without_last(path))) {
        if (const Id child = tree_.find(parent, label); child != FlatmapTree::kNone) {
            moved_.push_back({child, parent});
        }
    }
}

FlatmapTree::Id Flattener::make_way(Id node, Path path) {
    for (const std::string& segment : path) {
        Id child = tree_.find(node, label_of(segment));
        if (child == FlatmapTree::kNone) {
            child = tree_.make_object();
            tree_.attach(child, node, tree_.name_of(label_of(segment)));
        }
        node = child;
    }
    return node;
}

FlatmapTree::Id Flattener::walk(const Moved& moved, Path from, Path path) {
    retrace(moved, from);
    Id node = FlatmapTree::kRoot;
    for (std::size_t depth = 0; depth < path.size(); ++depth) {
        const Id before = way_[depth + 1];
        const bool together = node == way_[depth] && path[depth] == from[depth];
        if (together && tree_.leads_to(node, before)) {
            node = before;
            continue;
        }
        const Label label = path[depth] == kAll ? tree_.label(before) : label_of(path[depth]);
        const Id child = tree_.find(node, label);
        if (child == FlatmapTree::kNone) {
            break;
        }
        node = child;
    }
    return node;
}

void Flattener::retrace(const Moved& moved, Path from) {
    way_.resize(from.size());
    Id node = moved.from;
    for (std::size_t depth = from.size(); depth > 0; --depth) {
        way_[depth - 1] = node;
        node = tree_.parent(node);
    }
}

void Flattener::append(Path from, Path to) {
    if (!is_list(from) || !is_list(to)) {
        return;
    }
    values_.clear();
    read(to);
    read(from);
    tree_.add_elements(make_way(FlatmapTree::kRoot, to), values_);
    remove(from);
}

bool Flattener::is_list(Path path) {
    Id node = FlatmapTree::kRoot;
    for (const std::string& segment : path) {
        if (segment == kAll) {
            return tree_.first(node) != FlatmapTree::kNone;
        }
        node = tree_.find(node, label_of(segment));
        if (node == FlatmapTree::kNone) {
            return false;
        }
    }
    return tree_.is_array(node);
}

void Flattener::read(Path path) {
    Id node = FlatmapTree::kRoot;
    for (; !path.empty() && path.front() != kAll; path = path.subspan(1)) {
        node = tree_.find(node, label_of(path.front()));
    }
    const Path below = path.empty() ? path : path.subspan(1);
    for (Id child = tree_.first(node); child != FlatmapTree::kNone && !tree_.full();
         child = tree_.next(child)) {
        values_.push_back(gather(child, below));
    }
}

FlatmapTree::Id Flattener::gather(Id node, Path path) {
    if (path.empty()) {
        return tree_.make_copy(node);
    }
    if (path.front() == kAll && tree_.first(node) != FlatmapTree::kNone) {
        return gather_all(node, path.subspan(1));
    }
    const Id child = tree_.find(node, label_of(path.front()));
    return child == FlatmapTree::kNone ? tree_.make_null() : gather(child, path.subspan(1));
}

FlatmapTree::Id Flattener::gather_all(Id node, Path path) {
    std::vector<Id> values;
    for (Id child = tree_.first(node); child != FlatmapTree::kNone && !tree_.full();
         child = tree_.next(child)) {
        values.push_back(gather(child, path));
    }
    const Id array = tree_.make_array();
    tree_.add_elements(array, values);
    return array;
}

}  // namespace aggregator::engine
