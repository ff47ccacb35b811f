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
    const auto characters_before = [this](std::size_t place) {
        const std::size_t block = place / kBlock;
        const std::string_view rest =
            std::string_view(text_).substr(block * kBlock, place % kBlock);
        return characters_[block] + characters_in(rest);
    };
    const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
    const std::uint32_t line_start = *std::prev(after);
    return {static_cast<std::uint32_t>(after - line_starts_.begin()),
            characters_before(offset) - characters_before(line_start) + 1};
}

std::string Document::pointer(const Node& node) const {
    const auto index_of = [this](const Node& n) {
        return static_cast<std::uint32_t>(&n - nodes_.data());
    };
    std::vector<const Node*> path;
    for (const Node* n = &node; n != &root(); n = &at(n->parent)) {
        path.push_back(n);
    }
    std::string out;
    for (auto step = path.rbegin(); step != path.rend(); ++step) {
        const Node& parent = at((*step)->parent);
        const std::uint32_t index = index_of(**step);
        // Values are numbered as they stand in the text, so both lists are in order.
        if (parent.kind == Kind::Array) {
            const auto& all = parent.elements;
            const auto found = std::lower_bound(all.begin(), all.end(), index);
            out += '/';
            out += std::to_string(found - all.begin());
        } else {
            const auto& all = parent.members;
            const auto found = std::lower_bound(
                all.begin(), all.end(), index,
                [](const Node::Entry& entry, std::uint32_t i) { return entry.node < i; });
            append_token(out, found->key);
        }
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
        default:
            return text_.substr(node.offset, node.size);
    }
}

Position position_in(std::string_view text, std::size_t offset) {
    const std::string_view before = text.substr(0, offset);
    const std::size_t newline = before.rfind('\n');
    const std::size_t line_start = newline == std::string_view::npos ? 0 : newline + 1;
    return {static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n')) + 1,
            characters_in(before.substr(line_start)) + 1};
}

void TreeBuilder::index_lines() {
    const std::string& text = document_.text_;
    document_.line_starts_.push_back(0);
    for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1)) {
        document_.line_starts_.push_back(static_cast<std::uint32_t>(at + 1));
    }
    std::uint32_t characters = 0;
    for (std::size_t at = 0; at <= text.size(); at += kBlock) {
        document_.characters_.push_back(characters);
        characters += characters_in(std::string_view(text).substr(at, kBlock));
    }
}

}  // namespace aggregator::json
