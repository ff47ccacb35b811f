#include <optional>
#include <string>
#include <vector>

#include <aggregator/json/spans.hpp>

#include "format/feed_sources.hpp"
#include "format/feed_xml.hpp"
#include "format/tree.hpp"

namespace aggregator::format {

namespace {

using base::Code;
using base::Result;
using json::Kind;

std::string text_of(const TreeValue* value) {
    const bool text =
        value != nullptr && (value->kind == Kind::String || value->kind == Kind::Number);
    return std::string(text ? value->text : std::string_view());
}

/// An object of the feed, asked by its keys. Borrows the tree.
class Fielded {
public:
    Fielded(const Tree& tree, const TreeValue& value) : tree_(&tree), value_(&value) {}

    /// The first text or number that is not empty, the keys tried in their order.
    [[nodiscard]] std::string text(std::initializer_list<std::string_view> keys) const {
        for (const std::string_view key : keys) {
            std::string found = text_of(tree_->member(*value_, key));
            if (!found.empty()) {
                return found;
            }
        }
        return {};
    }

    /// The elements of an array; none if there is no array.
    [[nodiscard]] std::vector<const TreeValue*> list(std::string_view key) const {
        const TreeValue* const found = tree_->member(*value_, key);
        const bool array = found != nullptr && found->kind == Kind::Array;
        return array ? tree_->children(*found) : std::vector<const TreeValue*>();
    }

    [[nodiscard]] const TreeValue* member(std::string_view key) const {
        return tree_->member(*value_, key);
    }
    [[nodiscard]] Fielded at(const TreeValue& value) const { return {*tree_, value}; }

private:
    const Tree* tree_;
    const TreeValue* value_;
};

// `author` of version 1, `authors` of 1.1.
std::vector<FeedPerson> authors_of(const Fielded& object) {
    std::vector<const TreeValue*> found = object.list("authors");
    if (const TreeValue* const one = object.member("author"); found.empty() && one != nullptr) {
        found.push_back(one);
    }
    std::vector<FeedPerson> authors;
    for (const TreeValue* const author : found) {
        const std::string name = object.at(*author).text({"name"});
        if (!name.empty()) {
            authors.push_back(person_from(name));
        }
    }
    return authors;
}

std::optional<FeedImage> image_of(const std::string& url) {
    return url.empty() ? std::nullopt : std::optional(FeedImage{url, {}});
}

FeedItem read_item(const Fielded& object) {
    FeedItem item;
    item.title = object.text({"title"});
    item.description = object.text({"summary"});
    item.content = object.text({"content_html", "content_text"});
    item.link = object.text({"url"});
    add(item.links, item.link);
    add(item.links, object.text({"external_url"}));
    item.updated = object.text({"date_modified"});
    item.published = object.text({"date_published"});
    item.authors = authors_of(object);
    item.guid = object.text({"id"});
    item.image = image_of(object.text({"image", "banner_image"}));
    for (const TreeValue* const tag : object.list("tags")) {
        add(item.categories, text_of(tag));
    }
    for (const TreeValue* const attachment : object.list("attachments")) {
        const Fielded part = object.at(*attachment);
        item.enclosures.push_back(
            {part.text({"url"}), part.text({"size_in_bytes"}), part.text({"mime_type"})});
    }
    return item;
}

Result<Feed> read_feed(const Fielded& object) {
    const TreeValue* const items = object.member("items");
    const bool none = items == nullptr || items->kind == Kind::Null;
    if (!none && items->kind != Kind::Array) {
        return base::fail(Code::BadFeed, "expected an array under 'items'");
    }
    Feed feed;
    feed.type = "json";
    feed.authors = authors_of(object);
    feed.description = object.text({"description"});
    feed.language = object.text({"language"});
    feed.title = object.text({"title"});
    feed.image = image_of(object.text({"icon"}));
    for (const TreeValue* const item : object.list("items")) {
        feed.items.push_back(read_item(object.at(*item)));
    }
    if (!feed.items.empty()) {
        feed.published = feed.items.front().published;
        feed.updated = feed.items.front().updated;
    }
    return feed;
}

}  // namespace

Result<Feed> feed_from_json(std::string_view text) {
    const std::optional<std::string> repaired = json::repair_utf8(text);
    std::vector<json::Member> members;
    const Result<json::Root> root = json::scan(repaired ? *repaired : text, members);
    if (!root) {
        return base::fail(Code::BadFeed, root.error().detail);
    }
    const Tree tree(root->value);
    return read_feed({tree, tree.root()});
}

}  // namespace aggregator::format
