#pragma once

#include <span>
#include <string>
#include <string_view>

namespace aggregator::lint {

/// The schema of one part of a configuration.
struct SchemaPart {
    std::string name;
    std::string text;
};

/// The files of schemas/ as they were when the program was built, and those of the components,
/// which are listed among the keys of `extra_config` of the service, an endpoint or a backend.
[[nodiscard]] std::span<const SchemaPart> merged_schemas();

/// What the part for a component is called: `security-cors`.
[[nodiscard]] std::string part_name(std::string_view component);

}  // namespace aggregator::lint
