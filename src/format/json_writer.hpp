#pragma once

#include <string>
#include <string_view>

namespace aggregator::format {

/// Begins a member of the object that is written at the end of `out`: its comma, key and colon.
void append_key(std::string& out, std::string_view key);

/// Puts a comma behind an element of the array that is written at the end of `out`.
void next_element(std::string& out);

}  // namespace aggregator::format
