#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pugixml.hpp>

#include "format/feed_model.hpp"

namespace aggregator::format {

/// The prefixes that a feed's root element declares. A name has the usual prefix of its namespace
/// (`dc`, `itunes`, `content`, `atom` …) whatever the feed calls it; the prefix as written where
/// the namespace is another or was not declared; none if it is of the feed's own format.
class Namespaces {
public:
    /// `own` is the usual prefix of the feed's format.
    Namespaces(pugi::xml_node root, std::string_view own);

    [[nodiscard]] std::string_view prefix(pugi::xml_node element) const;
    /// Whether an element bears a name such as `title` or `dc:date`.
    [[nodiscard]] bool named(pugi::xml_node element, std::string_view name) const;

private:
    std::string_view own_;
    std::vector<std::pair<std::string_view, std::string_view>> usual_;  // by prefix as written
};

/// An element of a feed whose children are asked for by names such as `title` or `dc:date`. Borrows
/// both the document and the namespaces.
class FeedNode {
public:
    FeedNode(pugi::xml_node node, const Namespaces& namespaces)
        : node_(node), namespaces_(&namespaces) {}

    [[nodiscard]] pugi::xml_node node() const { return node_; }
    [[nodiscard]] FeedNode at(pugi::xml_node node) const { return {node, *namespaces_}; }
    [[nodiscard]] std::vector<pugi::xml_node> children(std::string_view name) const;
    /// The first child of that name; null if there is none.
    [[nodiscard]] pugi::xml_node child(std::string_view name) const;
    /// The first text that is not empty, the names tried in their order.
    [[nodiscard]] std::string text(std::initializer_list<std::string_view> names) const;
    /// Every text that is not empty, of all names in their order.
    [[nodiscard]] Texts texts(std::initializer_list<std::string_view> names) const;

    /// Children of the feed's own format whose names are not in `known`, each name with its last
    /// text.
    [[nodiscard]] Fields others(std::span<const std::string_view> known) const;

    /// Finished JSON objects, empty if there is nothing to tell: all children of other namespaces
    /// as
    /// `{prefix: {name: [{name, value, attrs, children}]}}`, ...
    [[nodiscard]] std::string extensions() const;
    /// ... the texts of `dc:*` by name, each an array ...
    [[nodiscard]] std::string dublin_core() const;
    /// ... and the texts of `itunes:*` by name, of an image its address.
    [[nodiscard]] std::string itunes() const;

private:
    [[nodiscard]] std::vector<pugi::xml_node> with_prefix(std::string_view prefix) const;

    pugi::xml_node node_;
    const Namespaces* namespaces_;
};

/// The text of an element; where it has child elements, its content as it is written.
[[nodiscard]] std::string content_of(pugi::xml_node element);

/// Appends all but empty texts.
void add(Texts& texts, std::string text);
void add(Texts& texts, Texts more);

}  // namespace aggregator::format
