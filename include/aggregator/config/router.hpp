#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace aggregator::config {

/// `error_format`.
enum class ErrorFormat : std::uint8_t { Empty, Json, Problem };
/// `error_status`.
enum class ErrorStatus : std::uint8_t { Compat, Precise };

/// `request_id`. Without it requests have an id as well, which only logs tell.
struct RequestIdConfig {
    enum class Accept : std::uint8_t { Trusted, Always, Never };
    enum class Format : std::uint8_t { Uuid7, Uuid4 };
    std::string header = "X-Request-Id";
    Accept accept = Accept::Trusted;  ///< whose ids are kept: those of trusted proxies, or all
    bool propagate = true;            ///< backends get it
    bool returns = true;              ///< clients get it with the reply
    Format format = Format::Uuid7;    ///< of new ones

    friend bool operator==(const RequestIdConfig&, const RequestIdConfig&) = default;
};

/// `extra_config.router` of the service.
struct RouterConfig {
    bool return_error_msg = false;
    bool hide_version_header = false;
    bool disable_health = false;
    std::string health_path = "/__health";
    bool disable_access_log = false;
    std::vector<std::string> logger_skip_paths;
    bool disable_redirect_trailing_slash = false;
    bool disable_redirect_fixed_path = false;
    bool remove_extra_slash = false;
    bool disable_handle_method_not_allowed = false;
    bool disable_path_decoding = false;
    bool auto_options = false;
    bool forwarded_by_client_ip = true;  ///< false: `remote_ip_headers` are never looked at
    bool app_engine = false;  ///< X-Appengine-Remote-Addr names the client, from trusted proxies
    /// For `sd: dns`, each with its port: `1.2.3.4:53`, `[::1]:53`; empty: the system's.
    std::vector<std::string> dns_servers;
    std::vector<std::string> remote_ip_headers = {"X-Forwarded-For", "X-Real-IP"};
    std::vector<std::string> trusted_proxies;            ///< addresses or CIDR; none by default
    std::string header_prefix = "X-Aggregator";          ///< of the gateway's own headers
    std::string user_agent;                              ///< empty: aggregator/<version>
    std::optional<std::string> not_found_body;           ///< `error_body.404`, as compact JSON text
    std::optional<std::string> method_not_allowed_body;  ///< `error_body.405`
    // The program's own keys.
    ErrorFormat error_format = ErrorFormat::Empty;
    ErrorStatus error_status = ErrorStatus::Compat;
    std::string error_type_base;  ///< of a problem's `type`; empty: `about:blank`
    std::optional<RequestIdConfig> request_id;
    // Limits, its own too.
    std::uint64_t max_body_bytes = 8u << 20;     ///< of a request body that must be held
    std::uint64_t max_answer_bytes = 28u << 20;  ///< of a backend's answer that must be held
    std::uint64_t max_answer_work = 30'000'000;  ///< operations on an answer, and on a reply
    std::uint32_t max_header_count = 200;        ///< header lines of one message, both sides
    std::uint32_t max_query_parameters = 1000;   ///< of a request
    std::uint32_t max_connections = 0;           ///< of clients, a worker; 0: as descriptors allow
    std::uint64_t max_held_bytes = 256u << 20;   ///< of unfinished heads, unread replies, bodies
    std::chrono::nanoseconds stall_timeout =
        std::chrono::seconds(60);  ///< without a byte from or to a peer

    friend bool operator==(const RouterConfig&, const RouterConfig&) = default;
};

}  // namespace aggregator::config
