#include "json/tree_builder.hpp"

#include <algorithm>

namespace aggregator::json {

namespace {

/// From the slash that begins a comment to behind it.
lexer::Step comment_end(const char* at, const char* end) {
    const std::string_view rest(at, static_cast<std::size_t>(end - at));
    if (rest.substr(0, 2) == "//") {
        return {at + std::min(rest.find('\n'), rest.size()), nullptr};
    }
    if (rest.substr(0, 2) != "/*") {
        return {at, "expected a value or a comment"};
    }
    const std::size_t close = rest.find("*/", 2);
    if (close == std::string_view::npos) {
        return {at, "expected '*/' after the comment that begins here"};
    }
    return {at + close + 2, nullptr};
}

}  // namespace

TreeBuilder::TreeBuilder(Document& document)
    : document_(document),
      begin_(document.text_.data()),
      end_(document.text_.data() + document.text_.size()) {}

tl::expected<void, SyntaxError> TreeBuilder::build() {
    const Step step = document();
    if (step.wrong != nullptr) {
        const std::uint32_t offset = offset_of(step.at);
        return tl::unexpected(
            SyntaxError{offset, position_in(document_.text_, offset), lexer::describe(step, end_)});
    }
    document_.index_lines();
    return {};
}

TreeBuilder::Step TreeBuilder::document() {
    if (std::string_view(document_.text_).substr(0, 3) == "\xEF\xBB\xBF") {
        return {begin_, "expected UTF-8 without a byte order mark"};
    }
    Step step = space(begin_);
    if (step.wrong == nullptr) {
        step = value(step.at, 0, 0);
    }
    if (step.wrong == nullptr) {
        step = space(step.at);
    }
    if (step.wrong == nullptr && step.at != end_) {
        step.wrong = "expected nothing more after the document's value";
    }
    return step;
}

TreeBuilder::Step TreeBuilder::space(const char* at) {
    for (;;) {
        at = lexer::space_end(at, end_);
        if (at == end_ || *at != '/') {
            return {at, nullptr};
        }
        const Step step = comment_end(at, end_);
        if (step.wrong != nullptr) {
            return step;
        }
        note({.offset = offset_of(at), .comment = true});
        at = step.at;
    }
}

TreeBuilder::Step TreeBuilder::value(const char* at, std::uint32_t parent, std::size_t depth) {
    if (at == end_) {
        return {at, lexer::kValueExpected};
    }
    auto& nodes = document_.nodes_;
    if (nodes.size() == Document::kNodesMax) {
        return {at, "expected no more than 4194304 values in one file"};
    }
    const bool nested = lexer::class_of(*at) == lexer::Class::Open;
    if (nested && depth == Document::kNestingMax) {
        return {at, "expected at most 200 levels of nesting"};
    }
    const auto index = static_cast<std::uint32_t>(nodes.size());
    nodes.emplace_back();
    nodes[index].kind = kind_of({at, 1});
    nodes[index].offset = offset_of(at);
    nodes[index].parent = parent;
    Step step{};
    switch (nodes[index].kind) {
        case Kind::Object:
            step = object(at, index, depth + 1);
            break;
        case Kind::Array:
            step = array(at, index, depth + 1);
            break;
        default:
            step = lexer::scalar_end(at, end_);
    }
    if (step.wrong != nullptr) {
        return step;
    }
    Node& node = nodes[index];
    node.size = static_cast<std::uint32_t>(step.at - at);
    if (node.kind == Kind::String) {
        node.text = unescape({at + 1, node.size - 2});
    } else if (node.kind == Kind::Number) {
        node.text.assign(at, node.size);
    }
    return step;
}

TreeBuilder::Step TreeBuilder::object(const char* at, std::uint32_t index, std::size_t depth) {
    Step step = space(at + 1);
    while (step.wrong == nullptr && (step.at == end_ || *step.at != '}')) {
        step = member(step.at, index, depth);
        if (step.wrong == nullptr) {
            step = separator(step.at, '}');
        }
    }
    return step.wrong == nullptr ? Step{step.at + 1, nullptr} : step;
}

TreeBuilder::Step TreeBuilder::member(const char* at, std::uint32_t index, std::size_t depth) {
    if (at == end_ || *at != '"') {
        return {at, lexer::kKeyExpected};
    }
    const Step key = lexer::string_end(at + 1, end_);
    if (key.wrong != nullptr) {
        return key;
    }
    Step step = space(key.at);
    if (step.wrong == nullptr && (step.at == end_ || *step.at != ':')) {
        step.wrong = lexer::kColonExpected;
    }
    if (step.wrong == nullptr) {
        step = space(step.at + 1);
    }
    if (step.wrong != nullptr) {
        return step;
    }
    const auto child = static_cast<std::uint32_t>(document_.nodes_.size());
    const auto key_bytes = static_cast<std::size_t>(key.at - at) - 2;
    document_.nodes_[index].members.push_back(
        {unescape({at + 1, key_bytes}), offset_of(at), child});
    return value(step.at, index, depth);
}

TreeBuilder::Step TreeBuilder::array(const char* at, std::uint32_t index, std::size_t depth) {
    Step step = space(at + 1);
    while (step.wrong == nullptr && (step.at == end_ || *step.at != ']')) {
        document_.nodes_[index].elements.push_back(
            static_cast<std::uint32_t>(document_.nodes_.size()));
        step = value(step.at, index, depth);
        if (step.wrong == nullptr) {
            step = separator(step.at, ']');
        }
    }
    return step.wrong == nullptr ? Step{step.at + 1, nullptr} : step;
}

TreeBuilder::Step TreeBuilder::separator(const char* at, char closer) {
    const Step before = space(at);
    if (before.wrong != nullptr || (before.at != end_ && *before.at == closer)) {
        return before;
    }
    if (before.at == end_ || *before.at != ',') {
        return {before.at,
                closer == '}' ? lexer::kNextMemberExpected : lexer::kNextElementExpected};
    }
    const Step after = space(before.at + 1);
    if (after.wrong == nullptr && after.at != end_ && *after.at == closer) {
        note({.offset = offset_of(before.at), .comment = false});
    }
    return after;
}

void TreeBuilder::note(Document::Leniency leniency) {
    auto& noted = document_.leniencies_;
    const bool known = std::any_of(noted.begin(), noted.end(), [&leniency](const auto& other) {
        return other.comment == leniency.comment;
    });
    if (!known) {
        noted.push_back(leniency);
    }
}

std::uint32_t TreeBuilder::offset_of(const char* at) const {
    return static_cast<std::uint32_t>(at - begin_);
}

}  // namespace aggregator::json
