#pragma once

#include <string>
#include <string_view>

namespace aggregator::format {

/// Appends a JSON object, already checked, as block YAML, indented by two spaces, with a line
/// break at its end; `{}` if it is empty. Readers of YAML 1.1 and 1.2 read back the same.
///
/// - Members keep their order; of members with one key the last counts.
/// - Numbers are quoted text, so that every digit stays; booleans and null are plain.
/// - Text is plain where it cannot be taken for anything else, else in double quotes.
/// - What is nested deeper than 20 levels is written in braces and brackets on one line.
///
/// Time and memory grow with the size of the text, whatever its depth.
void append_yaml(std::string& out, std::string_view object);

}  // namespace aggregator::format
