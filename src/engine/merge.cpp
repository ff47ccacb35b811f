#include "engine/merge.hpp"

#include <algorithm>

#include <aggregator/format/xml.hpp>
#include <aggregator/format/yaml.hpp>

namespace aggregator::engine {

namespace {

const Member* find_named(const Members& members, std::string_view name) {
    const auto found =
        std::ranges::find_if(members, [name](const Member& m) { return json::named(m, name); });
    return found == members.end() ? nullptr : &*found;
}

void render_content(const Members& root, std::string& out) {
    const Member* const content = find_named(root, "content");
    if (content != nullptr && json::kind_of(content->value) == json::Kind::String) {
        out += json::unescape(content->value.substr(1, content->value.size() - 2));
    }
}

std::string text_of(const Members& root) {
    std::string text;
    append_object(text, root);
    return text;
}

}  // namespace

void merge(std::span<const Part> parts, Members& merged) {
    merged.clear();
    for (const Part& part : parts) {
        merged.insert(merged.end(), part.members.begin(), part.members.end());
    }
    keep_last(merged);
}

void render(plan::Output output, const Members& root, std::string& out) {
    switch (output) {
        case plan::Output::JsonCollection: {
            const Member* const collection = find_named(root, "collection");
            out += collection == nullptr ? std::string_view("[]") : collection->value;
            return;
        }
        case plan::Output::String:
            return render_content(root, out);
        case plan::Output::Xml:
            return format::append_xml(out, text_of(root));
        case plan::Output::Yaml:
            return format::append_yaml(out, text_of(root));
        case plan::Output::Json:
        case plan::Output::Negotiate:
        case plan::Output::NoOp:
            return append_object(out, root);
    }
}

}  // namespace aggregator::engine
