#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/config/load.hpp>
#include "config/reading.hpp"

namespace aggregator::config {

/// What variables say about the service.
struct Overrides {
    std::unique_ptr<File> file;      ///< an object of texts by key; null if there are none
    std::vector<std::string> names;  ///< of the variables, as in the environment
};

/// The variables that name one of the service's `keys`. Those that begin as they do and name none
/// are told.
[[nodiscard]] Overrides read_environment(const Environment& environment,
                                         const std::vector<std::string_view>& keys, Report& report);

}  // namespace aggregator::config
