#pragma once

#include <string>
#include <vector>

#include <aggregator/base/error.hpp>

#include "config/value.hpp"

namespace aggregator::config {

/// The bytes of a file or pipe, no more than a Document takes; the failure's detail says
/// why there are none.
[[nodiscard]] base::Result<std::string> read_file(const std::string& path);

/// The files below `folder` whose names end in `.json`, in the order of their paths, links
/// followed. Names that begin with a dot are passed over. What cannot be read, or is in a format
/// that is not read yet, is told.
[[nodiscard]] std::vector<std::string> list_files(const std::string& folder, Report& report);

/// Whether the name ends as those of formats do that are not read yet.
[[nodiscard]] bool is_foreign_format(const std::string& path);

/// A diagnostic about a file as a whole.
[[nodiscard]] Diagnostic about_file(const std::string& path, std::string rule, std::string message,
                                    std::string hint = {});

}  // namespace aggregator::config
