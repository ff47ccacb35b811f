#include <aggregator/lint/schema.hpp>

#include <algorithm>

#include <aggregator/base/text.hpp>

#include "lint/schema_keys.hpp"
#include "lint/schema_words.hpp"

namespace aggregator::lint {

namespace {

using json::Node;
using Names = std::vector<std::string>;

constexpr std::size_t kColumns = 4;
constexpr std::size_t kLabel = 10;

/// A label, and behind it what it is about.
std::string row(std::string_view label, std::string_view text) {
    std::string lines = base::wrapped(text, {.indent = kColumns + kLabel});
    return lines.replace(kColumns, label.size(), label);
}

/// All that is known about a key at one place.
std::string explained(const SchemaKeys& keys, const SchemaKey& key) {
    const SchemaWords words(keys);
    const Node& property = *key.property;
    std::string out = key.place + '\n';
    out += base::wrapped(keys.member(property, "description")->text, {.indent = kColumns}) + '\n';
    out += row("type", words.type(property));
    if (const std::string values = words.values(property); !values.empty()) {
        out += row("values", values);
    }
    if (const std::string names = words.members(property); !names.empty()) {
        out += row("keys", names);
    }
    if (key.required) {
        out += row("required", "yes");
    }
    if (const Node* const fallback = keys.member(property, "default")) {
        out += row("default", words.written(*fallback));
    }
    if (const Node* const examples = keys.member(property, "examples")) {
        for (const std::uint32_t example : examples->elements) {
            const std::string value = words.written(keys.document().at(example));
            out += row("example", '"' + key.names.back() + "\": " + value);
        }
    }
    return out;
}

/// The first of several readings of what the user wrote that means something.
std::vector<const SchemaKey*> find_keys(const SchemaKeys& keys, std::string_view key) {
    const Names as_is = names_in(key);
    Names other = without_indexes(as_is);
    if (as_is.empty() || other.empty()) {
        return {};
    }
    auto found = keys.find(as_is);
    if (found.empty()) {
        found = keys.find(other);
    }
    if (found.empty() && other.front() == "endpoint") {
        other.front() = "endpoints";
        found = keys.find(other);
    }
    return found;
}

}  // namespace

std::string explain_key(std::string_view key) {
    const SchemaKeys keys;
    auto found = find_keys(keys, key);
    std::stable_sort(found.begin(), found.end(), [](const SchemaKey* a, const SchemaKey* b) {
        return a->names.size() < b->names.size();
    });
    std::string out;
    for (const SchemaKey* const one : found) {
        out.append(out.empty() ? "" : "\n").append(explained(keys, *one));
    }
    return out;
}

std::string closest_key(std::string_view key) {
    const SchemaKeys keys;
    const Names names = without_indexes(names_in(key));
    if (names.empty()) {
        return {};
    }
    std::vector<std::string_view> candidates;
    for (const SchemaKey& one : keys.all()) {
        candidates.push_back(one.names.back());
    }
    return std::string(base::closest(names.back(), candidates).value_or(std::string_view()));
}

}  // namespace aggregator::lint
