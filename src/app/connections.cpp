#include "app/connections.hpp"

namespace aggregator::app {

http::HeadLimits head_limits_of(const config::ServiceSettings& service) {
    return {static_cast<std::uint32_t>(service.max_header_bytes), service.router.max_header_count};
}

net::PoolOptions pool_options_of(const config::ServiceSettings& service) {
    net::PoolOptions options;
    options.head = head_limits_of(service);
    options.idle_max = service.max_idle_connections_per_host;
    options.idle_total_max = service.max_idle_connections;
    options.idle_timeout = service.idle_connection_timeout;
    options.stall_timeout = service.router.stall_timeout;
    options.connect_timeout = service.dialer_timeout;
    options.fallback_delay = service.dialer_fallback_delay;
    options.keep_alive = service.dialer_keep_alive;
    options.reuse = !service.disable_keep_alives;
    return options;
}

net::Origin origin_of(const plan::Host& host) {
    return {.tls = host.tls,
            .name = host.name,
            .port = host.port,
            .authority = host.authority,
            .prefix = host.prefix};
}

}  // namespace aggregator::app
