#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <aggregator/config/service.hpp>
#include <aggregator/reading/diagnostic.hpp>

namespace aggregator::config {

/// What load() found. `service` is there only if no diagnostic is an error of reading; one that is
/// `only_serving` keeps it from being served alone.
struct Loaded {
    std::vector<std::unique_ptr<reading::File>>
        files;                           ///< one that cannot be parsed is a null with a text
    std::vector<std::string> overrides;  ///< names of the variables that are in force
    std::vector<reading::Allowance> allowances;
    std::optional<ServiceConfig> service;
    reading::Diagnostics diagnostics;  ///< sorted
};

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
