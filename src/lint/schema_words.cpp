#include "lint/schema_words.hpp"

#include <utility>

namespace aggregator::lint {

namespace {

using json::Node;

/// Below it stand types whose title says more than JSON Schema can.
constexpr std::string_view kTypes = "#/definitions/types/";

std::string plural(const std::string& type) {
    constexpr std::pair<std::string_view, std::string_view> kPlurals[] = {
        {"true or false", "truth values"}, {"any value", "values"}, {"an ", "s"}, {"a ", "s"}};
    for (const auto& [one, many] : kPlurals) {
        if (type.starts_with(one)) {
            return many == "s" ? type.substr(one.size()).append(many) : std::string(many);
        }
    }
    return type;
}

void append_word(std::string& list, std::string_view word) {
    list.append(list.empty() ? "" : ", ").append(word);
}

}  // namespace

std::string SchemaWords::type(const Node& schema) const {
    const Node* const reference = keys_.member(schema, "$ref");
    const Node& node = keys_.resolved(schema);
    if (reference != nullptr && reference->text.starts_with(kTypes)) {
        return keys_.member(node, "title")->text;
    }
    if (const Node* const words = keys_.member(node, "enum")) {
        const Node& first = keys_.document().at(words->elements.front());
        return first.kind == json::Kind::String ? "a text" : "a whole number";
    }
    const Node* const branches = keys_.member(node, "anyOf");
    if (branches != nullptr && keys_.member(node, "type") == nullptr) {
        return type(keys_.document().at(branches->elements.front()));
    }
    return named_type(node);
}

std::string SchemaWords::named_type(const Node& node) const {
    const Node* name = keys_.member(node, "type");
    if (name == nullptr) {
        return "any value";
    }
    if (name->kind == json::Kind::Array) {
        name = &keys_.document().at(name->elements.front());
    }
    if (name->text == "boolean") {
        return "true or false";
    }
    if (name->text == "integer" || name->text == "number") {
        return (name->text == "integer" ? "a whole number" : "a number") + range(node);
    }
    if (name->text == "array") {
        const Node* const items = keys_.member(node, "items");
        return items == nullptr ? "a list" : "a list of " + plural(type(*items));
    }
    if (name->text == "object") {
        const Node* const others = keys_.member(node, "additionalProperties");
        const bool open = others != nullptr && others->kind == json::Kind::Object;
        return open ? "an object of " + plural(type(*others)) : "an object";
    }
    return "a text";
}

std::string SchemaWords::range(const Node& node) const {
    const Node* const low = keys_.member(node, "minimum");
    const Node* const high = keys_.member(node, "maximum");
    if (low == nullptr) {
        return {};
    }
    return high == nullptr ? " of at least " + low->text
                           : " from " + low->text + " to " + high->text;
}

std::string SchemaWords::values(const Node& schema) const {
    const Node& node = keys_.resolved(schema);
    const Node* const words = keys_.member(node, "enum");
    if (words == nullptr) {
        const Node* const branches = keys_.member(node, "anyOf");
        return branches == nullptr ? std::string()
                                   : values(keys_.document().at(branches->elements.front()));
    }
    const json::Kind kind = keys_.document().at(words->elements.front()).kind;
    std::string list;
    for (const std::uint32_t index : words->elements) {
        const Node& word = keys_.document().at(index);
        if (word.kind == kind && !word.text.empty()) {
            append_word(list, written(word));
        }
    }
    return list;
}

std::string SchemaWords::members(const Node& schema) const {
    const Node& node = keys_.resolved(schema);
    std::string list;
    if (const Node* const properties = keys_.member(node, "properties")) {
        for (const Node::Entry& entry : properties->members) {
            append_word(list, entry.key);
        }
    } else if (const Node* const items = keys_.member(node, "items")) {
        list = members(*items);
    } else if (const Node* const branches = keys_.member(node, "anyOf")) {
        list = members(keys_.document().at(branches->elements.front()));
    }
    return list;
}

std::string SchemaWords::written(const Node& value) const {
    std::string line;
    for (const char c : keys_.document().text().substr(value.offset, value.size)) {
        const bool space = c == '\n' || c == ' ';
        if (!space || line.back() != ' ') {
            line += space ? ' ' : c;
        }
    }
    return line;
}

}  // namespace aggregator::lint
