#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <pugixml.hpp>

#include <aggregator/base/error.hpp>

namespace aggregator::format {

/// Documents that nest elements more deeply are refused.
inline constexpr std::size_t kXmlDepthMax = 1000;

/// Reads a document by pugixml's `flags`. Its charset is told by a byte order mark, else by its
/// declaration: UTF-8, UTF-16, UTF-32, and what browsers know of the charsets in which ASCII is
/// ASCII, converted by the C library. Bytes that are none become U+FFFD. No entity is defined by a
/// DOCTYPE, so nothing is fetched and nothing expands: a reference to one stays as it is written.
/// Fails with BadXml; for an empty text the detail is `EOF`.
[[nodiscard]] base::Result<void> read_xml(pugi::xml_document& document, std::string_view text,
                                          unsigned flags);

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
