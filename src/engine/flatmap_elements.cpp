#include "engine/flatmap_elements.hpp"

#include <algorithm>

#include "engine/cost.hpp"
#include "engine/kept.hpp"

namespace aggregator::engine {

namespace {

using Kind = config::FlatmapConfig::Kind;

constexpr std::size_t kKeptElementsMax = 16u << 10;
constexpr std::string_view kNull = "null";

// Byte by byte: names are short, and a library's comparison is a call for each.
bool are_same(std::string_view a, std::string_view b) {
    std::size_t same = 0;
    while (same < a.size() && same < b.size() && a[same] == b[same]) {
        ++same;
    }
    return same == a.size() && same == b.size();
}

Members::iterator find_member(Members& members, std::string_view name) {
    return std::ranges::find_if(members, [name](const Member& m) {
        return m.escaped ? json::named(m, name) : are_same(m.key, name);
    });
}

bool begins_object(std::string_view value) { return value.front() == '{'; }

}  // namespace

ElementEditor::Operations ElementEditor::apply(Operations operations, Members& members,
                                               const Resources& with) {
    with_ = &with;
    while (!operations.empty() && operations.front().list_depth > 0 && !with.exceeded()) {
        shared_ = operations.front().list_depth;
        const Path way = Path(operations.front().paths.front()).first(shared_);
        const auto other = std::ranges::find_if(operations, [&](const auto& operation) {
            return operation.list_depth != shared_ ||
                   !std::ranges::equal(Path(operation.paths.front()).first(shared_), way);
        });
        begin(Operations(operations.begin(), other));
        operations = Operations(other, operations.end());
        const auto top = find_member(members, way.front());
        if (top == members.end()) {
            continue;
        }
        if (const auto edited = edit(top->value, way.subspan(1))) {
            top->value = *edited;
        }
    }
    return operations;
}

void ElementEditor::begin(Operations operations) {
    operations_ = operations;
    std::size_t depth = 0;
    for (const plan::FlatmapOperation& operation : operations) {
        for (const Path path : operation.paths) {
            depth = std::max(depth, path.size() - shared_);
        }
    }
    levels_.resize(std::max(levels_.size(), depth));
    const Path first = Path(operations.front().paths.front()).subspan(shared_);
    within_ = {.key = first.size() > 1 ? first.front() : std::string_view(),
               .members = &levels_[first.size() > 1 ? 1 : 0]};
}

void ElementEditor::shrink() {
    for (Members& members : levels_) {
        empty(members, kKeptElementsMax);
    }
}

std::optional<std::string_view> ElementEditor::edit(std::string_view value, Path way) {
    if (way.size() == 1) {
        return value.front() == '['   ? edit_array(value)
               : begins_object(value) ? edit_object(value)
                                      : std::nullopt;
    }
    if (!begins_object(value)) {
        return std::nullopt;
    }
    Members members = members_at(value);
    const auto next = find_member(members, way.front());
    const auto edited = next == members.end() ? std::nullopt : edit(next->value, way.subspan(1));
    if (!edited) {
        return std::nullopt;
    }
    next->value = *edited;
    return engine::write_object(members, with_->arena);
}

Members ElementEditor::members_at(std::string_view object) {
    Members members;
    if (with_->spend(cost::passing(object) * 2)) {
        json::members_of(object, members);
    }
    if (with_->spend(cost::keeping(members))) {
        engine::keep_last(members);
    } else {
        members.clear();
    }
    return members;
}

std::optional<std::string_view> ElementEditor::edit_array(std::string_view array) {
    if (!with_->spend(cost::passing(array) * 2)) {
        return std::nullopt;
    }
    bool changed = false;
    ArenaWriter out(with_->arena, array.size() + array.size() / 8);
    out.put('[');
    for (json::ElementCursor each(array); !each.at_end();) {
        if (out.text().size() > 1) {
            out.put(',');
        }
        if (!begins_object(each.rest())) {
            out.put(each.next());
            continue;
        }
        const Element element = write_object(each.rest(), out);
        changed = changed || element.changed;
        each.skip(element.bytes);
    }
    out.put(']');
    return changed ? std::optional(out.text()) : std::nullopt;
}

std::optional<std::string_view> ElementEditor::edit_object(std::string_view object) {
    const Members members = members_at(object);
    ArenaWriter out(with_->arena, object.size() + object.size() / 8);
    bool changed = false;
    char before = '{';
    for (const Member& member : members) {
        out.put(before);
        out.put('"');
        out.put(member.key);
        out.put("\":");
        if (begins_object(member.value)) {
            changed = write_object(member.value, out).changed || changed;
        } else {
            out.put(member.value);
        }
        before = ',';
    }
    out.put('}');
    return changed ? std::optional(out.text()) : std::nullopt;
}

ElementEditor::Element ElementEditor::write_object(std::string_view text, ArenaWriter& out) {
    Element element{.bytes = read(text)};
    element.changed = !with_->exceeded() && run_all();
    if (!element.changed) {
        out.put(text.substr(0, element.bytes));
    } else if (levels_[0].empty()) {
        out.put(kNull);
    } else {
        engine::write_object(levels_[0], out.take(object_size(levels_[0])));
    }
    return element;
}

bool ElementEditor::run_all() {
    bool changed = false;
    for (const plan::FlatmapOperation& operation : operations_) {
        changed = run(operation) || changed;
    }
    return changed;
}

bool ElementEditor::run(const plan::FlatmapOperation& operation) {
    if (operation.kind == Kind::Move) {
        const Path from = Path(operation.paths[0]).subspan(shared_);
        const std::string& name = operation.paths[1].back();
        const bool renames = operation.paths[0].size() == operation.paths[1].size();
        return renames ? rename(from, name, 0) : move(from, name);
    }
    bool changed = false;
    for (const Path path : operation.paths) {
        changed = take(path.subspan(shared_), 0).has_value() || changed;
    }
    return changed;
}

bool ElementEditor::move(Path from, const std::string& name) {
    const auto taken = take(from, 0);
    if (!taken) {
        return false;
    }
    const Member moved{name, *taken, false};
    const auto there = find_member(levels_[0], name);
    if (there != levels_[0].end()) {
        *there = moved;
    } else {
        levels_[0].push_back(moved);
    }
    return true;
}

std::optional<std::string_view> ElementEditor::take(Path path, std::size_t depth) {
    const auto found = find_at(depth, path.front());
    if (found == levels_[depth].end()) {
        return std::nullopt;
    }
    if (path.size() == 1) {
        const std::string_view taken = found->value;
        levels_[depth].erase(found);
        return taken;
    }
    const auto place = found - levels_[depth].begin();
    if (!begins_object(found->value)) {
        return std::nullopt;
    }
    open(found->value, depth + 1);
    const auto taken = take(path.subspan(1), depth + 1);
    if (taken) {
        levels_[depth][static_cast<std::size_t>(place)].value = written(depth + 1);
    }
    return taken;
}

Members::iterator ElementEditor::find_at(std::size_t depth, const std::string& name) {
    Members& members = levels_[depth];
    // The name that was looked for when the element was read is not compared again.
    if (depth == 0 && within_.object != nullptr && name.data() == within_.key.data()) {
        const auto opened = std::ranges::find(
            members, within_.object, [](const Member& member) { return member.value.data(); });
        if (opened != members.end()) {
            return opened;
        }
    }
    return find_member(members, name);
}

bool ElementEditor::rename(Path path, const std::string& name, std::size_t depth) {
    Members& members = levels_[depth];
    const auto found = find_at(depth, path.front());
    if (found == members.end() || (path.size() == 1 && path.front() == name)) {
        return false;
    }
    const auto place = static_cast<std::size_t>(found - members.begin());
    if (path.size() > 1) {
        if (!begins_object(found->value)) {
            return false;
        }
        open(found->value, depth + 1);
        const bool changed = rename(path.subspan(1), name, depth + 1);
        if (changed) {
            levels_[depth][place].value = written(depth + 1);
        }
        return changed;
    }
    // Of two members the first one's place is kept.
    const auto other = find_member(members, name);
    const Member renamed{name, found->value, false};
    *found = renamed;
    if (other != members.end()) {
        *std::min(found, other) = renamed;
        members.erase(std::max(found, other));
    }
    return true;
}

std::size_t ElementEditor::read(std::string_view element) {
    within_.object = nullptr;
    const std::size_t bytes = within_.key.empty() ? json::members_of(element, levels_[0])
                                                  : json::members_of(element, levels_[0], within_);
    keep_last(0);
    return bytes;
}

void ElementEditor::open(std::string_view object, std::size_t depth) {
    if (within_.object != object.data()) {
        json::members_of(object, levels_[depth]);
    }
    within_.object = nullptr;
    keep_last(depth);
}

void ElementEditor::keep_last(std::size_t depth) {
    Members& members = levels_[depth];
    const std::size_t looks = members.size() * operations_.size();
    if (with_->spend(cost::keeping(members) + looks * cost::kVisit)) {
        engine::keep_last(members);
    } else {
        members.clear();
    }
}

std::string_view ElementEditor::written(std::size_t depth) {
    return levels_[depth].empty() ? kNull : engine::write_object(levels_[depth], with_->arena);
}

}  // namespace aggregator::engine
