#include "simulation/reference.hpp"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace aggregator::simulation {

namespace {

using rapidjson::Document;
using Tree = rapidjson::Value;
using Allocator = Document::AllocatorType;
using Paths = std::vector<std::string>;

Tree text(const std::string& from, Allocator& memory) {
    return Tree(from.c_str(), static_cast<rapidjson::SizeType>(from.size()), memory);
}

// A view of an object's members that both compilers can walk.
std::vector<const Tree::Member*> members(const Tree& object) {
    std::vector<const Tree::Member*> list;
    for (rapidjson::SizeType i = 0; i < object.MemberCount(); ++i) {
        list.push_back(&*(object.MemberBegin() + static_cast<std::ptrdiff_t>(i)));
    }
    return list;
}

std::string name_of(const Tree::Member* member) {
    return {member->name.GetString(), member->name.GetStringLength()};
}

void put(Tree& object, const std::string& name, const Tree& value, Allocator& memory) {
    if (object.HasMember(name.c_str())) {
        object[name.c_str()].CopyFrom(value, memory);
    } else {
        object.AddMember(text(name, memory), Tree(value, memory), memory);
    }
}

// Each name once.
Tree tidy(const Tree& object, Allocator& memory) {
    Tree clean(rapidjson::kObjectType);
    for (const auto* const member : members(object)) {
        put(clean, name_of(member), member->value, memory);
    }
    return clean;
}

// The paths below `name`, without it. An empty path in it: one that ends here.
Paths below(const Paths& paths, const std::string& name) {
    Paths rest;
    for (const std::string& path : paths) {
        const std::size_t dot = path.find('.');
        if (path.substr(0, dot) == name) {
            rest.push_back(dot == std::string::npos ? "" : path.substr(dot + 1));
        }
    }
    return rest;
}

Tree only(const Tree& object, const Paths& paths, Allocator& memory) {
    Tree kept(rapidjson::kObjectType);
    for (const auto* const member : members(object)) {
        const std::string name = name_of(member);
        const Paths rest = below(paths, name);
        if (rest.empty()) {
            continue;
        }
        if (rest.front().empty()) {
            put(kept, name, member->value, memory);
        } else if (member->value.IsObject()) {
            const Tree inner = only(member->value, rest, memory);
            if (!inner.ObjectEmpty()) {
                put(kept, name, inner, memory);
            }
        }
    }
    return kept;
}

Tree without(const Tree& object, const Paths& paths, Allocator& memory) {
    Tree kept(rapidjson::kObjectType);
    for (const auto* const member : members(object)) {
        const std::string name = name_of(member);
        const Paths rest = below(paths, name);
        if (rest.empty()) {
            put(kept, name, member->value, memory);
        } else if (!rest.front().empty()) {
            const Tree& value = member->value;
            put(kept, name, value.IsObject() ? without(value, rest, memory) : Tree(value, memory),
                memory);
        }
    }
    return kept;
}

Tree renamed(const Tree& object, const std::string& from, const std::string& to,
             Allocator& memory) {
    if (!object.HasMember(from.c_str())) {
        return Tree(object, memory);
    }
    const bool replaces = object.HasMember(to.c_str());
    Tree result(rapidjson::kObjectType);
    for (const auto* const member : members(object)) {
        const std::string name = name_of(member);
        if (name == to && from != to) {
            put(result, to, object[from.c_str()], memory);
        } else if (name != from) {
            put(result, name, member->value, memory);
        } else if (!replaces) {
            put(result, to, member->value, memory);
        }
    }
    return result;
}

// Null, or the object that this answer adds.
Tree part_of(const Answered& answer, Allocator& memory) {
    Document document(&memory);
    document.Parse<rapidjson::kParseStopWhenDoneFlag | rapidjson::kParseFullPrecisionFlag>(
        answer.body.c_str());
    const ShapeSpec& shape = answer.shape;
    Tree data(document, memory);
    if (shape.is_collection) {
        Tree wrapped(rapidjson::kObjectType);
        put(wrapped, "collection", data, memory);
        data = wrapped;
    }
    if (!shape.target.empty()) {
        const Tree whole = data.IsObject() ? tidy(data, memory) : Tree(rapidjson::kObjectType);
        const char* const path = shape.target.c_str();
        const bool usable = whole.HasMember(path) && whole[path].IsObject();
        data = usable ? Tree(whole[path], memory) : Tree(rapidjson::kObjectType);
    }
    if (data.IsObject()) {
        data = tidy(data, memory);
        if (!shape.allow.empty()) {
            data = only(data, shape.allow, memory);
        } else if (!shape.deny.empty()) {
            data = without(data, shape.deny, memory);
        }
        for (const auto& [from, to] : shape.mapping) {
            data = renamed(data, from, to, memory);
        }
    }
    if (!shape.group.empty()) {
        Tree wrapped(rapidjson::kObjectType);
        put(wrapped, shape.group, data, memory);
        data = wrapped;
    }
    return data;
}

bool same(const Tree& a, const Tree& b) {
    if (a.GetType() != b.GetType()) {
        return false;
    }
    if (a.IsArray()) {
        bool equal = a.Size() == b.Size();
        for (rapidjson::SizeType i = 0; equal && i < a.Size(); ++i) {
            equal = same(a[i], b[i]);
        }
        return equal;
    }
    if (!a.IsObject()) {
        return a == b;
    }
    const auto mine = members(a);
    const auto theirs = members(b);
    bool equal = mine.size() == theirs.size();
    for (std::size_t i = 0; equal && i < mine.size(); ++i) {
        equal = mine[i]->name == theirs[i]->name && same(mine[i]->value, theirs[i]->value);
    }
    return equal;
}

}  // namespace

Merged merged_reply(const std::vector<Answered>& answers, std::size_t width) {
    Allocator memory;
    Merged merged;
    Tree root(rapidjson::kObjectType);
    merged.complete = answers.size() == width;
    for (const Answered& answer : answers) {
        const Tree part = part_of(answer, memory);
        if (part.IsNull()) {
            merged.complete = false;
            if (answers.size() == 1) {
                root.SetNull();
            }
            continue;
        }
        for (const auto* const member : members(part)) {
            put(root, name_of(member), member->value, memory);
        }
    }
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
    root.Accept(writer);
    merged.body = buffer.GetString();
    return merged;
}

bool same_json(const std::string& a, const std::string& b) {
    Document left;
    Document right;
    left.Parse<rapidjson::kParseFullPrecisionFlag>(a.c_str());
    right.Parse<rapidjson::kParseFullPrecisionFlag>(b.c_str());
    return !left.HasParseError() && !right.HasParseError() && same(left, right);
}

}  // namespace aggregator::simulation
