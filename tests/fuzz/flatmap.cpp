// The operations of a flatmap_filter against a plain tree that is built whole. Input: one operation
// a line (`m from to`, `a from to`, `d path...`), an empty line, a JSON text.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/flatmap.hpp"
#include "engine/members.hpp"
#include "plan/flatmap.hpp"
#include "support/plenty.hpp"

using namespace aggregator;

namespace {

using Kind = config::FlatmapConfig::Kind;
using Path = std::vector<std::string>;

constexpr std::size_t kOperationsMax = 6;
constexpr std::size_t kTextMax = 4096;

struct Node;
using NodePtr = std::shared_ptr<Node>;

struct Node {
    std::string text;  // without children
    bool array = false;
    std::vector<std::pair<std::string, NodePtr>> children;
};

void require(bool holds, const std::string& what) {
    if (!holds) {
        std::fprintf(stderr, "%s\n", what.c_str());
        std::abort();
    }
}

NodePtr build(std::string_view value);

void build_object(std::string_view value, Node& node) {
    std::vector<json::Member> members;
    json::members_of(value, members);
    engine::keep_last(members);
    for (const json::Member& member : members) {
        node.children.emplace_back(json::unescape(member.key), build(member.value));
    }
}

NodePtr build(std::string_view value) {
    auto node = std::make_shared<Node>();
    node->text = value;
    node->array = json::kind_of(value) == json::Kind::Array;
    if (node->array) {
        std::vector<std::string_view> elements;
        json::elements_of(value, elements);
        for (const std::string_view element : elements) {
            node->children.emplace_back(std::to_string(node->children.size()), build(element));
        }
        node->text = elements.empty() ? "[]" : "null";
    } else if (json::kind_of(value) == json::Kind::Object) {
        build_object(value, *node);
        node->text = node->children.empty() ? "{}" : "null";
    }
    return node;
}

std::string print(const Node& node) {
    if (node.children.empty()) {
        return node.text;
    }
    std::string out(1, node.array ? '[' : '{');
    for (const auto& [label, child] : node.children) {
        out += out.size() > 1 ? "," : "";
        if (!node.array) {
            json::append_string(out, label);
            out += ':';
        }
        out += print(*child);
    }
    return out + (node.array ? ']' : '}');
}

Node* find(const Node& node, const std::string& label) {
    for (const auto& [name, child] : node.children) {
        if (name == label) {
            return child.get();
        }
    }
    return nullptr;
}

/// A node and the labels on the way to it.
struct Match {
    Node* node;
    Path way;
};

std::vector<Match> matches(Node& root, const Path& path) {
    std::vector<Match> found = {{&root, {}}};
    for (const std::string& segment : path) {
        std::vector<Match> next;
        for (const Match& match : found) {
            for (const auto& [label, child] : match.node->children) {
                if (segment == "*" || segment == label) {
                    next.push_back({child.get(), match.way});
                    next.back().way.push_back(label);
                }
                if (segment == label && segment != "*") {
                    break;
                }
            }
        }
        found = std::move(next);
    }
    return found;
}

Path without_last(Path path) {
    path.pop_back();
    return path;
}

std::size_t place_of(const Node& node, const std::string& label) {
    const auto named = [&label](const auto& child) { return child.first == label; };
    return static_cast<std::size_t>(
        std::find_if(node.children.begin(), node.children.end(), named) - node.children.begin());
}

NodePtr detach(Node& parent, std::size_t place) {
    NodePtr child = parent.children[place].second;
    parent.children.erase(parent.children.begin() + static_cast<std::ptrdiff_t>(place));
    return child;
}

void attach(Node& parent, const std::string& label, NodePtr child) {
    const std::size_t place = place_of(parent, label);
    if (!parent.array && place < parent.children.size()) {
        parent.children[place].second = std::move(child);
    } else {
        parent.children.emplace_back(label, std::move(child));
    }
}

void remove(Node& root, const Path& path) {
    for (const Match& match : matches(root, without_last(path))) {
        const std::size_t place = place_of(*match.node, path.back());
        if (path.back() == "*") {
            match.node->children.clear();
        } else if (place < match.node->children.size()) {
            detach(*match.node, place);
        }
    }
}

void rename(Node& parent, std::size_t place, const std::string& label) {
    const std::size_t other = place_of(parent, label);
    if (parent.array || other == parent.children.size()) {
        parent.children[place].first = label;
    } else if (other != place) {
        parent.children[std::min(place, other)] = {label, parent.children[place].second};
        detach(parent, std::max(place, other));
    }
}

Node& make_way(Node& from, const Path& path) {
    Node* node = &from;
    for (const std::string& segment : path) {
        if (find(*node, segment) == nullptr) {
            attach(*node, segment, std::make_shared<Node>(Node{"null", false, {}}));
        }
        node = find(*node, segment);
    }
    return *node;
}

Node& walk(Node& root, const Path& path, const Path& way) {
    Node* node = &root;
    for (std::size_t i = 0; i < path.size(); ++i) {
        Node* const next = find(*node, path[i] == "*" ? way[i] : path[i]);
        if (next == nullptr) {
            break;
        }
        node = next;
    }
    return *node;
}

void move(Node& root, const Path& from, const Path& to) {
    std::vector<std::pair<Match, NodePtr>> moved;
    for (const Match& match : matches(root, without_last(from))) {
        const std::size_t place = place_of(*match.node, from.back());
        if (place == match.node->children.size()) {
            continue;
        }
        if (from.size() == to.size()) {
            rename(*match.node, place, to.back());
        } else {
            moved.emplace_back(match, detach(*match.node, place));
        }
    }
    const Path way = without_last(to);
    // Nodes that others take the place of live on until the end.
    std::vector<NodePtr> kept;
    for (const auto& [match, child] : moved) {
        Node& target =
            to.size() > from.size()
                ? make_way(*match.node,
                           {way.begin() + static_cast<std::ptrdiff_t>(from.size()) - 1, way.end()})
                : walk(root, way, match.way);
        const std::size_t place = place_of(target, to.back());
        if (place < target.children.size()) {
            kept.push_back(target.children[place].second);
        }
        attach(target, to.back(), child);
    }
}

/// What append reads at a path: null if there is nothing.
NodePtr read(const Node& node, const Path& path) {
    if (path.empty()) {
        return build(print(node));
    }
    const Path rest(path.begin() + 1, path.end());
    if (path.front() != "*") {
        const Node* const child = find(node, path.front());
        return child == nullptr ? nullptr : read(*child, rest);
    }
    if (node.children.empty()) {
        return nullptr;
    }
    auto list = std::make_shared<Node>(Node{"[]", true, {}});
    for (const auto& [label, child] : node.children) {
        NodePtr value = read(*child, rest);
        attach(*list, std::to_string(list->children.size()), value ? value : build("null"));
    }
    return list;
}

bool is_list(const NodePtr& node) {
    return node != nullptr && node->array && (!node->children.empty() || node->text == "[]");
}

// An array that becomes an object keeps the last child of each label.
void become(Node& node, bool array) {
    if (node.array && !array) {
        std::vector<std::pair<std::string, NodePtr>> children;
        for (const auto& [label, child] : node.children) {
            std::erase_if(children,
                          [&label = label](const auto& one) { return one.first == label; });
            children.emplace_back(label, child);
        }
        node.children = std::move(children);
    }
    node.array = array;
}

void add(Node& node, const Node& value) {
    become(node, value.array);
    if (value.children.empty()) {
        node.text = value.text;
    }
    for (const auto& [label, child] : value.children) {
        if (Node* const there = find(node, label)) {
            add(*there, *child);
        } else {
            node.children.emplace_back(label, build(print(*child)));
        }
    }
}

void append(Node& root, const Path& from, const Path& to) {
    const NodePtr source = read(root, from);
    const NodePtr target = read(root, to);
    if (!is_list(source) || !is_list(target)) {
        return;
    }
    for (const auto& [label, child] : source->children) {
        target->children.emplace_back(std::to_string(target->children.size()), child);
    }
    add(make_way(root, to), *target);
    remove(root, from);
}

void run(Node& root, const plan::FlatmapOperation& operation) {
    switch (operation.kind) {
        case Kind::Move:
            return move(root, operation.paths[0], operation.paths[1]);
        case Kind::Append:
            return append(root, operation.paths[0], operation.paths[1]);
        case Kind::Delete:
            for (const Path& path : operation.paths) {
                remove(root, path);
            }
    }
}

std::string_view cut(std::string_view& text, char at) {
    const std::size_t end = std::min(text.find(at), text.size());
    const std::string_view piece = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return piece;
}

plan::Flatmap read_operations(std::string_view& text) {
    std::vector<config::FlatmapConfig> operations;
    for (std::string_view line = cut(text, '\n'); !line.empty(); line = cut(text, '\n')) {
        const std::string_view kind = cut(line, ' ');
        config::FlatmapConfig operation;
        operation.kind = kind == "m" ? Kind::Move : kind == "a" ? Kind::Append : Kind::Delete;
        while (!line.empty()) {
            operation.args.emplace_back(cut(line, ' '));
        }
        if (operation.kind != Kind::Delete) {
            operation.args.resize(2);
        }
        if (operations.size() < kOperationsMax) {
            operations.push_back(std::move(operation));
        }
    }
    return plan::compile_flatmap(operations);
}

std::string flattened(engine::Flattener& flattener, const plan::Flatmap& flatmap,
                      std::string_view text) {
    engine::Part part;
    testing::Plenty plenty;
    require(json::scan(text, part.members).has_value(), "scan changed its mind");
    require(flattener.apply(flatmap, part, plenty.resources).has_value(), "a small tree was full");
    std::string out;
    engine::append_object(out, part.members);
    return part.null ? "null" : out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    const plan::Flatmap flatmap = read_operations(rest);
    const std::string text(rest);
    std::vector<json::Member> members;
    const auto root = json::scan(text, members);
    // Paths come from a configuration, which is checked for UTF-8.
    const std::string_view all(reinterpret_cast<const char*>(data), size);
    if (!root || json::repair_utf8(all) || root->kind != json::Kind::Object ||
        text.size() > kTextMax) {
        return 0;
    }
    static engine::Flattener used;
    engine::Flattener fresh;
    const std::string result = flattened(fresh, flatmap, text);
    require(result == flattened(used, flatmap, text), "what was done before can be seen");
    const auto judged = json::scan(result, members);
    require(judged && judged->value == result, "not JSON: " + result);
    const NodePtr tree = build(root->value);
    for (const plan::FlatmapOperation& operation : flatmap) {
        run(*tree, operation);
    }
    const std::string expected = print(*tree);
    const std::string seen = print(*build(result));
    require(seen == expected, "expected " + expected + "\n    seen " + seen);
    return 0;
}
