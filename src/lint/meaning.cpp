#include "lint/meaning.hpp"

#include <bit>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <set>
#include <type_traits>
#include <utility>
#include <vector>

#include <aggregator/base/text.hpp>

namespace aggregator::lint {

namespace {

using Names = std::vector<std::string>;

/// Writes values one behind the other, so that no two rows of values look the same. The members of
/// an object are named one by one: one that is forgotten does not compile.
class Meaning {
public:
    template <typename T>
    requires std::is_integral_v<T> || std::is_enum_v<T>
    void put(T value) { out_ += std::to_string(static_cast<long long>(value)) + ' '; }
    void put(double value) { put(std::bit_cast<std::uint64_t>(value)); }
    void put(const std::string& text) {
        put(text.size());
        out_ += text;
    }
    void put(reading::Duration duration) { put(duration.count()); }
    void put(std::chrono::system_clock::time_point time) { put(time.time_since_epoch().count()); }
    template <typename A, typename B>
    void put(const std::pair<A, B>& both) {
        put_all(both.first, both.second);
    }
    template <typename T>
    void put(const std::optional<T>& value) {
        put(value.has_value());
        if (value) {
            put(*value);
        }
    }
    template <typename T>
    void put(const std::vector<T>& values) {
        put(values.size());
        for (const T& value : values) {
            put(value);
        }
    }
    void put(const config::KeyPair& one);
    void put(const config::ListenerTlsConfig& one);
    void put(const config::ClientTlsConfig& one);
    void put(const config::RequestIdConfig& one);
    void put(const config::RouterConfig& one);
    void put(const config::FlatmapConfig& one);
    void put(const config::StaticConfig& one);
    void put(const config::ShadowConditionConfig& one);
    void put(const config::ShadowSampleConfig& one);
    void put(const config::ShadowRequestConfig::Header& one);
    void put(const config::ShadowRequestConfig& one);
    void put(const config::ShadowLimitsConfig::Breaker& one);
    void put(const config::ShadowLimitsConfig& one);
    void put(const config::ShadowConfig& one);
    void put(const config::ShadowServiceConfig& one);
    void put(const config::AdminConfig& one);
    void put(const config::HealthConfig& one);
    void put(const reading::Configured& one);
    void put(const config::BackendConfig& one);
    void put(const config::EndpointConfig& one);
    void put(const config::ServiceConfig& one);

    [[nodiscard]] std::string take() { return std::move(out_); }

private:
    template <typename... T>
    void put_all(const T&... values) {
        (put(values), ...);
    }

