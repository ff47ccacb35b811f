#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <pugixml.hpp>

#include <aggregator/base/error.hpp>

namespace aggregator::format {

/// Documents that nest elements more deeply are refused.
inline constexpr std::size_t kXmlDepthMax = 1000;

/// What a document is read for.
enum class XmlUse : unsigned char {
    Data,  ///< it has to be well-formed, as check_xml() says
    /// What the parser can make sense of is taken, as feeds are often written by hand: bytes that
    /// are no characters become U+FFFD, a reference to an unknown entity stays as it is written.
    /// White space between elements is kept, for it is part of what a feed quotes.
    Feed,
};

/// Reads a document. Its charset is told by a byte order mark, else by its declaration: UTF-8,
/// UTF-16, UTF-32, and what browsers know of the charsets in which ASCII is ASCII, converted by the
/// C library. No entity is defined by a DOCTYPE, so nothing is fetched and nothing expands. Fails
/// with BadXml; for an empty text the detail is `EOF`.
[[nodiscard]] base::Result<void> read_xml(pugi::xml_document& document, std::string_view text,
                                          XmlUse use);

/// A qualified name without its prefix; all of it if no name is left behind the colon.
[[nodiscard]] std::string_view local_name(std::string_view name);

/// What stands before the colon of a qualified name; empty if there is none.
[[nodiscard]] std::string_view prefix_of(std::string_view name);

/// Text and CDATA directly inside an element, each run between two child elements without the white
/// space around it, the runs joined by a space.
[[nodiscard]] std::string text_inside(pugi::xml_node element);

/// Without spaces, tabs and line breaks at both ends.
[[nodiscard]] std::string_view without_margins(std::string_view text);

}  // namespace aggregator::format
