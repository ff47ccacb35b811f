#pragma once

#include <cstdint>
#include <optional>

#include "lint/rules/answers.hpp"

/// What the rules about placeholders that are filled late have in common.
namespace aggregator::lint {

/// A `{respN_path}` in a `url_pattern`.
struct Reference {
    std::string shown;         ///< for messages, with its braces
    std::uint32_t number = 0;  ///< of a backend; the largest there is if it is larger
    std::string path;
};

/// Those of a `url_pattern`, in order.
[[nodiscard]] std::vector<Reference> references_of(const config::BackendConfig& backend);

/// Those that the plan fills: of a backend that is asked behind the one they name.
[[nodiscard]] std::vector<Reference> filled_of(const config::EndpointConfig& endpoint,
                                               const config::BackendConfig& backend);

/// The backend's number among the regular ones; nothing for a shadow.
[[nodiscard]] std::optional<std::uint32_t> number_of(const config::EndpointConfig& endpoint,
                                                     const config::BackendConfig& backend);

/// The names of a `url_pattern` that begin like that, with their braces.
[[nodiscard]] Names placeholders_with(std::string_view start, const config::BackendConfig& backend);

}  // namespace aggregator::lint
