#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/json/document.hpp>

namespace aggregator::lint {

/// A key of the configuration, at one place where it may stand.
struct SchemaKey {
    std::string place;               ///< for people: `endpoints[].backend[].timeout`
    std::vector<std::string> names;  ///< of the keys from the root on, its own the last
    const json::Node* property;      ///< what the schema says about it
    bool required;
    std::string since = {};  ///< the release that had it first
};

/// All keys that the schemas describe, in the order of the schemas.
class SchemaKeys {
public:
    SchemaKeys();

    [[nodiscard]] const std::vector<SchemaKey>& all() const { return keys_; }
    /// Those whose names end in these, in any case of their letters. `service` stands for the root.
    [[nodiscard]] std::vector<const SchemaKey*> find(const std::vector<std::string>& names) const;

    [[nodiscard]] const json::Document& document() const { return document_; }
    [[nodiscard]] const json::Node* member(const json::Node& node, std::string_view key) const {
        return document_.member(node, key);
    }
    /// The schema itself, or what it refers to.
    [[nodiscard]] const json::Node& resolved(const json::Node& schema) const;

private:
    void walk(const json::Node& schema, const SchemaKey& above);
    void walk_properties(const json::Node& schema, const SchemaKey& above);

    json::Document document_;
    std::vector<SchemaKey> keys_;
};

/// A key as users write it, `a.b`, `/a/0/b` or `a[0].b`, cut into names.
[[nodiscard]] std::vector<std::string> names_in(std::string_view key);

/// Without those that are the index of an element.
[[nodiscard]] std::vector<std::string> without_indexes(const std::vector<std::string>& names);

}  // namespace aggregator::lint
