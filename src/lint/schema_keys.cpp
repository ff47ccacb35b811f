#include "lint/schema_keys.hpp"

#include <algorithm>
#include <utility>

#include <aggregator/base/assert.hpp>
#include <aggregator/base/text.hpp>
#include <aggregator/lint/schema.hpp>

namespace aggregator::lint {

namespace {

using json::Document;
using json::Node;

Document whole_schema() {
    auto document = Document::parse(schema_of(kWholeSchema).value_or(""));
    AGG_ASSERT(document.has_value());
    return *std::move(document);
}

std::string unescaped(std::string_view token) {
    std::string out;
    for (std::size_t i = 0; i < token.size(); ++i) {
        const bool escape = token[i] == '~' && i + 1 < token.size();
        out += escape ? (token[++i] == '1' ? '/' : '~') : token[i];
    }
    return out;
}

bool is_index(std::string_view name) { return name == "*" || base::parse_decimal(name); }

bool is_same(const std::string& a, const std::string& b) { return base::equal_ignoring_case(a, b); }

}  // namespace

SchemaKeys::SchemaKeys() : document_(whole_schema()) {
    const Node* const since = document_.member(document_.root(), "since");
    AGG_ASSERT(since != nullptr);
    walk(document_.root(), {{}, {"service"}, nullptr, false, since->text});
}

std::vector<const SchemaKey*> SchemaKeys::find(const std::vector<std::string>& names) const {
    std::vector<const SchemaKey*> found;
    for (const SchemaKey& key : keys_) {
        if (names.size() <= key.names.size() &&
            std::equal(names.rbegin(), names.rend(), key.names.rbegin(), is_same)) {
            found.push_back(&key);
        }
    }
    return found;
}

const Node& SchemaKeys::resolved(const Node& schema) const {
    const Node* const reference = document_.member(schema, "$ref");
    if (reference == nullptr) {
        return schema;
    }
    const Node* node = &document_.root();
    for (const std::string& name : names_in(std::string_view(reference->text).substr(1))) {
        node = document_.member(*node, name);
        AGG_ASSERT(node != nullptr);
    }
    return *node;
}

void SchemaKeys::walk(const Node& schema, const SchemaKey& above) {
    const Node& node = resolved(schema);
    walk_properties(node, above);
    if (const Node* const items = document_.member(node, "items")) {
        SchemaKey list = above;
        list.place += "[]";
        walk(*items, list);
    }
    for (const char* const several : {"anyOf", "allOf"}) {
        if (const Node* const branches = document_.member(node, several)) {
            for (const std::uint32_t branch : branches->elements) {
                walk(document_.at(branch), above);
            }
        }
    }
}

void SchemaKeys::walk_properties(const Node& schema, const SchemaKey& above) {
    const Node* const properties = document_.member(schema, "properties");
    if (properties == nullptr) {
        return;
    }
    const Node* const required = document_.member(schema, "required");
    for (const Node::Entry& entry : properties->members) {
        SchemaKey key = above;
        key.place += (key.place.empty() ? "" : ".") + entry.key;
        key.names.push_back(entry.key);
        key.property = &document_.at(entry.node);
        key.required =
            required != nullptr && std::any_of(required->elements.begin(), required->elements.end(),
                                               [this, &entry](std::uint32_t index) {
                                                   return document_.at(index).text == entry.key;
                                               });
        for (const Node* const node : {&resolved(*key.property), key.property}) {
            if (const Node* const since = document_.member(*node, "since")) {
                key.since = since->text;
            }
        }
        // What may be an element or a list of them is there twice; a branch may say less.
        const bool known = std::any_of(keys_.begin(), keys_.end(), [&key](const SchemaKey& one) {
            return one.names == key.names;
        });
        if (!known && document_.member(*key.property, "description") != nullptr) {
            keys_.push_back(key);
            walk(*key.property, key);
        }
    }
}

std::vector<std::string> names_in(std::string_view key) {
    const bool pointer = key.substr(0, 1) == "/";
    const std::string_view separators = pointer ? "/" : ".[]";
    std::vector<std::string> names;
    while (!key.empty()) {
        const std::size_t end = std::min(key.find_first_of(separators), key.size());
        if (end > 0) {
            names.push_back(pointer ? unescaped(key.substr(0, end))
                                    : std::string(key.substr(0, end)));
        }
        key.remove_prefix(std::min(end + 1, key.size()));
    }
    return names;
}

std::vector<std::string> without_indexes(const std::vector<std::string>& names) {
    std::vector<std::string> left;
    std::remove_copy_if(names.begin(), names.end(), std::back_inserter(left), is_index);
    return left;
}

}  // namespace aggregator::lint
