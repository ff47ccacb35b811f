#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/plan/plan.hpp>

#include "plan/backend.hpp"

namespace aggregator::plan {

/// What the rules of one endpoint's shadows are compiled with.
struct RulesScope {
    const config::ServiceSettings& service;
    const Endpoint& endpoint;                  ///< its live backends are compiled
    const std::vector<std::string>& captured;  ///< names that have a value, in order
    const config::ShadowPlaces& places;        ///< all empty if the rules are of no file
};

/// What is wrong with the rules, and where it stands in the files.
struct RulesFault {
    reading::Source place;  ///< without a node if the rules are of no file
    std::string key;
    std::string rule;
    std::string message;
    std::string hint;
};

/// Compiles the rules of a shadow whose hosts are compiled.
[[nodiscard]] std::shared_ptr<const ShadowRules> compile_rules(const RulesScope& scope,
                                                               const Backend& shadow,
                                                               const config::ShadowConfig& config,
                                                               std::vector<RulesFault>& faults);

/// Gives every shadow of the endpoint its rules, and its place in a sequence.
void compile_shadows(const Scope& scope, Endpoint& endpoint, reading::Diagnostics& diagnostics);

/// Whether one of the endpoint's live backends is there, whatever it speaks.
[[nodiscard]] bool is_live_host(const Endpoint& endpoint, const Host& host);

/// Whether one of `name`, `name:port` and `*.name` means that host.
[[nodiscard]] bool is_allowed_host(const std::vector<std::string>& allowed, std::string_view name,
                                   std::uint16_t port);

}  // namespace aggregator::plan
