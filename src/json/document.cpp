#include <aggregator/json/document.hpp>

#include <algorithm>

#include "json/tree_builder.hpp"

namespace aggregator::json {

namespace {

/// Bytes of text for each entry of Document::characters_.
constexpr std::size_t kBlock = 4096;

/// Characters of a piece of UTF-8: its bytes without the continuation bytes.
std::uint32_t characters_in(std::string_view text) {
    return static_cast<std::uint32_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

/// A reference token of RFC 6901.
void append_token(std::string& out, std::string_view key) {
    out += '/';
    for (const char c : key) {
        if (c == '~' || c == '/') {
            out += c == '~' ? "~0" : "~1";
        } else {
            out += c;
        }
    }
}

}  // namespace

tl::expected<Document, SyntaxError> Document::parse(std::string text) {
    if (text.size() > kBytesMax) {
        return tl::unexpected(SyntaxError{0, {}, "expected at most 256 MiB of text"});
    }
    Document document;
    document.text_ = std::move(text);
    TreeBuilder builder(document);
    if (auto built = builder.build(); !built) {
        built.error().text = std::move(document.text_);
        return tl::unexpected(std::move(built.error()));
    }
    return document;
}

const Node* Document::member(const Node& object, std::string_view key) const {
    const auto found = std::find_if(object.members.rbegin(), object.members.rend(),
                                    [key](const Node::Entry& entry) { return entry.key == key; });
    return found == object.members.rend() ? nullptr : &at(found->node);
}

Position Document::position(std::size_t offset) const {
    offset = std::min(offset, text_.size());
    const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
    const std::uint32_t line_start = *std::prev(after);
    return {static_cast<std::uint32_t>(after - line_starts_.begin()),
            characters_before(offset) - characters_before(line_start) + 1};
}

std::size_t Document::offset(Position position) const {
    if (position.line == 0 || position.column == 0 || position.line > line_starts_.size()) {
        return text_.size();
    }
    const std::size_t start = line_starts_[position.line - 1];
    const std::size_t end =
        position.line < line_starts_.size() ? line_starts_[position.line] - 1 : text_.size();
    const std::size_t wanted = characters_before(start) + position.column - 1;
    const auto after = std::upper_bound(characters_.begin(), characters_.end(), wanted);
    const auto block = static_cast<std::size_t>(std::prev(after) - characters_.begin());
    std::size_t at = std::max(start, block * kBlock);
    for (std::size_t seen = characters_before(at); at < end; ++at) {
        const bool begins = characters_in({&text_[at], 1}) == 1;
        if (begins && seen == wanted) {
            return at;
        }
        seen += begins ? 1 : 0;
    }
    return end;
}

std::uint32_t Document::characters_before(std::size_t offset) const {
    const std::size_t block = offset / kBlock;
    const std::string_view rest = std::string_view(text_).substr(block * kBlock, offset % kBlock);
    return characters_[block] + characters_in(rest);
}

std::vector<std::string> Document::keys_to(const Node& node) const {
    const auto index_of = [this](const Node& n) {
        return static_cast<std::uint32_t>(&n - nodes_.data());
    };
    std::vector<const Node*> path;
    for (const Node* n = &node; n != &root(); n = &at(n->parent)) {
        path.push_back(n);
    }
    std::vector<std::string> keys;
    for (auto step = path.rbegin(); step != path.rend(); ++step) {
        const Node& parent = at((*step)->parent);
        const std::uint32_t index = index_of(**step);
        // Values are numbered as they stand in the text, so both lists are in order.
        if (parent.kind == Kind::Array) {
            const auto& all = parent.elements;
            const auto found = std::lower_bound(all.begin(), all.end(), index);
            keys.push_back(std::to_string(found - all.begin()));
        } else {
            const auto& all = parent.members;
            const auto found = std::lower_bound(
                all.begin(), all.end(), index,
                [](const Node::Entry& entry, std::uint32_t i) { return entry.node < i; });
            keys.push_back(found->key);
        }
    }
    return keys;
}

std::string Document::pointer(const Node& node) const {
    std::string out;
    for (const std::string& key : keys_to(node)) {
        append_token(out, key);
    }
    return out;
}

std::string Document::compact(const Node& node) const {
    std::string out;
    switch (node.kind) {
        case Kind::Object:
            for (const Node::Entry& entry : node.members) {
                out += out.empty() ? '{' : ',';
                append_string(out, entry.key);
                out += ':';
                out += compact(at(entry.node));
            }
            return out.empty() ? "{}" : out + '}';
        case Kind::Array:
            for (const std::uint32_t element : node.elements) {
                out += out.empty() ? '[' : ',';
                out += compact(at(element));
            }
            return out.empty() ? "[]" : out + ']';
        case Kind::String:
            append_string(out, node.text);
            return out;
        case Kind::Number:
            return node.text;
        case Kind::True:
            return "true";
        case Kind::False:
            return "false";
        default:
            return "null";
    }
}

Position position_in(std::string_view text, std::size_t offset) {
    const std::string_view before = text.substr(0, offset);
    const std::size_t newline = before.rfind('\n');
    const std::size_t line_start = newline == std::string_view::npos ? 0 : newline + 1;
    return {static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n')) + 1,
            characters_in(before.substr(line_start)) + 1};
}

void Document::index_lines() {
    line_starts_.push_back(0);
    for (std::size_t at = text_.find('\n'); at != std::string::npos;
         at = text_.find('\n', at + 1)) {
        line_starts_.push_back(static_cast<std::uint32_t>(at + 1));
    }
    std::uint32_t characters = 0;
    for (std::size_t at = 0; at <= text_.size(); at += kBlock) {
        characters_.push_back(characters);
        characters += characters_in(std::string_view(text_).substr(at, kBlock));
    }
}

}  // namespace aggregator::json
