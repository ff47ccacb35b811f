#pragma once

#include <string>

#include <aggregator/config/model.hpp>

namespace aggregator::config {

/// Reads a configuration: one JSON file, or a folder with `service.json` and one endpoint object or
/// an array of them in each `*.json` below `endpoints/`, taken in the order of their paths. Never
/// stops at the first mistake: everything that can be told is in `diagnostics`.
[[nodiscard]] Loaded load(const std::string& path);

/// The same from a text, as if it stood in a file called `name`.
[[nodiscard]] Loaded load_text(std::string text, const std::string& name);

}  // namespace aggregator::config
