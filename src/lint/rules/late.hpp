#pragma once

#include <cstdint>

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

/// Calls `visit(endpoint, regular, own, references)` for each backend of a sequential endpoint that
/// has references which are filled: those to backends that are asked before it. `own` is its
/// number among the regular ones.
template <typename Visit>
void for_each_filled(const Subject& subject, const Visit& visit) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        const Backends regular = endpoint.sequential ? regular_of(endpoint) : Backends();
        for (std::size_t own = 1; own < regular.size(); ++own) {
            std::vector<Reference> references = references_of(*regular[own]);
            std::erase_if(references, [own](const Reference& one) { return one.number >= own; });
            if (!references.empty()) {
                visit(endpoint, regular, own, references);
            }
        }
    }
}

/// The names of a `url_pattern` that begin like that, with their braces.
[[nodiscard]] Names placeholders_with(std::string_view start, const config::BackendConfig& backend);

}  // namespace aggregator::lint
