// append_yaml() against the reader of yaml-cpp: the same keys in the same order, the same values.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

#include <aggregator/format/yaml.hpp>
#include <aggregator/json/spans.hpp>

#include "format/tree.hpp"

using namespace aggregator;
using format::Tree;
using format::TreeValue;
using json::Kind;

namespace {

constexpr int kDepthMax = 100;  // the reader recurses, and so does the comparison

void require(bool holds, const std::string& what) {
    if (!holds) {
        std::fprintf(stderr, "%s\n", what.c_str());
        std::abort();
    }
}

int depth_of(std::string_view checked) {
    int depth = 0;
    int deepest = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < checked.size(); ++i) {
        const char c = checked[i];
        quoted = quoted != (c == '"');
        i += quoted && c == '\\' ? 1 : 0;
        depth += quoted ? 0 : (c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0);
        deepest = std::max(deepest, depth);
    }
    return deepest;
}

void compare(const Tree& tree, const TreeValue& value, const YAML::Node& node) {
    const auto children = tree.children(value);
    if (value.kind == Kind::Null) {
        require(node.IsNull(), "null became something else");
    } else if (!value.is_container()) {
        require(node.IsScalar() && node.Scalar() == value.text, "a scalar changed");
        const bool quoted = node.Tag() == "!";
        require(quoted || value.kind != Kind::Number, "a number is not text");
    } else {
        require(value.kind == Kind::Object ? node.IsMap() : node.IsSequence(), "another kind");
        require(node.size() == children.size(), "another number of entries");
    }
    std::size_t next = 0;
    for (const auto& entry : node) {
        const TreeValue& child = *children[next++];
        if (value.kind == Kind::Object) {
            require(entry.first.Scalar() == child.key, "a key changed");
        }
        compare(tree, child, value.kind == Kind::Object ? entry.second : YAML::Node(entry));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    std::vector<json::Member> members;
    const auto root = json::scan(text, members);
    if (!root || root->kind != Kind::Object) {
        return 0;
    }
    std::string yaml;
    format::append_yaml(yaml, root->value);
    if (depth_of(root->value) > kDepthMax) {
        return 0;
    }
    const Tree tree(root->value);
    try {
        compare(tree, tree.root(), YAML::Load(yaml));
    } catch (const YAML::Exception& error) {
        require(false, std::string(error.what()) + "\n" + yaml);
    }
    return 0;
}
