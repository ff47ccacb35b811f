#include "format/document_events.hpp"

#include <algorithm>

#include <yaml-cpp/mark.h>

#include <aggregator/json/document.hpp>

#include "format/document_scalar.hpp"

namespace aggregator::format {

namespace {

using json::Kind;

/// The anchors of keys stand for nothing.
constexpr std::uint32_t kNoItem = 0xFFFFFFFF;

constexpr std::string_view kCore = "tag:yaml.org,2002:";

/// Whether a value of that kind may bear the tag.
bool is_tag_of(std::string_view tag, Kind kind) {
    switch (kind) {
        case Kind::Object:
            return tag == "map";
        case Kind::Array:
            return tag == "seq";
        case Kind::Number:
            return tag == "int" || tag == "float";
        case Kind::True:
        case Kind::False:
            return tag == "bool";
        case Kind::Null:
            return tag == "null";
        default:
            return false;
    }
}

/// The tag as it is written, for messages.
std::string shown(std::string_view tag) {
    const bool core = tag.substr(0, kCore.size()) == kCore;
    return core ? "!!" + std::string(tag.substr(kCore.size())) : std::string(tag);
}

/// Whether a value of that kind may stand behind the tag; `?` and `!` are what the parser says
/// where none is written.
bool fits(std::string_view tag, Kind kind) {
    if (tag.empty() || tag == "?" || tag == "!") {
        return true;
    }
    const bool core = tag.substr(0, kCore.size()) == kCore;
    return core && is_tag_of(tag.substr(kCore.size()), kind);
}

std::string misfit(std::string_view tag) {
    return "expected a value without the tag " + shown(tag) +
           ", which is not known or does not fit it";
}

bool is_white(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

void YamlEvents::OnDocumentStart(const YAML::Mark& mark) {
    if (++documents_ > 1) {
        fail(static_cast<std::size_t>(std::max(mark.pos, 0)),
             "expected one document in the file, found the beginning of another");
    }
}

void YamlEvents::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (failure_) {
        return;
    }
    Item item;
    item.offset = value_at(mark);
    if (at_key()) {
        fail(item.offset, "expected a text as key, found null");
        return;
    }
    const char first = item.offset < text_.size() ? text_[item.offset] : '\n';
    const bool written = first == '~' || first == 'n' || first == 'N';
    if (!written && !open_.empty() && items_[open_.back()].kind == Kind::Object) {
        // The parser is at the next value already.
        item.offset = items_[items_[open_.back()].children.back()].offset;
    }
    add(std::move(item), anchor);
}

void YamlEvents::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (failure_) {
        return;
    }
    Item item;
    item.offset = value_at(mark);
    item.alias = true;
    item.target = anchor < anchors_.size() ? anchors_[anchor] : kNoItem;
    if (at_key()) {
        fail(item.offset, "expected a text as key, found an alias");
        return;
    }
    if (item.target == kNoItem) {
        fail(item.offset, "expected an alias of a value, found one of a key");
        return;
    }
    const Item& target = items_[item.target];
    if (target.open) {
        fail(item.offset, "expected an alias of a value that it does not stand in itself");
    } else {
        item.kind = target.kind;
        item.values = target.values;
        item.bytes = target.bytes;
        add(std::move(item), 0);
    }
}

void YamlEvents::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                          const std::string& value) {
    if (failure_) {
        return;
    }
    Item item;
    item.offset = last_scalar_ = value_at(mark);
    if (at_key()) {
        item.text = value;
        key(std::move(item), tag);
        return;
    }
    scalar(item, tag, value);
    if (!failure_) {
        add(std::move(item), anchor);
    }
}

void YamlEvents::OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                                 YAML::anchor_t anchor, YAML::EmitterStyle::value) {
    Item item;
    item.kind = Kind::Array;
    item.offset = value_at(mark);
    if (!fits(tag, item.kind)) {
        fail(item.offset, misfit(tag));
    }
    open(std::move(item), anchor);
}

void YamlEvents::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                            YAML::EmitterStyle::value) {
    Item item;
    item.kind = Kind::Object;
    item.offset = value_at(mark);
    if (!fits(tag, item.kind)) {
        fail(item.offset, misfit(tag));
    }
    open(std::move(item), anchor);
}

