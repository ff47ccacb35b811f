#include <algorithm>
#include <array>
#include <vector>

#include "format/feed_sources.hpp"
#include "format/feed_xml.hpp"
#include "format/xml_source.hpp"

namespace aggregator::format {

namespace {

using base::Code;
using base::Result;

constexpr std::array<std::string_view, 19> kChannelNames = {
    "title",   "link",      "description",   "language", "copyright", "managingEditor", "webMaster",
    "pubDate", "docs",      "lastBuildDate", "category", "generator", "cloud",          "ttl",
    "image",   "textInput", "textinput",     "items",    "item"};
constexpr std::array<std::string_view, 10> kItemNames = {
    "title",    "link",      "description", "author",  "category",
    "comments", "enclosure", "guid",        "pubDate", "source"};

std::vector<FeedPerson> people(const std::string& text) {
    return text.empty() ? std::vector<FeedPerson>() : std::vector<FeedPerson>{person_from(text)};
}

// Empty ones too: a category is one of the list even if it has no text.
void add_all(Texts& texts, const FeedNode& node, std::string_view name) {
    for (const pugi::xml_node element : node.children(name)) {
        texts.push_back(content_of(element));
    }
}

void add_keywords(Texts& words, const FeedNode& node) {
    const std::string list = node.text({"itunes:keywords"});
    for (std::size_t at = 0; !list.empty() && at <= list.size();) {
        const std::size_t comma = std::min(list.find(',', at), list.size());
        words.push_back(list.substr(at, comma - at));
        at = comma + 1;
    }
}

void add_itunes_categories(Texts& categories, const FeedNode& node) {
    for (const pugi::xml_node category : node.children("itunes:category")) {
        categories.emplace_back(category.attribute("text").value());
        add_itunes_categories(categories, node.at(category));
    }
}

Texts channel_categories(const FeedNode& channel) {
    Texts categories;
    add_all(categories, channel, "category");
    add_keywords(categories, channel);
    add_itunes_categories(categories, channel);
    add_all(categories, channel, "dc:subject");
    return categories;
}

Texts item_categories(const FeedNode& item) {
    Texts categories;
    add_all(categories, item, "category");
    add_keywords(categories, item);
    add_all(categories, item, "dc:subject");
    return categories;
}

std::optional<FeedImage> itunes_image(const FeedNode& node) {
    const std::string url = node.child("itunes:image").attribute("href").value();
    return url.empty() ? std::nullopt : std::optional(FeedImage{url, {}});
}

// Beside the channel in RDF, inside it elsewhere.
std::optional<FeedImage> channel_image(const FeedNode& channel, const FeedNode& root) {
    for (const FeedNode& place : {channel, root}) {
        if (const pugi::xml_node image = place.child("image")) {
            return FeedImage{place.at(image).text({"url"}), place.at(image).text({"title"})};
        }
    }
    return itunes_image(channel);
}

std::vector<FeedEnclosure> enclosures_of(const FeedNode& item) {
    std::vector<FeedEnclosure> enclosures;
    for (const pugi::xml_node enclosure : item.children("enclosure")) {
        enclosures.push_back({enclosure.attribute("url").value(),
                              enclosure.attribute("length").value(),
                              enclosure.attribute("type").value()});
    }
    return enclosures;
}

FeedItem read_item(const FeedNode& node) {
    FeedItem item;
    item.title = node.text({"title", "dc:title"});
    item.description = node.text({"description", "dc:description"});
    item.content = node.text({"content:encoded"});
    item.links = node.texts({"link"});
    item.link = item.links.empty() ? std::string() : item.links.front();
    item.updated = node.text({"dc:date"});
    item.published = node.text({"pubDate", "dc:date"});
    item.authors = people(node.text({"author", "dc:author", "dc:creator", "itunes:author"}));
    item.guid = node.text({"guid"});
    item.image = itunes_image(node);
    item.categories = item_categories(node);
    item.enclosures = enclosures_of(node);
    item.extensions = node.extensions();
    item.dublin_core = node.dublin_core();
    item.itunes = node.itunes();
    item.custom = node.others(kItemNames);
    return item;
}

void read_channel(Feed& feed, const FeedNode& channel) {
    feed.authors = people(
        channel.text({"managingEditor", "webMaster", "dc:author", "dc:creator", "itunes:author"}));
    feed.categories = channel_categories(channel);
    feed.custom = channel.others(kChannelNames);
    feed.copyright = channel.text({"copyright", "dc:rights"});
    feed.description = channel.text({"description", "itunes:subtitle"});
    feed.language = channel.text({"language", "dc:language"});
    feed.title = channel.text({"title", "dc:title"});
    feed.published = channel.text({"pubDate"});
    feed.updated = channel.text({"lastBuildDate", "dc:date"});
}

}  // namespace

Result<Feed> feed_from_rss(pugi::xml_node root) {
    const Namespaces namespaces(root, "rss");
    const FeedNode outer(root, namespaces);
    const FeedNode channel = outer.at(outer.child("channel"));
    if (!channel.node()) {
        return base::fail(Code::BadFeed, "expected a channel in the root element");
    }
    Feed feed;
    feed.type = "rss";
    read_channel(feed, channel);
    feed.image = channel_image(channel, outer);
    for (const FeedNode& place : {channel, outer}) {
        for (const pugi::xml_node item : place.children("item")) {
            feed.items.push_back(read_item(place.at(item)));
        }
    }
    return feed;
}

}  // namespace aggregator::format
