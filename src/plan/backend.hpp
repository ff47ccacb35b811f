#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <aggregator/plan/plan.hpp>

namespace aggregator::plan {

/// What the backends of one endpoint are compiled with.
struct Scope {
    const config::ServiceSettings& service;
    const config::EndpointConfig& endpoint;
    std::string path;                   ///< as the router sees it, with `:name`
    std::vector<std::string> declared;  ///< names that url_pattern may refer to
    std::vector<std::string> captured;  ///< names that have a value, in order
    std::vector<std::string> claims{};  ///< of a token: the last ones of `captured`
};

/// Whether the endpoint's backends are asked one after the other: it says so, and has two.
[[nodiscard]] bool is_sequential(const config::EndpointConfig& endpoint);

/// Compiles one element of the endpoint's `backend`, and tells what is wrong with its placeholders
/// and hosts.
[[nodiscard]] Backend compile_backend(const Scope& scope, std::uint32_t index,
                                      reading::Diagnostics& diagnostics);

}  // namespace aggregator::plan
