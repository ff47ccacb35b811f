#include <aggregator/format/xml.hpp>

#include <vector>

#include <aggregator/json/spans.hpp>

#include "format/groups.hpp"
#include "format/json_writer.hpp"
#include "format/xml_source.hpp"

namespace aggregator::format {

namespace {

using base::Result;

void append_element(std::string& out, pugi::xml_node element);

void append_attributes(std::string& out, pugi::xml_node element) {
    std::vector<pugi::xml_attribute> attributes;
    std::vector<NamedPlace> named;
    for (const pugi::xml_attribute attribute : element.attributes()) {
        named.push_back({local_name(attribute.name()), attributes.size()});
        attributes.push_back(attribute);
    }
    for (const NameGroup& same : group_by_name(named)) {
        const NamedPlace& last = named[same.end - 1];
        append_key(out, std::string("-").append(last.name));
        json::append_string(out, attributes[last.place].value());
    }
}

void append_elements(std::string& out, const std::vector<pugi::xml_node>& elements) {
    std::vector<NamedPlace> named;
    named.reserve(elements.size());
    for (const pugi::xml_node element : elements) {
        named.push_back({local_name(element.name()), named.size()});
    }
    for (const NameGroup& same : group_by_name(named)) {
        append_key(out, named[same.begin].name);
        const bool several = same.end - same.begin > 1;
        out += several ? "[" : "";
        for (std::size_t i = same.begin; i < same.end; ++i) {
            if (several) {
                next_element(out);
            }
            append_element(out, elements[named[i].place]);
        }
        out += several ? "]" : "";
    }
}

// Recursion is bounded by kXmlDepthMax.
void append_element(std::string& out, pugi::xml_node element) {
    std::vector<pugi::xml_node> elements;
    for (const pugi::xml_node node : element.children()) {
        if (node.type() == pugi::node_element) {
            elements.push_back(node);
        }
    }
    const std::string text = text_inside(element);
    if (elements.empty() && !element.first_attribute()) {
        json::append_string(out, text);
        return;
    }
    out += '{';
    append_attributes(out, element);
    if (!text.empty()) {
        append_key(out, "#text");
        json::append_string(out, text);
    }
    append_elements(out, elements);
    out += '}';
}

}  // namespace

Result<std::string> json_from_xml(std::string_view xml) {
    pugi::xml_document document;
    const Result<void> read = read_xml(document, xml, XmlUse::Data);
    if (!read) {
        return base::fail(read.error());
    }
    std::string out = "{";
    const pugi::xml_node root = document.document_element();
    append_key(out, local_name(root.name()));
    append_element(out, root);
    out += '}';
    return out;
}

}  // namespace aggregator::format
