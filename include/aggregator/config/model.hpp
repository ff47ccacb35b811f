#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <aggregator/config/health.hpp>
#include <aggregator/config/manipulation.hpp>
#include <aggregator/config/router.hpp>
#include <aggregator/config/shadow.hpp>
#include <aggregator/reading/component.hpp>
#include <aggregator/reading/diagnostic.hpp>
#include <aggregator/reading/source.hpp>
#include <aggregator/reading/times.hpp>

namespace aggregator::config {

using reading::Duration;

struct KeyPair {
    std::string public_key;   ///< path of a PEM file, chain included
    std::string private_key;  ///< path of a PEM file
};

enum class TlsVersion : std::uint8_t { Tls10, Tls11, Tls12, Tls13 };

/// Service key `tls`.
struct ListenerTlsConfig {
    bool disabled = false;
    /// The first is the default; the single `public_key` and `private_key` are appended.
    std::vector<KeyPair> keys;
    TlsVersion min_version = TlsVersion::Tls12;
    TlsVersion max_version = TlsVersion::Tls13;
    std::vector<int> curve_preferences;  ///< IANA numbers; empty: the library's
    std::vector<int> cipher_suites;      ///< IANA numbers, TLS 1.2 and below; empty: the library's
    bool enable_mtls = false;
    std::vector<std::string> ca_certs;
    bool disable_system_ca_pool = false;
    reading::Source source;
};

/// Service key `client_tls`.
struct ClientTlsConfig {
    bool allow_insecure_connections = false;
    std::vector<std::string> ca_certs;
    bool disable_system_ca_pool = false;
    TlsVersion min_version = TlsVersion::Tls12;
    TlsVersion max_version = TlsVersion::Tls13;
    std::vector<int> curve_preferences;
    std::vector<int> cipher_suites;
    std::vector<KeyPair> client_certs;
    reading::Source source;
};

enum class Encoding : std::uint8_t { Json, SafeJson, String, NoOp, Xml, Rss };

/// One element of `backend`, defaults and inheritance applied.
struct BackendConfig {
    /// Sanitised: `scheme://name[:port][/prefix]`, or as written when that is disabled.
    std::vector<std::string> hosts;
    bool disable_host_sanitize = false;
    std::string url_pattern = "/";  ///< one leading slash ensured
    std::string method;             ///< upper case; the endpoint's if not written
    std::string written_method;     ///< the same in the spelling of the configuration
    Encoding encoding = Encoding::Json;
    bool is_collection = false;
    std::vector<std::string> allow;
    std::vector<std::string> deny;
    std::vector<std::pair<std::string, std::string>> mapping;  ///< in the order of the file
    std::string target;
    std::string group;
    std::string sd = "static";
    std::string sd_scheme = "http";
    std::vector<std::string> input_headers;
    std::vector<std::string> input_query_strings;
    bool shadow = false;        ///< extra_config.proxy.shadow
    Duration shadow_timeout{};  ///< extra_config.proxy.shadow_timeout, else the endpoint's timeout
    ShadowConfig shadow_rules;  ///< extra_config["proxy/shadow"]; used if `shadow`
    std::vector<FlatmapConfig> flatmap;  ///< extra_config.proxy.flatmap_filter
    bool return_error_code = false;      ///< extra_config["backend/http"]
    std::string return_error_details;    ///< the same; empty: not asked for
    bool send_body_on_redirect = false;  ///< extra_config["backend/http/client"]
    bool no_redirect = false;            ///< the same
    HealthConfig health;  ///< extra_config["backend/health"], else the service's, key by key
    std::vector<reading::Configured> components;  ///< of folders of their own
    reading::Source source;                       ///< the backend object
};

/// One element of `endpoints`, defaults and inheritance applied.
struct EndpointConfig {
    std::string name;            ///< extra_config.router.name; unique if written
    std::string endpoint = "/";  ///< leading slash ensured, otherwise as written
    std::string method = "GET";  ///< upper case
    std::vector<BackendConfig> backends;
    Duration timeout{};
    Duration cache_ttl{};
    int concurrent_calls = 1;
    std::vector<std::string> input_headers;
    std::vector<std::string> input_query_strings;
    std::string output_encoding = "json";
    bool sequential = false;  ///< extra_config.proxy: `strategy`, else `sequential`
    /// extra_config.proxy: `resp0_id` or `resp0` each; what else the texts had is gone.
    std::vector<std::string> sequential_propagated_params;
    std::vector<FlatmapConfig> flatmap;           ///< extra_config.proxy.flatmap_filter
    std::optional<StaticConfig> fixed;            ///< extra_config.proxy.static
    std::vector<reading::Configured> components;  ///< of folders of their own
    reading::Source source;
};

/// The service: the document's root, defaults applied. Durations of 0 mean none; those that have a
/// default are never 0.
struct ServiceConfig {
    std::string name;
    int port = 8080;
    std::string listen_ip;  ///< literal address; empty: all interfaces
    std::vector<std::string> hosts;
    Duration timeout = std::chrono::seconds(2);
    Duration cache_ttl{};
    std::string output_encoding = "json";
    Duration read_timeout{};
    /// This and idle_timeout: `read_timeout` if only that is written.
    Duration read_header_timeout = std::chrono::seconds(30);
    Duration write_timeout{};
    Duration idle_timeout = std::chrono::minutes(3);
    std::uint64_t max_header_bytes = 1u << 20;
    bool disable_keep_alives = false;
    bool disable_compression = false;
    std::uint32_t max_idle_connections = 1024;  ///< over all hosts
    std::uint32_t max_idle_connections_per_host = 250;
    Duration idle_connection_timeout = std::chrono::seconds(90);
    Duration response_header_timeout{};
    Duration expect_continue_timeout{};
    Duration dialer_timeout = std::chrono::seconds(30);
    Duration dialer_fallback_delay = std::chrono::milliseconds(300);
    Duration dialer_keep_alive = std::chrono::seconds(15);
    bool disable_rest = false;
    bool debug_endpoint = false;
    bool echo_endpoint = false;
    Duration dns_cache_ttl = std::chrono::seconds(30);
    Duration max_shutdown_wait_time = std::chrono::seconds(30);
    std::optional<ListenerTlsConfig> tls;
    std::optional<ClientTlsConfig> client_tls;  ///< absent: the defaults of ClientTlsConfig
    RouterConfig router;
    ShadowServiceConfig shadow;        ///< extra_config["proxy/shadow"]
    std::optional<AdminConfig> admin;  ///< extra_config.admin; absent: no such interface
    HealthConfig health;               ///< extra_config["backend/health"], for all backends
    std::vector<reading::Configured> components;  ///< of folders of their own
    std::vector<EndpointConfig> endpoints;
    reading::Source source;
};

/// What load() found. `service` is there only if no diagnostic is an error of reading; one that is
/// `only_serving` keeps it from being served alone.
struct Loaded {
    std::vector<std::unique_ptr<reading::File>>
        files;                           ///< one that cannot be parsed is a null with a text
    std::vector<std::string> overrides;  ///< names of the variables that are in force
    std::vector<reading::Allowance> allowances;
    std::optional<ServiceConfig> service;
    reading::Diagnostics diagnostics;  ///< sorted
};

}  // namespace aggregator::config
