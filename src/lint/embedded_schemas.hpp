#pragma once

#include <span>
#include <string_view>

namespace aggregator::lint {

/// A file of schemas/, as it was when the program was built.
struct EmbeddedSchema {
    std::string_view name;  ///< of the file, without its extension
    std::string_view text;
};

/// All of them. The source is made by cmake/embed_schemas.cmake.
[[nodiscard]] std::span<const EmbeddedSchema> embedded_schemas();

}  // namespace aggregator::lint
