#pragma once

#include <optional>
#include <string>

namespace aggregator::app {

/// Gives a regular file another text, all at once: whoever opens it reads the old one or the new
/// one. Its mode stays, and its owner where that is allowed; a link stays a link. Says what is
/// wrong if the file could not be written, which is as it was then.
[[nodiscard]] std::optional<std::string> replace_file(const std::string& path,
                                                      const std::string& text);

}  // namespace aggregator::app
