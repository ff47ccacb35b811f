#include "format/feed_xml.hpp"

#include <algorithm>
#include <array>

#include <aggregator/json/spans.hpp>

#include "format/groups.hpp"
#include "format/json_writer.hpp"
#include "format/xml_source.hpp"

namespace aggregator::format {

namespace {

using Elements = std::vector<pugi::xml_node>;

struct Space {
    std::string_view uri;
    std::string_view prefix;
};
constexpr std::array kNamespaces = {Space{"http://www.w3.org/2005/Atom", "atom"},
                                    Space{"http://purl.org/atom/ns#", "atom"},
                                    Space{"http://purl.org/rss/1.0/", "rss"},
                                    Space{"http://my.netscape.com/rdf/simple/0.9/", "rss"},
                                    Space{"http://channel.netscape.com/rdf/simple/0.9/", "rss"},
                                    Space{"http://backend.userland.com/rss2", "rss"},
                                    Space{"http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdf"},
                                    Space{"http://purl.org/dc/elements/1.1/", "dc"},
                                    Space{"http://purl.org/dc/terms/", "dcterms"},
                                    Space{"http://purl.org/rss/1.0/modules/content/", "content"},
                                    Space{"http://www.itunes.com/dtds/podcast-1.0.dtd", "itunes"},
                                    Space{"http://search.yahoo.com/mrss/", "media"}};
constexpr std::string_view kDeclaration = "xmlns:";
constexpr std::size_t kNamespacesMax = 32;  // every name is looked for among them

struct StringWriter : pugi::xml_writer {
    void write(const void* bytes, std::size_t size) override {
        text.append(static_cast<const char*>(bytes), size);
    }
    std::string text;
};

bool is_element(pugi::xml_node node) { return node.type() == pugi::node_element; }

Elements elements_of(pugi::xml_node parent) {
    Elements elements;
    for (const pugi::xml_node node : parent.children()) {
        if (is_element(node)) {
            elements.push_back(node);
        }
    }
    return elements;
}

void append_extension(std::string& out, pugi::xml_node element);

// {name: [extension ...]} of elements that may have any names.
void append_by_name(std::string& out, const Elements& elements) {
    std::vector<NamedPlace> named;
    for (const pugi::xml_node element : elements) {
        named.push_back({local_name(element.name()), named.size()});
    }
    out += '{';
    for (const NameGroup& same : group_by_name(named)) {
        append_key(out, named[same.begin].name);
        out += '[';
        for (std::size_t i = same.begin; i < same.end; ++i) {
            next_element(out);
            append_extension(out, elements[named[i].place]);
        }
        out += ']';
    }
    out += '}';
}

void append_text_member(std::string& out, std::string_view key, std::string_view text) {
    append_key(out, key);
    json::append_string(out, text);
}

void append_attribute_members(std::string& out, pugi::xml_node element) {
    std::vector<NamedPlace> named;
    Texts values;
    for (const pugi::xml_attribute attribute : element.attributes()) {
        named.push_back({local_name(attribute.name()), values.size()});
        values.emplace_back(attribute.value());
    }
    out += '{';
    for (const NameGroup& same : group_by_name(named)) {
        const NamedPlace& last = named[same.end - 1];
        append_text_member(out, last.name, values[last.place]);
    }
    out += '}';
}

// Recursion is bounded by kXmlDepthMax.
void append_extension(std::string& out, pugi::xml_node element) {
    out += '{';
    append_text_member(out, "name", local_name(element.name()));
    append_text_member(out, "value", text_inside(element));
    append_key(out, "attrs");
    append_attribute_members(out, element);
    append_key(out, "children");
    append_by_name(out, elements_of(element));
    out += '}';
}

}  // namespace

Namespaces::Namespaces(pugi::xml_node root, std::string_view own) : own_(own) {
    for (const pugi::xml_attribute attribute : root.attributes()) {
        const std::string_view name = attribute.name();
        const auto space = std::ranges::find(kNamespaces, attribute.value(), &Space::uri);
        if (name.starts_with(kDeclaration) && space != kNamespaces.end() &&
            usual_.size() < kNamespacesMax) {
            usual_.emplace_back(name.substr(kDeclaration.size()), space->prefix);
        }
    }
}

std::string_view Namespaces::prefix(pugi::xml_node element) const {
    const std::string_view written = prefix_of(element.name());
    if (written.empty()) {
        return {};
    }
    const auto known =
        std::ranges::find(usual_, written, [](const auto& pair) { return pair.first; });
    const std::string_view usual = known == usual_.end() ? written : known->second;
    return usual == own_ ? std::string_view() : usual;
}

bool Namespaces::named(pugi::xml_node element, std::string_view name) const {
    const std::size_t colon = name.find(':');
    const std::string_view local = name.substr(colon == std::string_view::npos ? 0 : colon + 1);
    return is_element(element) && local_name(element.name()) == local &&
           prefix(element) == prefix_of(name);
}

Elements FeedNode::children(std::string_view name) const {
    Elements found;
    for (const pugi::xml_node node : node_.children()) {
        if (namespaces_->named(node, name)) {
            found.push_back(node);
        }
    }
    return found;
}

pugi::xml_node FeedNode::child(std::string_view name) const {
    return node_.find_child(
        [this, name](pugi::xml_node node) { return namespaces_->named(node, name); });
}

std::string FeedNode::text(std::initializer_list<std::string_view> names) const {
    for (const std::string_view name : names) {
        std::string text = content_of(child(name));
        if (!text.empty()) {
            return text;
        }
    }
    return {};
}

Texts FeedNode::texts(std::initializer_list<std::string_view> names) const {
    Texts found;
    for (const std::string_view name : names) {
        for (const pugi::xml_node element : children(name)) {
            add(found, content_of(element));
        }
    }
    return found;
}

Fields FeedNode::others(std::span<const std::string_view> known) const {
    const Elements elements = with_prefix({});
    std::vector<NamedPlace> named;
    for (std::size_t i = 0; i < elements.size(); ++i) {
        if (const auto name = local_name(elements[i].name());
            std::ranges::count(known, name) == 0) {
            named.push_back({name, i});
        }
    }
    Fields fields;
    for (const NameGroup& same : group_by_name(named)) {
        const NamedPlace& last = named[same.end - 1];
        fields.emplace_back(last.name, content_of(elements[last.place]));
    }
    return fields;
}

Elements FeedNode::with_prefix(std::string_view prefix) const {
    Elements elements = elements_of(node_);
    std::erase_if(elements, [this, prefix](pugi::xml_node element) {
        return namespaces_->prefix(element) != prefix;
    });
    return elements;
}

std::string FeedNode::extensions() const {
    const Elements elements = elements_of(node_);
    std::vector<NamedPlace> named;
    for (std::size_t i = 0; i < elements.size(); ++i) {
        const std::string_view prefix = namespaces_->prefix(elements[i]);
        if (!prefix.empty() && prefix != "content") {
            named.push_back({prefix, i});
        }
    }
    if (named.empty()) {
        return {};
    }
    std::string out = "{";
    for (const NameGroup& same : group_by_name(named)) {
        Elements of_prefix;
        for (std::size_t i = same.begin; i < same.end; ++i) {
            of_prefix.push_back(elements[named[i].place]);
        }
        append_key(out, named[same.begin].name);
        append_by_name(out, of_prefix);
    }
    return out + "}";
}

std::string FeedNode::dublin_core() const {
    const Elements elements = with_prefix("dc");
    std::vector<NamedPlace> named;
    for (const pugi::xml_node element : elements) {
        named.push_back({local_name(element.name()), named.size()});
    }
    std::string out;
    for (const NameGroup& same : group_by_name(named)) {
        out += out.empty() ? "{" : "";
        append_key(out, named[same.begin].name);
        out += '[';
        for (std::size_t i = same.begin; i < same.end; ++i) {
            next_element(out);
            json::append_string(out, text_inside(elements[named[i].place]));
        }
        out += ']';
    }
    return out.empty() ? out : out + "}";
}

std::string FeedNode::itunes() const {
    const Elements elements = with_prefix("itunes");
    std::vector<NamedPlace> named;
    for (const pugi::xml_node element : elements) {
        named.push_back({local_name(element.name()), named.size()});
    }
    std::string out;
    for (const NameGroup& same : group_by_name(named)) {
        const pugi::xml_node element = elements[named[same.begin].place];
        const bool image = named[same.begin].name == "image";
        const std::string text = image ? element.attribute("href").value() : text_inside(element);
        if (!text.empty()) {
            out += out.empty() ? "{" : "";
            append_text_member(out, named[same.begin].name, text);
        }
    }
    return out.empty() ? out : out + "}";
}

std::string content_of(pugi::xml_node element) {
    if (elements_of(element).empty()) {
        return text_inside(element);
    }
    StringWriter writer;
    for (const pugi::xml_node node : element.children()) {
        node.print(writer, "", pugi::format_raw, pugi::encoding_utf8);
    }
    return std::string(without_margins(writer.text));
}

void add(Texts& texts, std::string text) {
    if (!text.empty()) {
        texts.push_back(std::move(text));
    }
}

void add(Texts& texts, Texts more) {
    for (std::string& text : more) {
        add(texts, std::move(text));
    }
}

}  // namespace aggregator::format
