#include "config/service.hpp"

#include <aggregator/reading/grammar.hpp>
#include <aggregator/reading/namespaces.hpp>
#include <aggregator/reading/unsupported.hpp>
#include "config/admin.hpp"
#include "config/endpoint.hpp"
#include "config/health.hpp"
#include "config/key_tables.hpp"
#include "config/reading.hpp"
#include "config/router.hpp"
#include "config/shadow.hpp"
#include "config/tls.hpp"

namespace aggregator::config {

namespace {

constexpr std::int64_t kVersion = 3;
constexpr std::uint64_t kHeaderBytesMax = 64u << 20;

/// What is read besides the model.
struct ServiceDraft : ServiceConfig {
    std::optional<std::int64_t> version;
    bool sequential_start = false;
    bool use_h2c = false;
};

/// Whether a flag is set whose feature is not in force yet.
template <bool ServiceDraft::*Member>
bool asked(const ServiceDraft& service) {
    return service.*Member;
}

void read_port(const Value& value, ServiceDraft& service) {
    const auto port = weak::integer(value);
    if (port && *port != 0 && in_range(value, *port, 1, 65535)) {
        service.port = static_cast<int>(*port);
    }
}

void read_listen_ip(const Value& value, ServiceDraft& service) {
    weak::read(value, service.listen_ip);
    const bool text = value.node.kind != json::Kind::Object && value.node.kind != json::Kind::Array;
    if (text && !service.listen_ip.empty() && !reading::is_ip_literal(service.listen_ip)) {
        value.error("bad-address", "invalid ip address " + quoted(service.listen_ip),
                    "`listen_ip` is an IPv4 or IPv6 address without brackets, not a name");
    }
}

void read_version(const Value& value, ServiceDraft& service) {
    service.version = weak::integer(value).value_or(kVersion);
    if (service.version != kVersion) {
        value.error("unsupported-version",
                    "unsupported version: " + std::to_string(*service.version) + " (want: 3)");
    }
}

void read_output_encoding(const Value& value, ServiceDraft& service) {
    weak::read(value, service.output_encoding);
    check_output_encoding(value, service.output_encoding);
}

void read_insecure(const Value& value, ServiceDraft& service) {
    bool insecure = false;
    weak::read(value, insecure);
    if (insecure) {
        service.client_tls.allow_insecure_connections = true;
        service.places.client_tls = service.source;
    }
}

void read_dns_cache_ttl(const Value& value, ServiceDraft& service) {
    Duration ttl = service.dns_cache_ttl;
    weak::read(value, ttl);
    if (ttl >= std::chrono::seconds(1)) {
        service.dns_cache_ttl = ttl;
    } else {
        value.warn("no-effect", "`dns_cache_ttl` of less than a second is ignored: 30s is used",
                   "write a second or more, or remove the key");
    }
}

/// A head is held as a whole, and what it has room for is counted with 32 bits.
void read_header_bytes(const Value& value, ServiceDraft& service) {
    weak::set_unless_zero<&ServiceDraft::max_header_bytes>(value, service);
    if (service.max_header_bytes > kHeaderBytesMax) {
        value.error("out-of-range", value.label() + "expected at most " +
                                        std::to_string(kHeaderBytesMax) + ", found " +
                                        std::to_string(service.max_header_bytes));
    }
}

constexpr Field<ServiceDraft> kServiceParts[] = {
    {"router", [](const Value& value, ServiceDraft& service) { read_router(value, service); }},
    {"proxy/shadow",
     [](const Value& value, ServiceDraft& service) { read_shadow_service(value, service); }},
    {"admin", [](const Value& value, ServiceDraft& service) { read_admin(value, service); }},
    {"backend/health",
     [](const Value& value, ServiceDraft& service) { read_health(value, service.health); }},
};

void read_extra(const Value& value, ServiceDraft& service) {
    reading::read_components<ServiceDraft>(reading::InService, value, kServiceParts, service);
    reading::check_components(value, {{}, service.components});
}

void read_list(const Value& value, ServiceDraft& service) { read_endpoints(value, service); }

/// Notes a key that changes nothing of what clients get.
void note_harmless(const Value& value) {
    if (!value.report.allowances().cover(value.key)) {
        value.report.add_harmless(value.key, value.source().at({""}, {}, {}));
    }
}

void read_plugin(const Value& value, ServiceDraft&) {
    if (strict::expect(value, json::Kind::Object, "an object")) {
        note_harmless(value);
    }
}

void read_sequential_start(const Value& value, ServiceDraft& service) {
    weak::read(value, service.sequential_start);
    if (service.sequential_start) {
        note_harmless(value);
    }
}

void read_agents(const Value& value, ServiceDraft&) {
    for (const Value& element : weak::elements(value)) {
        (void)strict::expect(element, json::Kind::Object, "an async agent, which is an object");
    }
    if (!weak::elements(value).empty()) {
        reading::tell_unsupported_key(value, "the messages of its queues are not consumed");
    }
}

constexpr Field<ServiceDraft> kServiceKeys[] = {
    {"version", read_version},
    {"name", weak::set<&ServiceDraft::name>},
    {"port", read_port},
    {"listen_ip", read_listen_ip},
    {"host", weak::set<&ServiceDraft::hosts>},
    {"timeout", weak::set_unless_zero<&ServiceDraft::timeout>},
    {"cache_ttl", weak::set<&ServiceDraft::cache_ttl>},
    {"output_encoding", read_output_encoding},
    {"read_timeout", weak::set_not_negative<&ServiceDraft::read_timeout>},
    {"read_header_timeout", weak::set<&ServiceDraft::read_header_timeout>},
    {"write_timeout", weak::set_not_negative<&ServiceDraft::write_timeout>},
    {"idle_timeout", weak::set<&ServiceDraft::idle_timeout>},
    {"max_header_bytes", read_header_bytes},
    {"disable_keep_alives", weak::set<&ServiceDraft::disable_keep_alives>},
    {"disable_compression", weak::set<&ServiceDraft::disable_compression>},
    {"max_idle_connections", weak::set<&ServiceDraft::max_idle_connections>},
    {"max_idle_connections_per_host",
     weak::set_unless_zero<&ServiceDraft::max_idle_connections_per_host>},
    {"idle_connection_timeout", weak::set_not_negative<&ServiceDraft::idle_connection_timeout>},
    {"response_header_timeout", weak::set_not_negative<&ServiceDraft::response_header_timeout>},
    {"expect_continue_timeout", weak::set_not_negative<&ServiceDraft::expect_continue_timeout>},
    {"dialer_timeout", weak::set_not_negative<&ServiceDraft::dialer_timeout>},
    {"dialer_fallback_delay", weak::set_unless_zero<&ServiceDraft::dialer_fallback_delay>},
    {"dialer_keep_alive", weak::set_unless_zero<&ServiceDraft::dialer_keep_alive>},
    {"disable_rest", weak::set<&ServiceDraft::disable_rest>},
    {"debug_endpoint", weak::set<&ServiceDraft::debug_endpoint>},
    {"echo_endpoint", weak::set<&ServiceDraft::echo_endpoint>},
    {"sequential_start", read_sequential_start},
    {"allow_insecure_connections", read_insecure},
    {"use_h2c", weak::set<&ServiceDraft::use_h2c>, asked<&ServiceDraft::use_h2c>},
    {"dns_cache_ttl", read_dns_cache_ttl},
    {"max_shutdown_wait_time", weak::set_not_negative<&ServiceDraft::max_shutdown_wait_time>},
    {"plugin", read_plugin},
    {"tls",
     [](const Value& value, ServiceDraft& service) {
         service.places.tls = value.source();
         read_listener_tls(value, service.tls);
     }},
    {"client_tls",
     [](const Value& value, ServiceDraft& service) {
         service.places.client_tls = value.source();
         read_client_tls(value, service.client_tls);
     }},
    {"async_agent", read_agents},
    {"endpoints", read_list},
    {"extra_config", read_extra},
};

}  // namespace

void read_endpoints(const Value& value, ServiceConfig& service) {
    for (const Value& element : weak::elements(value)) {
        if (element.node.kind == json::Kind::Object) {
            read_endpoint(element, service.endpoints.emplace_back());
        } else {
            element.wrong_type("an endpoint, which is an object");
        }
    }
}

std::vector<std::string_view> service_keys() {
    return Table<ServiceDraft>{.what = {}, .fields = kServiceKeys}.names();
}

void read_service(const Value& value, const File* variables, ServiceConfig& service) {
    ServiceDraft draft;
    draft.source = value.source();
    draft.source.variables = variables;
    draft.places.router = value.source();
    // Until complete(), 0 says that nothing was written.
    draft.read_header_timeout = Duration::zero();
    draft.idle_timeout = Duration::zero();
    read_fields(value, {.what = "the service", .fields = kServiceKeys, .over = variables}, draft);
    if (!draft.version && value.node.kind == json::Kind::Object) {
        value.error("unsupported-version", "`version` is missing",
                    "write \"version\": 3 into the configuration");
    }
    service = std::move(draft);
}

void add_service_keys(KeyTables& all) {
    add_keys(all, "service", kServiceKeys);
    add_keys(all, "service.extra_config", kServiceParts);
}

}  // namespace aggregator::config
