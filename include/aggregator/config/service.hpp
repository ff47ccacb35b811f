#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <aggregator/config/admin.hpp>
#include <aggregator/config/endpoint.hpp>
#include <aggregator/config/router.hpp>
#include <aggregator/config/tls.hpp>

namespace aggregator::config {

/// What the service says of itself, defaults applied: values alone, which outlive the files.
/// Durations of 0 mean none; those that have a default are never 0.
struct ServiceSettings {
    std::string name;  ///< for people, and as the realm of challenges
    // The listener.
    int port = 8080;
    std::string listen_ip;  ///< literal address; empty: all interfaces
    // What endpoints and backends inherit.
    std::vector<std::string> hosts;
    Duration timeout = std::chrono::seconds(2);  ///< from a request's head to its reply
    Duration cache_ttl{};                        ///< of `Cache-Control` in replies
    std::string output_encoding = "json";
    // Clients.
    Duration read_timeout{};  ///< for the whole body
    /// This and idle_timeout: `read_timeout` if only that is written.
    Duration read_header_timeout = std::chrono::seconds(30);
    Duration write_timeout{};                         ///< from a request's head to its reply's end
    Duration idle_timeout = std::chrono::minutes(3);  ///< between two requests of a connection
    std::uint64_t max_header_bytes = 1u << 20;        ///< of one head, on both sides
    // Backends.
    bool disable_keep_alives = false;           ///< each call gets a connection of its own
    bool disable_compression = false;           ///< backends are not offered gzip
    std::uint32_t max_idle_connections = 1024;  ///< over all hosts, a worker
    std::uint32_t max_idle_connections_per_host = 250;
    Duration idle_connection_timeout = std::chrono::seconds(90);  ///< how long one is kept
    Duration response_header_timeout{};  ///< from a request's end to its answer's head
    Duration expect_continue_timeout{};  ///< how long a body waits for 100 Continue
    Duration dialer_timeout = std::chrono::seconds(30);               ///< for connecting
    Duration dialer_fallback_delay = std::chrono::milliseconds(300);  ///< RFC 8305, 5
    Duration dialer_keep_alive = std::chrono::seconds(15);            ///< between probes of TCP
    Duration dns_cache_ttl = std::chrono::seconds(30);  ///< how long addresses are used
    // The program.
    bool disable_rest = false;    ///< parameters may be parts of a segment: `/x{a}`
    bool debug_endpoint = false;  ///< `/__debug/`
    bool echo_endpoint = false;   ///< `/__echo/`
    Duration max_shutdown_wait_time = std::chrono::seconds(30);  ///< for requests under way
    std::optional<ListenerTlsConfig> tls;  ///< absent: clients speak plain HTTP
    ClientTlsConfig client_tls;
    RouterConfig router;
    ShadowServiceConfig shadow;        ///< extra_config["proxy/shadow"], `defaults` included
    std::optional<AdminConfig> admin;  ///< extra_config.admin; absent: no such interface
    HealthConfig health;               ///< extra_config["backend/health"], for all backends

    friend bool operator==(const ServiceSettings&, const ServiceSettings&) = default;
};

/// Where the service's objects were written; without a node if they were not.
struct ServicePlaces {
    reading::Source tls;
    reading::Source client_tls;  ///< the root if that switches the check of certificates off
    reading::Source router;      ///< the root if it is not written
    ShadowPlaces shadow_defaults;
    reading::Source admin;
};

/// The service: the document's root.
struct ServiceConfig : ServiceSettings {
    std::vector<reading::Configured> components;  ///< of folders of their own
    std::vector<EndpointConfig> endpoints;
    reading::Source source;  ///< the document's root
    ServicePlaces places;

    /// Whether both mean the same. Where something stands is no part of that, nor is how it is
    /// spelled.
    friend bool operator==(const ServiceConfig& a, const ServiceConfig& b) {
        return static_cast<const ServiceSettings&>(a) == b && a.components == b.components &&
               a.endpoints == b.endpoints;
    }
};

}  // namespace aggregator::config
