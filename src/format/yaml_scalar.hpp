#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace aggregator::format {

/// Arrays and objects below this many levels are written in braces and brackets on one line, so
/// that indentation cannot make a small answer large.
inline constexpr std::size_t kYamlBlockDepthMax = 20;

/// Readers find a key in front of its colon only if it is no longer; longer ones follow a `?`.
inline constexpr std::size_t kYamlKeyBytesMax = 1000;

/// Appends text in double quotes, so that readers of YAML 1.1 and 1.2 read back the same.
void append_yaml_quoted(std::string& out, std::string_view text);

/// Appends text as it is where no reader of YAML 1.1 or 1.2 could take it for anything else, else
/// in double quotes. Not for what stands in braces or brackets.
void append_yaml_string(std::string& out, std::string_view text);

}  // namespace aggregator::format
