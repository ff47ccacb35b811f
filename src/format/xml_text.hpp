#pragma once

#include <string>
#include <string_view>

namespace aggregator::format {

/// Whether the text, which is UTF-8, is a name that readers of every edition of XML 1.0 should
/// take: of letters of living scripts in the basic plane, digits, `_`, `-`, `.` and `:`.
[[nodiscard]] bool is_xml_name(std::string_view text);

/// Such a name for any text: each character that no name may have becomes `_`, and a `_` goes
/// before what may stand in a name but not begin it. `_` for an empty text.
[[nodiscard]] std::string xml_name_of(std::string_view text);

/// Where text stands: an attribute keeps its line breaks and tabs only as references.
enum class XmlPlace : unsigned char { Content, Attribute };

/// Appends UTF-8 as character data: what means something to XML is escaped, what XML does not allow
/// (control characters, U+FFFE, U+FFFF) becomes U+FFFD, and what a reader would normalise becomes a
/// reference.
void append_xml_text(std::string& out, std::string_view text, XmlPlace place);

}  // namespace aggregator::format
