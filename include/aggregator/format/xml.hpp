#pragma once

#include <string>
#include <string_view>

#include <aggregator/base/error.hpp>

namespace aggregator::format {

/// An XML document as the text of a JSON object with one member, named after the root element.
///
/// - An attribute is a member `-name`, a child element a member of its name, in the order of the
///   document: attributes, text, elements. Siblings of one name are an array at the first one's
///   place, neighbours or not.
/// - An element with text alone is that text, an empty one is `""`; beside attributes or
///   elements the text is `#text`, left out if there is none. White space around it is dropped;
///   runs of text between child elements are joined by a space. CDATA is text. Every scalar is a
///   string.
/// - Prefixes of namespaces are dropped, so that a declaration `xmlns="u"` becomes `-xmlns` and
///   `xmlns:p="u"` becomes `-p`; of attributes that are then the same the last one counts.
/// - Comments, processing instructions and the DOCTYPE are ignored. It defines no entity: nothing
///   is fetched, nothing expands.
/// - The charset is that of a byte order mark, else of the declaration, else UTF-8; bytes that
///   are no character of another charset than UTF-8 become U+FFFD.
///
/// Fails with BadXml and a sentence that says where and what: `EOF` for an empty document; one that
/// is not well-formed by XML 1.0, a reference to an entity of its own included; a charset that is
/// not known; elements that nest deeper than 1000.
[[nodiscard]] base::Result<std::string> json_from_xml(std::string_view xml);

/// Appends a JSON object, already checked, as XML without a declaration and without indentation.
/// The way back from json_from_xml(), and always well-formed.
///
/// - Its only member is the root element; a `doc` is put around several, around none, around a
///   lone attribute or text, and around an array unless that has no more than one element, an
///   object.
/// - `-name` is an attribute and `#text` is text unless their values are arrays or objects.
///   Members keep their order. An array repeats its element, and an array in it is part of it.
///   `{}`, `[]`, `null` and `""` are empty elements; numbers and booleans are text.
/// - A key that is no XML name becomes one: what is neither a letter of a living script nor a
///   digit, `_`, `-`, `.` or `:` becomes `_`, and `_` goes before what cannot begin a name. Of
///   attributes that become the same the first one counts.
/// - The name of an array's elements is cut after 128 bytes, so that a short array under a long
///   key stays short.
/// - Characters that XML does not allow become U+FFFD.
/// - Of members with one key the last counts.
///
/// Time and memory grow with the size of the text, whatever its depth.
void append_xml(std::string& out, std::string_view object);

}  // namespace aggregator::format
