#include <aggregator/reading/grammar.hpp>
#include "config/backend.hpp"
#include "config/health.hpp"
#include "config/service.hpp"
#include "config/shadow.hpp"

#include <algorithm>
#include "config/reading.hpp"

namespace aggregator::config {

namespace {

const HealthConfig kUsualHealth{.passive = true,
                                .failures = 5,
                                .statuses = std::vector<int>(),
                                .eject = std::chrono::seconds(10),
                                .eject_max = std::chrono::minutes(5),
                                .max_ejected = 50};

/// What was written; `other` if that says nothing, or no limit: no wait goes without one.
template <typename T>
T written_or(T written, T other) {
    return written <= T{} ? other : written;
}

void complete_times(ServiceConfig& service) {
    const ServiceConfig defaults;
    const auto or_read_timeout = [&service](Duration written, Duration fallback) {
        const bool limited = service.read_timeout != Duration::zero();
        return written_or(written,
                          written == Duration::zero() && limited ? service.read_timeout : fallback);
    };
    service.read_header_timeout =
        or_read_timeout(service.read_header_timeout, defaults.read_header_timeout);
    service.idle_timeout = or_read_timeout(service.idle_timeout, defaults.idle_timeout);
    service.idle_connection_timeout =
        written_or(service.idle_connection_timeout, defaults.idle_connection_timeout);
    service.dialer_timeout = written_or(service.dialer_timeout, defaults.dialer_timeout);
    service.max_shutdown_wait_time =
        written_or(service.max_shutdown_wait_time, defaults.max_shutdown_wait_time);
    service.max_idle_connections =
        written_or(service.max_idle_connections, defaults.max_idle_connections);
}

std::string with_slash(std::string path) {
    return path.substr(0, 1) == "/" ? std::move(path) : '/' + std::move(path);
}

/// The host that is left when what cannot be part of one is taken off both ends.
std::optional<std::string> sanitize_trimmed(std::string_view text) {
    constexpr std::string_view kName =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    const std::size_t first = text.find_first_of(kName);
    if (first == std::string_view::npos) {
        return std::nullopt;
    }
    return reading::sanitize_host(text.substr(first, text.find_last_of(kName) - first + 1));
}

void clean_hosts(std::vector<std::string>& hosts, const Source& source, Report& report) {
    for (std::size_t i = 0; i < hosts.size(); ++i) {
        if (auto host = reading::sanitize_host(hosts[i])) {
            hosts[i] = *std::move(host);
            continue;
        }
        if (auto host = sanitize_trimmed(hosts[i])) {
            Diagnostic warning =
                source.at({"host", i}, "cleaned-host",
                          "host " + quoted(hosts[i]) + " is taken as " + quoted(*host));
            warning.severity = Severity::Warning;
            if (hosts[i].find_first_of("${") != std::string::npos) {
                warning.hint = reading::hint_for_host(hosts[i]);
            }
            report.add(std::move(warning));
            hosts[i] = *std::move(host);
            continue;
        }
        report.add(source.at({"host", i}, "bad-host",
                             "host " + quoted(hosts[i]) + " not valid: invalid host",
                             std::string(reading::hint_for_host(hosts[i]))));
    }
}

void complete_backend(BackendConfig& backend, const EndpointConfig& endpoint,
                      const ServiceConfig& service, Report& report) {
    if (backend.hosts.empty()) {
        backend.hosts = service.hosts;
    } else if (!backend.disable_host_sanitize) {
        clean_hosts(backend.hosts, backend.source, report);
    }
    backend.url_pattern = with_slash(std::move(backend.url_pattern));
    backend.written_method = {backend.method.empty() ? endpoint.method : backend.method};
    backend.method = reading::upper_case(backend.written_method.text);
    if (endpoint.output_encoding == "no-op") {
        backend.encoding = Encoding::NoOp;
    }
    backend.health = merged(merged(backend.health, service.health), kUsualHealth);
    if (backend.shadow_timeout == kUnwritten) {
        backend.shadow_timeout = std::min<Duration>(endpoint.timeout, kShadowTimeoutMax);
    }
}

void complete_endpoint(EndpointConfig& endpoint, const ServiceConfig& service, Report& report) {
    endpoint.endpoint = with_slash(std::move(endpoint.endpoint));
    endpoint.method = endpoint.method.empty() ? "GET" : endpoint.method;
    endpoint.timeout = endpoint.timeout == Duration::zero() ? service.timeout : endpoint.timeout;
    endpoint.cache_ttl =
        endpoint.cache_ttl == Duration::zero() ? service.cache_ttl : endpoint.cache_ttl;
    endpoint.concurrent_calls = std::max(endpoint.concurrent_calls, 1);
    if (endpoint.output_encoding.empty()) {
        endpoint.output_encoding = service.output_encoding;
    }
    for (BackendConfig& backend : endpoint.backends) {
        complete_backend(backend, endpoint, service, report);
    }
    endpoint.method = reading::upper_case(endpoint.method);
}

}  // namespace

void complete(ServiceConfig& service, Report& report) {
    complete_times(service);
    if (service.output_encoding.empty()) {
        service.output_encoding = "json";
    }
    clean_hosts(service.hosts, service.source, report);
    for (EndpointConfig& endpoint : service.endpoints) {
        complete_endpoint(endpoint, service, report);
    }
    complete_shadows(service, report);
}

}  // namespace aggregator::config
