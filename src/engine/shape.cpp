#include "engine/shape.hpp"

#include <algorithm>
#include <string>

#include "engine/cost.hpp"

namespace aggregator::engine {

namespace {

const plan::PathTree::Branch* branch_of(const plan::PathTree& tree, const Member& member) {
    return member.escaped ? tree.find(json::unescape(member.key)) : tree.find(member.key);
}

bool is_object(std::string_view value) { return json::kind_of(value) == json::Kind::Object; }

Members::iterator find_named(Members& members, std::string_view name) {
    return std::ranges::find_if(members,
                                [name](const Member& member) { return json::named(member, name); });
}

// The name as it stands between the quotes of a JSON string.
Member named_as(const std::string& name, std::string_view value, Arena& arena) {
    std::string quoted;
    json::append_string(quoted, name);
    const std::string_view inner = std::string_view(quoted).substr(1, quoted.size() - 2);
    return {arena.keep(inner), value, inner.find('\\') != std::string_view::npos};
}

void rename(Members& members, const std::string& from, const std::string& to, Arena& arena) {
    const auto source = find_named(members, from);
    if (source == members.end()) {
        return;
    }
    if (from == to) {
        members.erase(source);  // a key that is mapped to itself is deleted
        return;
    }
    const auto replaced = find_named(members, to);
    if (replaced == members.end()) {
        *source = named_as(to, source->value, arena);
        return;
    }
    replaced->value = source->value;
    members.erase(source);
}

void put_into_group(const std::string& quoted, Part& part, Arena& arena) {
    const std::string_view value =
        part.null ? std::string_view("null") : write_object(part.members, arena);
    const std::string_view inner = std::string_view(quoted).substr(1, quoted.size() - 2);
    part.members.assign(1, Member{inner, value, inner.find('\\') != std::string_view::npos});
    part.null = false;
}

void keep_last_within(const Resources& with, Members& members) {
    if (with.spend(cost::keeping(members))) {
        keep_last(members);
    }
}

}  // namespace

base::Result<void> Shaper::reshape(const plan::Shape& shape, Part& part, const Resources& with) {
    if (shape.passes_members() && !shape.group) {
        return {};
    }
    part.text = {};
    part.null = part.null && shape.target.empty();
    if (!part.null) {
        lift(shape, part.members, with);
        keep_last_within(with, part.members);
    }
    filter(shape, part.members, with);
    if (with.exceeded()) {
        return base::fail(with.work.error());
    }
    if (auto applied = flattener_.apply(shape.flatmap, part, with); !applied) {
        return applied;
    }
    if (shape.group) {
        put_into_group(*shape.group, part, with.arena);
    }
    return {};
}

void Shaper::filter(const plan::Shape& shape, Members& members, const Resources& with) {
    if (!shape.allow.branches.empty()) {
        allow(shape.allow, members, with, 0);
    } else if (!shape.deny.branches.empty()) {
        deny(shape.deny, members, with, 0);
    }
    for (const auto& [from, to] : shape.mapping) {
        rename(members, from, to, with.arena);
    }
}

void Shaper::lift(const plan::Shape& shape, Members& members, const Resources& with) {
    for (const std::string& segment : shape.target) {
        keep_last_within(with, members);
        const auto found = find_named(members, segment);
        if (found == members.end() || !is_object(found->value) ||
            !with.spend(cost::passing(found->value))) {
            members.clear();
            return;
        }
        const std::string_view object = found->value;
        json::members_of(object, members);
    }
}

void Shaper::allow(const Branches& tree, Members& members, const Resources& with,
                   std::size_t depth) {
    std::size_t kept = 0;
    for (Member& member : members) {
        const auto* const branch = branch_of(tree, member);
        if (branch != nullptr && allowed(*branch, member, with, depth)) {
            members[kept++] = member;
        }
    }
    members.resize(kept);
}

bool Shaper::allowed(const Branch& branch, Member& member, const Resources& with,
                     std::size_t depth) {
    if (branch.below.branches.empty()) {
        return true;
    }
    if (!is_object(member.value)) {
        return false;
    }
    Members& inner = open(member.value, with, depth);
    allow(branch.below, inner, with, depth + 1);
    member.value = write_object(inner, with.arena);
    return !inner.empty();
}

void Shaper::deny(const Branches& tree, Members& members, const Resources& with,
                  std::size_t depth) {
    std::size_t kept = 0;
    for (Member& member : members) {
        const auto* const branch = branch_of(tree, member);
        if (branch == nullptr || !denied(*branch, member, with, depth)) {
            members[kept++] = member;
        }
    }
    members.resize(kept);
}

bool Shaper::denied(const Branch& branch, Member& member, const Resources& with,
                    std::size_t depth) {
    if (branch.below.branches.empty()) {
        return true;
    }
    if (is_object(member.value)) {
        Members& inner = open(member.value, with, depth);
        deny(branch.below, inner, with, depth + 1);
        member.value = write_object(inner, with.arena);
    }
    return false;
}

Members& Shaper::open(std::string_view object, const Resources& with, std::size_t depth) {
    if (depth == nested_.size()) {
        nested_.emplace_back();
    }
    Members& members = nested_[depth];
    members.clear();
    if (with.spend(2 * cost::passing(object))) {  // it is written too
        json::members_of(object, members);
        keep_last_within(with, members);
    }
    return members;
}

}  // namespace aggregator::engine