std::optional<Failure> YamlEvents::unclosed_quote() const {
    const char quote = last_scalar_ < text_.size() ? text_[last_scalar_] : ' ';
    if (quote != '"' && quote != '\'') {
        return std::nullopt;
    }
    for (std::size_t at = last_scalar_ + 1; at < text_.size(); ++at) {
        const bool doubled = quote == '\'' && text_.substr(at, 2) == "''";
        if (doubled || (quote == '"' && text_[at] == '\\')) {
            ++at;
        } else if (text_[at] == quote) {
            return std::nullopt;
        }
    }
    return Failure{last_scalar_, "expected the closing quote of the text that begins here"};
}

void YamlEvents::fail(std::size_t offset, std::string message) {
    if (!failure_) {
        failure_ = Failure{offset, std::move(message)};
    }
}

bool YamlEvents::at_key() const {
    return !open_.empty() && items_[open_.back()].kind == Kind::Object &&
           items_[open_.back()].children.size() % 2 == 0;
}

std::size_t YamlEvents::value_at(const YAML::Mark& mark) const {
    const std::size_t begin =
        std::min(static_cast<std::size_t>(std::max(mark.pos, 0)), text_.size());
    std::size_t at = begin;
    while (at < text_.size() && (text_[at] == '&' || text_[at] == '!')) {
        while (at < text_.size() && !is_white(text_[at])) {
            ++at;
        }
        at = std::min(text_.find_first_not_of(" \t", at), text_.size());
    }
    const bool found = at < text_.size() && !is_white(text_[at]) && text_[at] != '#';
    return found ? at : begin;
}

void YamlEvents::key(Item item, const std::string& tag) {
    const std::string_view name = std::string_view(tag).substr(std::min(kCore.size(), tag.size()));
    if (!fits(tag, Kind::String) && name != "str") {
        fail(item.offset, misfit(tag));
        return;
    }
    item.kind = Kind::String;
    item.merge = tag == "?" && item.text == "<<";
    item.values = 0;
    item.bytes = item.text.size();
    add(std::move(item), 0);
}

void YamlEvents::scalar(Item& item, const std::string& tag, const std::string& value) {
    if (tag == "!" || shown(tag) == "!!str") {
        item.kind = Kind::String;
        item.text = value;
        item.bytes = value.size();
        return;
    }
    auto read = plain_scalar(value);
    if (!read) {
        fail(item.offset, "expected a number that JSON has too, found " + value);
    } else if (!fits(tag, read->kind)) {
        fail(item.offset, misfit(tag));
    } else {
        item.kind = read->kind;
        item.text = std::move(read->text);
        item.bytes = item.text.size();
    }
}

void YamlEvents::open(Item item, YAML::anchor_t anchor) {
    if (failure_) {
        return;
    }
    if (at_key()) {
        fail(item.offset, "expected a text as key, found a list or a mapping");
        return;
    }
    if (open_.size() == json::Document::kNestingMax) {
        fail(item.offset, "expected at most 200 levels of nesting");
        return;
    }
    item.open = true;
    open_.push_back(add(std::move(item), anchor));
}

void YamlEvents::close() {
    if (failure_) {
        return;
    }
    Item& closed = items_[open_.back()];
    closed.open = false;
    open_.pop_back();
    count(closed);
}

std::uint32_t YamlEvents::add(Item item, YAML::anchor_t anchor) {
    const auto index = static_cast<std::uint32_t>(items_.size());
    if (!open_.empty()) {
        items_[open_.back()].children.push_back(index);
    }
    if (anchor != 0) {
        anchors_.resize(std::max(anchors_.size(), anchor + 1), kNoItem);
        anchors_[anchor] = index;
    }
    items_.push_back(std::move(item));
    if (!items_.back().open) {
        count(items_.back());
    }
    return index;
}

void YamlEvents::count(const Item& child) {
    if (open_.empty()) {
        return;
    }
    Item& parent = items_[open_.back()];
    parent.values += child.values;
    parent.bytes += child.bytes;
    if (parent.values > json::Document::kNodesMax) {
        fail(child.offset,
             "expected no more than 4194304 values in one file, each alias counted in full");
    } else if (parent.bytes > json::Document::kBytesMax) {
        fail(child.offset, "expected at most 256 MiB of text, each alias counted in full");
    }
}

}  // namespace aggregator::format
