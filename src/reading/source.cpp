#include <aggregator/reading/source.hpp>

#include <algorithm>

#include <aggregator/base/text.hpp>
#include <aggregator/reading/components.hpp>

namespace aggregator::reading {

const json::Node* written(const Source& object, std::string_view key) {
    const json::Document& document = object.file->document;
    const json::Node* node = document.member(*object.node, key);
    if (node == nullptr) {
        const auto& members = object.node->members;
        const auto found = std::find_if(members.rbegin(), members.rend(), [key](const auto& one) {
            return base::equal_ignoring_case(one.key, key);
        });
        node = found == members.rend() ? nullptr : &document.at(found->node);
    }
    return node == nullptr || node->kind == json::Kind::Null ? nullptr : node;
}

Source part_of(const Source& object, std::string_view key) {
    return {object.file, object.node == nullptr ? nullptr : written(object, key)};
}

Source component_of(const Source& object, std::string_view name) {
    const Source extra = part_of(object, "extra_config");
    const Source found = part_of(extra, name);
    const KnownComponent* const known = find_component(name);
    const bool renamed = known != nullptr && !known->older.empty();
    return found.node == nullptr && renamed ? part_of(extra, known->older) : found;
}

}  // namespace aggregator::reading
