#include <aggregator/jose/object.hpp>

#include <algorithm>
#include <utility>
#include <vector>

#include <aggregator/json/spans.hpp>

namespace aggregator::jose {

namespace {

using base::Code;
using json::Kind;
using json::Node;

bool has_duplicates(const Node& object) {
    std::vector<std::string_view> names;
    names.reserve(object.members.size());
    for (const Node::Entry& entry : object.members) {
        names.push_back(entry.key);
    }
    std::sort(names.begin(), names.end());
    return std::adjacent_find(names.begin(), names.end()) != names.end();
}

/// What is wrong with the value at that depth; empty if nothing is. The caller has checked that
/// the text nests no deeper than can be followed.
std::string_view fault_of(const json::Document& document, const Node& node, std::size_t depth) {
    if (depth > kNestingMax) {
        return "nested too deeply";
    }
    if (has_duplicates(node)) {
        return "two members have the same name";
    }
    for (const Node::Entry& entry : node.members) {
        const Node& child = document.at(entry.node);
        if (const auto fault = fault_of(document, child, depth + 1); !fault.empty()) {
            return fault;
        }
    }
    for (const std::uint32_t index : node.elements) {
        if (const auto fault = fault_of(document, document.at(index), depth + 1); !fault.empty()) {
            return fault;
        }
    }
    return {};
}

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace

base::Result<Object> Object::parse(std::string_view text) {
    // The reader of documents also takes what people write; what is no JSON is found out here.
    std::vector<json::Member> members;
    const auto root = json::scan(text, members);
    if (!root) {
        return base::fail(Code::TokenInvalid, "not valid JSON: " + root.error().detail);
    }
    const std::string_view behind = text.substr(
        static_cast<std::size_t>(root->value.data() + root->value.size() - text.data()));
    if (root->kind != Kind::Object || !is_blank(behind)) {
        return base::fail(Code::TokenInvalid, "not one JSON object");
    }
    auto document = json::Document::parse(std::string(root->value));
    if (!document) {
        return base::fail(Code::TokenInvalid, "not usable JSON: " + document.error().message);
    }
    if (const auto fault = fault_of(*document, document->root(), 1); !fault.empty()) {
        return base::fail(Code::TokenInvalid, std::string(fault));
    }
    return Object(std::move(*document));
}

std::optional<std::string_view> text_of(const json::Document& document, const Node& object,
                                        std::string_view name) {
    const Node* const member = document.member(object, name);
    if (member == nullptr || member->kind != Kind::String) {
        return std::nullopt;
    }
    return member->text;
}

}  // namespace aggregator::jose
