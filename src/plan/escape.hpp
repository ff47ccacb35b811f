#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace aggregator::plan {

/// Appends text that a user wrote as part of a path or a query: `%41` stays as it is, what may not
/// stand in a request target is percent-encoded, a `%` without its two digits too.
void append_path_literal(std::string& out, std::string_view text);
void append_query_literal(std::string& out, std::string_view text);

/// Appends bytes so that they stay within one segment of a path, and within its name: a `;` is
/// encoded too.
void append_path_value(std::string& out, std::string_view bytes);
/// The same of a whole segment, whose `;` stays what it is.
void append_path_segment(std::string& out, std::string_view bytes);
/// Appends bytes so that they stay within one name or value of a query.
void append_query_value(std::string& out, std::string_view bytes);
/// The same in the form encoding: a space becomes `+`.
void append_form_value(std::string& out, std::string_view bytes);

/// The byte of the escape at `text[at]`, which is a `%`; nothing if two hexadecimal digits do not
/// follow.
[[nodiscard]] std::optional<char> decode_escape(std::string_view text, std::size_t at);

}  // namespace aggregator::plan
