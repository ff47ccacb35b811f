#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

/// Which characters XML 1.0, fifth edition, allows where.
namespace aggregator::format {

/// Anywhere in a document (production 2).
[[nodiscard]] bool is_xml_character(std::uint32_t point);

/// How many bytes of a text are such characters in UTF-8, up to the first that is none.
[[nodiscard]] std::size_t xml_characters_size(std::string_view text);

/// How many bytes of a checked UTF-8 text are the name at its beginning (production 5); 0: none.
[[nodiscard]] std::size_t xml_name_size(std::string_view text);

/// Whether what stands between `&` and `;` refers to a character that XML allows, or is one of the
/// five predefined entities.
[[nodiscard]] bool is_xml_reference(std::string_view name);

}  // namespace aggregator::format
