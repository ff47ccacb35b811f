#include <aggregator/format/feed.hpp>

#include <utility>

#include <aggregator/json/spans.hpp>

#include "format/feed_date.hpp"
#include "format/feed_sources.hpp"
#include "format/json_writer.hpp"
#include "format/xml_source.hpp"

namespace aggregator::format {

namespace {

using base::Code;
using base::Result;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Members of an item are left out where they are empty, those of the feed are not.
void append_text(std::string& out, std::string_view key, std::string_view text) {
    append_key(out, key);
    json::append_string(out, text);
}

void append_some_text(std::string& out, std::string_view key, std::string_view text) {
    if (!text.empty()) {
        append_text(out, key, text);
    }
}

void append_some_json(std::string& out, std::string_view key, std::string_view value) {
    if (!value.empty()) {
        append_key(out, key);
        out += value;
    }
}

std::string json_of(const std::string& text) {
    std::string out;
    json::append_string(out, text);
    return out;
}

std::string json_of(const FeedPerson& person) {
    std::string out = "{";
    append_some_text(out, "name", person.name);
    append_some_text(out, "email", person.email);
    return out + "}";
}

std::string json_of(const FeedImage& image) {
    std::string out = "{";
    append_some_text(out, "url", image.url);
    append_some_text(out, "title", image.title);
    return out + "}";
}

std::string json_of(const FeedEnclosure& enclosure) {
    std::string out = "{";
    append_some_text(out, "url", enclosure.url);
    append_some_text(out, "length", enclosure.length);
    append_some_text(out, "type", enclosure.type);
    return out + "}";
}

/// Empty for an empty list.
template <typename Element>
std::string json_of(const std::vector<Element>& list) {
    std::string out;
    for (const Element& element : list) {
        out += out.empty() ? "[" : ",";
        out += json_of(element);
    }
    return out.empty() ? out : out + "]";
}

std::string json_of(const Fields& fields) {
    std::string out;
    for (const auto& [name, text] : fields) {
        out += out.empty() ? "{" : "";
        append_text(out, name, text);
    }
    return out.empty() ? out : out + "}";
}

void append_date(std::string& out, const std::string& key, const std::string& date) {
    append_some_text(out, key, date);
    append_some_text(out, key + "Parsed", utc_from(date).value_or(""));
}

void append_item(std::string& out, const FeedItem& item) {
    out += '{';
    append_some_text(out, "title", item.title);
    append_some_text(out, "description", item.description);
    append_some_text(out, "content", item.content);
    append_some_text(out, "link", item.link);
    append_some_json(out, "links", json_of(item.links));
    append_date(out, "updated", item.updated);
    append_date(out, "published", item.published);
    if (!item.authors.empty()) {
        append_some_json(out, "author", json_of(item.authors.front()));
    }
    append_some_json(out, "authors", json_of(item.authors));
    append_some_text(out, "guid", item.guid);
    append_some_json(out, "image", item.image ? json_of(*item.image) : std::string());
    append_some_json(out, "categories", json_of(item.categories));
    append_some_json(out, "enclosures", json_of(item.enclosures));
    append_some_json(out, "extensions", item.extensions);
    append_some_json(out, "dcExt", item.dublin_core);
    append_some_json(out, "itunesExt", item.itunes);
    append_some_json(out, "custom", json_of(item.custom));
    out += '}';
}

void append_or_null(std::string& out, std::string_view key, std::string_view value) {
    append_some_json(out, key, value.empty() ? "null" : value);
}

std::string render(const Feed& feed) {
    std::string out = "{";
    append_key(out, "items");
    out += '[';
    for (const FeedItem& item : feed.items) {
        next_element(out);
        append_item(out, item);
    }
    out += ']';
    append_or_null(out, "author", feed.authors.empty() ? "" : json_of(feed.authors.front()));
    append_or_null(out, "categories", json_of(feed.categories));
    append_or_null(out, "custom", json_of(feed.custom));
    append_text(out, "copyright", feed.copyright);
    append_text(out, "description", feed.description);
    append_text(out, "type", feed.type);
    append_text(out, "language", feed.language);
    append_text(out, "title", feed.title);
    append_text(out, "published", feed.published);
    append_text(out, "updated", feed.updated);
    if (feed.image) {
        append_text(out, "img_url", feed.image->url);
    }
    return out + "}";
}

Result<Feed> feed_from_xml(std::string_view text) {
    pugi::xml_document document;
    const Result<void> read = read_xml(document, text, XmlUse::Feed);
    if (!read) {
        return base::fail(Code::BadFeed, read.error().detail);
    }
    const pugi::xml_node root = document.document_element();
    const std::string_view name = local_name(root.name());
    if (name == "feed") {
        return feed_from_atom(root);
    }
    if (name == "rss" || name == "RDF") {
        return feed_from_rss(root);
    }
    return base::fail(Code::BadFeed,
                      "the root element is '" + std::string(name) + "', expected rss, RDF or feed");
}

}  // namespace

FeedPerson person_from(std::string_view text) {
    const std::size_t open = text.find_first_of("(<");
    std::string_view first = without_margins(text.substr(0, open));
    std::string_view second;
    if (open != std::string_view::npos) {
        const std::size_t close = text.find(text[open] == '(' ? ')' : '>', open);
        second = without_margins(text.substr(open + 1, close - open - 1));
    }
    if (first.find('@') == std::string_view::npos) {
        const bool swapped = second.find('@') != std::string_view::npos;
        return swapped || second.empty() ? FeedPerson{std::string(first), std::string(second)}
                                         : FeedPerson{std::string(without_margins(text)), {}};
    }
    return {std::string(second), std::string(first)};
}

Result<std::string> json_from_feed(std::string_view feed) {
    std::string_view text = feed;
    if (text.starts_with(kByteOrderMark)) {
        text.remove_prefix(kByteOrderMark.size());
    }
    const bool json = without_margins(text).starts_with('{');
    const Result<Feed> read = json ? feed_from_json(text) : feed_from_xml(feed);
    if (!read) {
        return base::fail(read.error());
    }
    return render(*read);
}

}  // namespace aggregator::format