    std::string out_;
};

void Meaning::put(const config::KeyPair& one) {
    const auto& [public_key, private_key] = one;
    put_all(public_key, private_key);
}

void Meaning::put(const config::ListenerTlsConfig& one) {
    const auto& [disabled, keys, min_version, max_version, curve_preferences, cipher_suites,
                 enable_mtls, ca_certs, disable_system_ca_pool, source] = one;
    put_all(disabled, keys, min_version, max_version, curve_preferences, cipher_suites, enable_mtls,
            ca_certs, disable_system_ca_pool);
}

void Meaning::put(const config::ClientTlsConfig& one) {
    const auto& [allow_insecure_connections, ca_certs, disable_system_ca_pool, min_version,
                 max_version, curve_preferences, cipher_suites, client_certs, source] = one;
    put_all(allow_insecure_connections, ca_certs, disable_system_ca_pool, min_version, max_version,
            curve_preferences, cipher_suites, client_certs);
}

void Meaning::put(const config::RouterConfig& one) {
    const auto& [return_error_msg, hide_version_header, disable_health, health_path,
                 disable_access_log, logger_skip_paths, disable_redirect_trailing_slash,
                 disable_redirect_fixed_path, remove_extra_slash, disable_handle_method_not_allowed,
                 disable_path_decoding, auto_options, forwarded_by_client_ip, app_engine,
                 dns_servers, remote_ip_headers, trusted_proxies, header_prefix, user_agent,
                 not_found_body, method_not_allowed_body, error_format, error_status,
                 error_type_base, request_id, max_body_bytes, max_answer_bytes, max_answer_work,
                 max_header_count, max_connections, max_held_bytes, stall_timeout, source] = one;
    put_all(return_error_msg, hide_version_header, disable_health, health_path, disable_access_log,
            logger_skip_paths, disable_redirect_trailing_slash, disable_redirect_fixed_path,
            remove_extra_slash, disable_handle_method_not_allowed, disable_path_decoding,
            auto_options, forwarded_by_client_ip, app_engine, dns_servers, remote_ip_headers,
            trusted_proxies, header_prefix, user_agent, not_found_body, method_not_allowed_body,
            error_format, error_status, error_type_base, request_id, max_body_bytes,
            max_answer_bytes, max_answer_work, max_header_count, max_connections, max_held_bytes,
            stall_timeout);
}

void Meaning::put(const config::RequestIdConfig& one) {
    const auto& [header, accept, propagate, returns, format] = one;
    put_all(header, accept, propagate, returns, format);
}

void Meaning::put(const config::FlatmapConfig& one) {
    const auto& [kind, args] = one;
    put_all(kind, args);
}

void Meaning::put(const config::StaticConfig& one) {
    const auto& [strategy, data] = one;
    put_all(strategy, data);
}

void Meaning::put(const config::ShadowConditionConfig& one) {
    const auto& [subject, name, test, value, source] = one;
    put_all(subject, name, test, value);
}

void Meaning::put(const config::ShadowSampleConfig& one) {
    const auto& [percentage, by, by_name, salt, methods, when, max_rate, burst, source] = one;
    put_all(percentage, by, by_name, salt, methods, when, max_rate, burst);
}

void Meaning::put(const config::ShadowRequestConfig::Header& one) {
    const auto& [name, value, source] = one;
    put_all(name, value);
}

void Meaning::put(const config::ShadowRequestConfig& one) {
    const auto& [host, host_literal, host_suffix, marker, set, add, remove, credentials, body] =
        one;
    put_all(host, host_literal, host_suffix, marker, set, add, remove, credentials, body);
}

void Meaning::put(const config::ShadowLimitsConfig::Breaker& one) {
    const auto& [errors, window, cooldown] = one;
    put_all(errors, window, cooldown);
}

void Meaning::put(const config::ShadowLimitsConfig& one) {
    const auto& [max_body, concurrency, queue, queue_bytes, max_response, breaker] = one;
    put_all(max_body, concurrency, queue, queue_bytes, max_response, breaker);
}

void Meaning::put(const config::ShadowConfig& one) {
    const auto& [name, enabled, sample, request, limits, wait, log, expires_at, expires_after,
                 source] = one;
    put_all(name, enabled, sample, request, limits, wait, log, expires_at, expires_after);
}

void Meaning::put(const config::ShadowServiceConfig& one) {
    const auto& [defaults, budget_in_flight, budget_bytes, allowed_hosts, credential_headers,
                 instance, source] = one;
    put_all(defaults, budget_in_flight, budget_bytes, allowed_hosts, credential_headers, instance);
}

void Meaning::put(const config::AdminConfig& one) {
    const auto& [address, port, token, metrics_public, state, source] = one;
    put_all(address, port, token, metrics_public, state);
}

void Meaning::put(const config::BackendConfig& one) {
    const auto& [hosts, disable_host_sanitize, url_pattern, method, written_method, encoding,
                 is_collection, allow, deny, mapping, target, group, sd, sd_scheme, input_headers,
                 input_query_strings, shadow, shadow_timeout, shadow_rules, flatmap,
                 return_error_code, return_error_details, send_body_on_redirect, no_redirect,
                 health, components, source] = one;
    put_all(hosts, disable_host_sanitize, url_pattern, method, encoding, is_collection, allow, deny,
            mapping, target, group, sd, sd_scheme, input_headers, input_query_strings, shadow,
            shadow_timeout, shadow_rules, flatmap, return_error_code, return_error_details,
            send_body_on_redirect, no_redirect, health, components);
}

void Meaning::put(const config::HealthConfig& one) {
    const auto& [passive, failures, statuses, eject, eject_max, max_ejected] = one;
    put_all(passive, failures, statuses, eject, eject_max, max_ejected);
}

// A component's keys are known to itself alone: what is written stands for what it means.
void Meaning::put(const reading::Configured& one) {
    const auto& [name, settings, source] = one;
    put_all(std::string(name), source.file->document.compact(*source.node));
}

void Meaning::put(const config::EndpointConfig& one) {
    const auto& [name, endpoint, method, backends, timeout, cache_ttl, concurrent_calls,
                 input_headers, input_query_strings, output_encoding, sequential,
                 sequential_propagated_params, flatmap, fixed, components, source] = one;
    put_all(name, endpoint, method, backends, timeout, cache_ttl, concurrent_calls, input_headers,
            input_query_strings, output_encoding, sequential, sequential_propagated_params, flatmap,
            fixed, components);
}

void Meaning::put(const config::ServiceConfig& one) {
    const auto& [name, port, listen_ip, hosts, timeout, cache_ttl, output_encoding, read_timeout,
                 read_header_timeout, write_timeout, idle_timeout, max_header_bytes,
                 disable_keep_alives, disable_compression, max_idle_connections,
                 max_idle_connections_per_host, idle_connection_timeout, response_header_timeout,
                 expect_continue_timeout, dialer_timeout, dialer_fallback_delay, dialer_keep_alive,
                 disable_rest, debug_endpoint, echo_endpoint, dns_cache_ttl, max_shutdown_wait_time,
                 tls, client_tls, router, shadow, admin, health, components, endpoints, source] =
        one;
    put_all(name, port, listen_ip, hosts, timeout, cache_ttl, output_encoding, read_timeout,
            read_header_timeout, write_timeout, idle_timeout, max_header_bytes, disable_keep_alives,
            disable_compression, max_idle_connections, max_idle_connections_per_host,
            idle_connection_timeout, response_header_timeout, expect_continue_timeout,
            dialer_timeout, dialer_fallback_delay, dialer_keep_alive, disable_rest, debug_endpoint,
            echo_endpoint, dns_cache_ttl, max_shutdown_wait_time, tls, client_tls, router, shadow,
            admin, health, components, endpoints);
}

Names folded(const Names& headers) {
    Names names;
    for (const std::string& header : headers) {
        names.push_back(base::to_lower(header));
    }
    return names;
}

/// Takes the names out whose folded spelling stands in front of them already.
void drop_repeated(Names& names, const Names& spellings) {
    std::set<std::string> seen;
    Names once;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (seen.insert(spellings[i]).second) {
            once.push_back(std::move(names[i]));
        }
    }
    names = std::move(once);
}

template <typename T>
void drop_repeated(T& object) {
    drop_repeated(object.input_headers, folded(object.input_headers));
    drop_repeated(object.input_query_strings, Names(object.input_query_strings));
}

}  // namespace

std::string meaning_of(const config::ServiceConfig& service) {
    config::ServiceConfig copy = service;
    for (config::EndpointConfig& endpoint : copy.endpoints) {
        drop_repeated(endpoint);
        for (config::BackendConfig& backend : endpoint.backends) {
            drop_repeated(backend);
        }
    }
    Meaning meaning;
    meaning.put(copy);
    return meaning.take();
}

}  // namespace aggregator::lint
