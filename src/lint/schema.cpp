#include <aggregator/lint/schema.hpp>

#include <algorithm>
#include <deque>

#include <aggregator/base/assert.hpp>
#include <aggregator/json/document.hpp>

#include "lint/merged_schemas.hpp"

namespace aggregator::lint {

namespace {

using json::Document;
using json::Node;

constexpr std::string_view kExtension = ".json";
constexpr std::string_view kDefinitions = "#/definitions/";

const SchemaPart* find_part(std::string_view part) {
    const std::string name = part_name(part);
    const auto all = merged_schemas();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&name](const SchemaPart& one) { return one.name == name; });
    return found == all.end() ? nullptr : &*found;
}

/// Makes one document out of a schema and those that it refers to.
class Bundle {
public:
    explicit Bundle(const SchemaPart& root) : root_(root) { parts_.push_back(&root); }

    std::string text() {
        std::string whole = rewritten(root_);
        std::string definitions;
        for (std::size_t i = 1; i < parts_.size(); ++i) {
            definitions += i == 1 ? "" : ",\n";
            const std::string part = indented(rewritten(*parts_[i]));
            definitions.append("    \"").append(parts_[i]->name).append("\": ").append(part);
        }
        return definitions.empty() ? whole : with_definitions(whole, definitions);
    }

private:
    /// The text of a part with its references as they are in the bundle.
    std::string rewritten(const SchemaPart& part) {
        auto document = Document::parse(part.text);
        AGG_ASSERT(document.has_value());
        edits_.clear();
        const Node& root = document->root();
        if (part.name != root_.name && root.members.front().key == "$schema") {
            const std::size_t begin = root.members.front().key_offset;
            edits_.push_back({begin, root.members.at(1).key_offset - begin, {}});
        }
        rewrite(*document, root, part);
        std::string text = part.text.substr(0, root.offset + root.size);
        for (auto edit = edits_.rbegin(); edit != edits_.rend(); ++edit) {
            text.replace(edit->offset, edit->size, edit->text);
        }
        return text;
    }

    void rewrite(const Document& document, const Node& node, const SchemaPart& part) {
        for (const std::uint32_t element : node.elements) {
            rewrite(document, document.at(element), part);
        }
        for (const Node::Entry& entry : node.members) {
            const Node& member = document.at(entry.node);
            if (entry.key == "$ref" && member.kind == json::Kind::String) {
                edits_.push_back(
                    {member.offset, member.size, '"' + reference(member.text, part) + '"'});
            } else {
                rewrite(document, member, part);
            }
        }
    }

    /// `part.json#/a/b` or `#/a/b`, as it is in the bundle.
    std::string reference(std::string_view written, const SchemaPart& from) {
        const std::size_t hash = std::min(written.find('#'), written.size());
        const std::string_view file = written.substr(0, hash);
        const SchemaPart* target = &from;
        if (!file.empty()) {
            target = find_part(file.substr(0, file.size() - kExtension.size()));
            AGG_ASSERT(target != nullptr);
            if (std::find(parts_.begin(), parts_.end(), target) == parts_.end()) {
                parts_.push_back(target);
            }
        }
        std::string made = "#";
        if (target->name != root_.name) {
            made = std::string(kDefinitions).append(target->name);
        }
        return made.append(written.substr(std::min(hash + 1, written.size())));
    }

    static std::string indented(std::string_view text) {
        std::string out;
        for (std::size_t end = text.find('\n'); end != text.npos; end = text.find('\n')) {
            out.append(text.substr(0, end + 1)).append("    ");
            text.remove_prefix(end + 1);
        }
        return out.append(text);
    }

    static std::string with_definitions(const std::string& whole, const std::string& more) {
        const auto document = Document::parse(whole);
        AGG_ASSERT(document.has_value());
        const Node& root = document->root();
        const Node* const own = document->member(root, "definitions");
        const Node& last = document->at((own == nullptr ? root : *own).members.back().node);
        const std::size_t end = last.offset + last.size;
        if (own != nullptr) {
            return whole.substr(0, end) + ",\n" + more + whole.substr(end);
        }
        return whole.substr(0, end) + ",\n  \"definitions\": {\n" + more + "\n  }\n}";
    }

    struct Edit {
        std::size_t offset;
        std::size_t size;
        std::string text;
    };

    const SchemaPart& root_;
    std::deque<const SchemaPart*> parts_;  // grows while it is read
    std::vector<Edit> edits_;
};

}  // namespace

std::vector<std::string_view> schema_names() {
    std::vector<std::string_view> names;
    for (const SchemaPart& one : merged_schemas()) {
        names.push_back(one.name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::optional<std::string> schema_of(std::string_view part) {
    const SchemaPart* const root = find_part(part);
    if (root == nullptr) {
        return std::nullopt;
    }
    return Bundle(*root).text() + '\n';
}

}  // namespace aggregator::lint
