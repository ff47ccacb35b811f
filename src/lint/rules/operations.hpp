#pragma once

#include "lint/rules/answers.hpp"

/// What the rules about flatmap_filter have in common.
namespace aggregator::lint {

inline constexpr std::string_view kArgs = "args";

/// Where the operation of that number was written.
[[nodiscard]] Source operation_at(const Source& object, std::size_t index);

/// Calls `visit(operation, source)` for each operation that is in force: those of backends, and
/// those on what several of them gave.
template <typename Visit>
void for_each_operation(const Subject& subject, const Visit& visit) {
    const auto visit_all = [&visit](const auto& owner) {
        for (std::size_t i = 0; i < owner.flatmap.size(); ++i) {
            visit(owner.flatmap[i], operation_at(owner.source, i));
        }
    };
    for_each_read(subject,
                  [&](const auto&, const config::BackendConfig& backend) { visit_all(backend); });
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        if (regular_of(endpoint).size() > 1) {
            visit_all(endpoint);
        }
    }
}

/// What several backends give, and what is told of those that failed.
[[nodiscard]] Roots merged_of(const Backends& regular);

/// Whether what `to` names is, or lies below, what `from` matches.
[[nodiscard]] bool covers(std::string_view from, std::string_view to);

/// The segments as one path.
[[nodiscard]] std::string joined(const std::vector<std::string_view>& keys);

}  // namespace aggregator::lint
