#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <aggregator/base/error.hpp>

#include <aggregator/reading/value.hpp>

namespace aggregator::reading {

/// The bytes of a file or pipe, no more than a Document takes; the failure's detail says
/// why there are none.
[[nodiscard]] base::Result<std::string> read_file(const std::string& path);

/// Where the file lies that a value of a configuration names: relative to the configuration's
/// folder, or to the working directory if it is there alone, which is warned of.
[[nodiscard]] std::string located_file(const Value& value);

/// What files of a configuration may be called.
inline constexpr std::string_view kExtensions[] = {".json", ".yaml", ".yml", ".toml"};

/// The files below `folder` whose names end in one of kExtensions, in the order of their paths,
/// links followed. Names that begin with a dot are passed over. What cannot be read is told.
[[nodiscard]] std::vector<std::string> list_files(const std::string& folder, Report& report);

/// Reads a text in the format that the file's name says; JSON if it says none.
[[nodiscard]] tl::expected<json::Document, json::SyntaxError> parse_file(const std::string& path,
                                                                         std::string text);

/// A diagnostic about a file as a whole.
[[nodiscard]] Diagnostic about_file(const std::string& path, std::string rule, std::string message,
                                    std::string hint = {});

}  // namespace aggregator::reading
