#pragma once

#include <cstdint>

#include <aggregator/config/router.hpp>

namespace aggregator::app {

/// Raises the process's limit of descriptors as far as the system allows, and returns it: a
/// gateway's connections are counted in thousands.
[[nodiscard]] std::uint64_t raise_descriptor_limit();

/// Descriptors that clients never get: for connections to backends, the management interface,
/// files. An eighth of the limit, 32 at least, and never more than half of it.
[[nodiscard]] std::uint64_t descriptor_reserve(std::uint64_t limit);

/// How many connections of clients a worker of `workers` accepts: what the configuration says, else
/// its share of the descriptors that are not reserved, from 1 to 65536.
[[nodiscard]] std::uint32_t connections_max(const config::RouterConfig& router, std::uint64_t limit,
                                            unsigned workers);

}  // namespace aggregator::app
