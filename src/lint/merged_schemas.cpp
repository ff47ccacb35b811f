#include "lint/merged_schemas.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <aggregator/base/assert.hpp>
#include <aggregator/component/component.hpp>
#include <aggregator/json/document.hpp>
#include <aggregator/json/spans.hpp>
#include <aggregator/reading/components.hpp>

#include "lint/embedded_schemas.hpp"

namespace aggregator::lint {

namespace {

using component::Component;
using json::Document;

std::string as_json(std::string_view text) {
    std::string out;
    json::append_string(out, text);
    return out;
}

/// The part where a component may stand.
std::uint8_t level_bits(std::string_view part) {
    return part == "service"    ? reading::InService
           : part == "endpoint" ? reading::InEndpoint
           : part == "backend"  ? reading::InBackend
                                : 0;
}

/// The schema of a component where it stands, and the part that it is.
struct Own {
    std::string part;
    std::string_view text;
};

Own own_schema(const Component& one, std::uint8_t level) {
    const std::string name = part_name(one.reader.name);
    return level == reading::InService && one.schema_at_service != nullptr
               ? Own{name + "-service", one.schema_at_service()}
               : Own{name, one.schema()};
}

std::string reference_to(const Own& own) { return "\"$ref\": " + as_json(own.part + ".json"); }

/// What stands in `properties` for a component.
std::string property_of(const Component& one, std::uint8_t level) {
    const Own own = own_schema(one, level);
    const auto schema = Document::parse(std::string(own.text));
    AGG_ASSERT(schema.has_value());
    const json::Node* const about = schema->member(schema->root(), "description");
    const json::Node* const examples = schema->member(schema->root(), "examples");
    AGG_ASSERT(about != nullptr && examples != nullptr);
    return as_json(one.reader.name) + ": {\n          \"description\": " + as_json(about->text) +
           ",\n          " + reference_to(own) + ",\n          \"default\": {}" +
           ",\n          \"examples\": " + schema->compact(*examples) + "\n        }";
}

/// What stands in `patternProperties` for its older name; empty if it has none.
std::string older_property_of(const Component& one, std::uint8_t level) {
    const reading::KnownComponent* const known = reading::find_component(one.reader.name);
    if (known == nullptr || known->older.empty()) {
        return {};
    }
    std::string pattern = "^";
    for (const char c : known->older) {
        pattern += c == '.' ? std::string("[.]") : std::string(1, c);
    }
    return as_json(pattern + '$') + ": {\n          \"description\": " +
           as_json("The older name of `" + std::string(one.reader.name) + "`.") + ",\n          " +
           reference_to(own_schema(one, level)) + "\n        }";
}

/// Adds members behind the last one of an object that has some.
void append_to(std::string& text, const std::vector<std::string_view>& way,
               const std::string& members) {
    const auto document = Document::parse(text);
    AGG_ASSERT(document.has_value());
    const json::Node* node = &document->root();
    for (const std::string_view key : way) {
        node = document->member(*node, key);
        AGG_ASSERT(node != nullptr);
    }
    const json::Node& last = document->at(node->members.back().node);
    text.insert(last.offset + last.size, members);
}

/// The text of a part with the components that may stand there.
std::string with_components(const EmbeddedSchema& part) {
    std::string text(part.text);
    std::string properties;
    std::string older;
    for (const Component* const one : component::all()) {
        const std::uint8_t level = level_bits(part.name);
        if ((one->reader.levels & level) == 0) {
            continue;
        }
        properties += ",\n        " + property_of(*one, level);
        if (const std::string property = older_property_of(*one, level); !property.empty()) {
            older += ",\n        " + property;
        }
    }
    if (!properties.empty()) {
        append_to(text, {"properties", "extra_config", "properties"}, properties);
    }
    if (!older.empty()) {
        append_to(text, {"properties", "extra_config", "patternProperties"}, older);
    }
    return text;
}

std::vector<SchemaPart> merged() {
    std::vector<SchemaPart> parts;
    for (const EmbeddedSchema& part : embedded_schemas()) {
        parts.push_back({std::string(part.name), with_components(part)});
    }
    for (const Component* const one : component::all()) {
        std::vector<Own> all{own_schema(*one, reading::InEndpoint)};
        if (one->schema_at_service != nullptr) {
            all.push_back(own_schema(*one, reading::InService));
        }
        for (Own& own : all) {
            parts.push_back({std::move(own.part), std::string(own.text)});
        }
    }
    return parts;
}

}  // namespace

std::span<const SchemaPart> merged_schemas() {
    static const std::vector<SchemaPart> kParts = merged();
    return kParts;
}

std::string part_name(std::string_view component) {
    std::string name(component);
    std::replace(name.begin(), name.end(), '/', '-');
    return name;
}

}  // namespace aggregator::lint
