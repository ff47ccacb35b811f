#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <aggregator/config/model.hpp>

namespace aggregator::config {

/// Names and values of variables.
using Environment = std::vector<std::pair<std::string, std::string>>;

/// Texts by the paths of files.
using Texts = std::map<std::string, std::string, std::less<>>;

/// Reads a configuration: one file, or a folder with `service.json` and one endpoint object or an
/// array of them in each `*.json` below `endpoints/`, taken in the order of their paths. Names that
/// end in `.yaml`, `.yml` or `.toml` say what is in a file, all others mean JSON. A variable
/// AGGREGATOR_<KEY> stands for the service's key of that name. Never stops at the first mistake:
/// everything that can be told is in `diagnostics`. A file that `texts` has is not read from the
/// disk. Of the components that stand in folders of their own, those of `readers` are supported.
[[nodiscard]] Loaded load(const std::string& path, const Environment& environment = {},
                          const Texts& texts = {}, reading::Readers readers = {});

/// The same from a text, as if it stood in a file called `name`.
[[nodiscard]] Loaded load_text(std::string text, const std::string& name,
                               const Environment& environment = {}, reading::Readers readers = {});

}  // namespace aggregator::config
