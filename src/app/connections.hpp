#pragma once

#include <aggregator/config/service.hpp>
#include <aggregator/net/pools.hpp>
#include <aggregator/plan/backend.hpp>

namespace aggregator::app {

[[nodiscard]] http::HeadLimits head_limits_of(const config::ServiceSettings& service);

/// How connections to hosts are made and kept, but for their TLS and proxies.
[[nodiscard]] net::PoolOptions pool_options_of(const config::ServiceSettings& service);

[[nodiscard]] net::Origin origin_of(const plan::Host& host);

}  // namespace aggregator::app
