#include <algorithm>
#include <string>
#include <vector>

#include "format/feed_sources.hpp"
#include "format/feed_xml.hpp"
#include "format/xml_source.hpp"

namespace aggregator::format {

namespace {

// A text construct. XHTML stands in a div that is not part of it.
std::string markup_of(const FeedNode& node, std::string_view name) {
    const pugi::xml_node element = node.child(name);
    if (std::string_view(element.attribute("type").value()) != "xhtml") {
        return content_of(element);
    }
    const pugi::xml_node inner =
        element.find_child([](pugi::xml_node child) { return local_name(child.name()) == "div"; });
    return content_of(inner ? inner : element);
}

std::string first_markup(const FeedNode& node, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
        std::string text = markup_of(node, name);
        if (!text.empty()) {
            return text;
        }
    }
    return {};
}

std::vector<FeedPerson> authors_of(const FeedNode& node) {
    std::vector<FeedPerson> authors;
    for (const pugi::xml_node author : node.children("author")) {
        FeedPerson person{node.at(author).text({"name"}), node.at(author).text({"email"})};
        if (!person.name.empty() || !person.email.empty()) {
            authors.push_back(std::move(person));
        }
    }
    return authors;
}

Texts categories_of(const FeedNode& node) {
    Texts categories;
    for (const pugi::xml_node category : node.children("category")) {
        const std::string_view label = category.attribute("label").value();
        categories.emplace_back(label.empty() ? category.attribute("term").value() : label);
    }
    return categories;
}

void read_links(FeedItem& item, const FeedNode& node) {
    for (const pugi::xml_node link : node.children("link")) {
        const std::string_view relation = link.attribute("rel").value();
        const std::string address = link.attribute("href").value();
        const bool page = relation.empty() || relation == "alternate";
        if (relation == "enclosure") {
            item.enclosures.push_back(
                {address, link.attribute("length").value(), link.attribute("type").value()});
        }
        if (page && item.link.empty()) {
            item.link = address;
        }
        if (page || relation == "self") {
            add(item.links, address);
        }
    }
}

FeedItem read_entry(const FeedNode& node) {
    FeedItem item;
    item.title = markup_of(node, "title");
    item.description = markup_of(node, "summary");
    item.content = markup_of(node, "content");
    read_links(item, node);
    item.updated = node.text({"updated", "modified"});
    item.published = node.text({"published", "issued", "updated", "modified"});
    item.authors = authors_of(node);
    item.guid = node.text({"id"});
    item.categories = categories_of(node);
    item.extensions = node.extensions();
    item.dublin_core = node.dublin_core();
    item.itunes = node.itunes();
    return item;
}

}  // namespace

Feed feed_from_atom(pugi::xml_node root) {
    const Namespaces namespaces(root, "atom");
    const FeedNode node(root, namespaces);
    Feed feed;
    feed.type = "atom";
    feed.authors = authors_of(node);
    feed.categories = categories_of(node);
    feed.copyright = first_markup(node, {"rights", "copyright"});
    feed.description = first_markup(node, {"subtitle", "tagline"});
    feed.language = root.attribute("xml:lang").value();
    feed.title = markup_of(node, "title");
    feed.updated = node.text({"updated", "modified"});
    if (const std::string logo = node.text({"logo"}); !logo.empty()) {
        feed.image = FeedImage{logo, {}};
    }
    for (const pugi::xml_node entry : node.children("entry")) {
        feed.items.push_back(read_entry(node.at(entry)));
    }
    return feed;
}

}  // namespace aggregator::format
