#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/json/document.hpp>

/// What holds for a Document whatever it was made of.
namespace aggregator::fuzz {

inline void require(bool holds, const char* what) {
    if (!holds) {
        std::fprintf(stderr, "%s\n", what);
        std::abort();
    }
}

/// Whether the whole text is one strict JSON value.
inline bool is_strict(std::string_view text) {
    std::vector<json::Member> members;
    const auto root = json::scan(text, members);
    return root && root->value == text;
}

/// The value has a place in the text, and its pointer names the way to it.
inline void check_node(const json::Document& document, const json::Node& node,
                       const std::string& pointer) {
    require(node.offset <= document.text().size(), "a value behind the end");
    require(document.pointer(node) == pointer, "a pointer to something else");
    for (std::size_t i = 0; i < node.elements.size(); ++i) {
        check_node(document, document.at(node.elements[i]), pointer + '/' + std::to_string(i));
    }
    for (const json::Node::Entry& entry : node.members) {
        require(entry.key_offset <= document.text().size(), "a key behind the end");
        const bool plain = entry.key.find_first_of("~/") == std::string::npos;
        const json::Node& value = document.at(entry.node);
        check_node(document, value, plain ? pointer + '/' + entry.key : document.pointer(value));
    }
}

/// Aliases make large documents out of small texts; checking those again would find nothing new.
inline constexpr std::size_t kCheckedMax = 1u << 16;

/// The document as JSON, after all has been checked; nothing if the text was refused or the
/// document is large.
inline std::string checked(const tl::expected<json::Document, json::SyntaxError>& document,
                           std::string_view text) {
    if (!document) {
        require(document.error().offset <= text.size(), "an error behind the end");
        require(!document.error().message.empty(), "an error without words");
        return {};
    }
    require(document->text() == text, "another text");
    std::string compact = document->compact(document->root());
    if (compact.size() > kCheckedMax) {
        return {};
    }
    require(is_strict(compact), "compact text is not JSON");
    check_node(*document, document->root(), {});
    const auto again = json::Document::parse(compact);
    require(again && again->compact(again->root()) == compact, "compact text is not stable");
    return compact;
}

}  // namespace aggregator::fuzz
