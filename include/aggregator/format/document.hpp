#pragma once

#include <string>

#include <aggregator/json/document.hpp>

namespace aggregator::format {

/// A YAML or TOML file that people write, as the tree that a JSON file gives: every value has its
/// place in the text. The limits are those of json::Document.
[[nodiscard]] tl::expected<json::Document, json::SyntaxError> parse_yaml(std::string text);
[[nodiscard]] tl::expected<json::Document, json::SyntaxError> parse_toml(std::string text);

}  // namespace aggregator::format
