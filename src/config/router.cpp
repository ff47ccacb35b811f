#include "config/router.hpp"

#include <algorithm>

#include <aggregator/reading/grammar.hpp>
#include "config/key_tables.hpp"
#include "config/reading.hpp"

namespace aggregator::config {

namespace {

constexpr std::uint16_t kDnsPort = 53;

/// What is read besides the model.
struct RouterDraft : RouterConfig {
    bool use_h2c = false;
    bool decompress_gzip = false;
};

template <bool RouterDraft::*Member>
bool asked(const RouterDraft& router) {
    return router.*Member;
}

template <std::optional<std::string> RouterConfig::*Member>
void set_body(const Value& value, RouterDraft& router) {
    router.*Member = value.file.document.compact(value.node);
}

constexpr Field<RouterDraft> kErrorBodyFields[] = {
    {"404", set_body<&RouterConfig::not_found_body>},
    {"405", set_body<&RouterConfig::method_not_allowed_body>},
};

void read_error_body(const Value& value, RouterDraft& router) {
    read_fields(value, {.what = "`error_body`", .keys = Keys::Exact, .fields = kErrorBodyFields},
                router);
}

bool is_field_value(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

void read_header_prefix(const Value& value, RouterDraft& router) {
    std::string prefix = router.header_prefix;
    strict::read(value, prefix);
    if (!reading::is_token(prefix)) {
        value.error("bad-value", "`header_prefix`: expected the name of a header, found " +
                                     described(value.node));
        return;
    }
    router.header_prefix = std::move(prefix);
}

void read_user_agent(const Value& value, RouterDraft& router) {
    strict::read(value, router.user_agent);
    if (!is_field_value(router.user_agent)) {
        value.error("bad-value",
                    "`user_agent`: expected printable ASCII, found " + described(value.node));
    }
}

void read_health_path(const Value& value, RouterDraft& router) {
    strict::read(value, router.health_path);
    if (value.node.kind == json::Kind::String && router.health_path.substr(0, 1) != "/") {
        value.error("bad-value", "`health_path`: expected a path that begins with '/', found " +
                                     described(value.node));
    }
}

constexpr strict::Word<ErrorFormat> kErrorFormats[] = {
    {"empty", ErrorFormat::Empty}, {"json", ErrorFormat::Json}, {"problem", ErrorFormat::Problem}};
constexpr strict::Word<ErrorStatus> kErrorStatuses[] = {{"compat", ErrorStatus::Compat},
                                                        {"precise", ErrorStatus::Precise}};

void read_error_format(const Value& value, RouterDraft& router) {
    strict::read_word(value, kErrorFormats, router.error_format);
}

void read_error_status(const Value& value, RouterDraft& router) {
    strict::read_word(value, kErrorStatuses, router.error_status);
}

void read_error_type_base(const Value& value, RouterDraft& router) {
    strict::read(value, router.error_type_base);
    const bool fits = is_field_value(router.error_type_base) &&
                      router.error_type_base.find(' ') == std::string::npos;
    if (value.node.kind == json::Kind::String && !fits) {
        value.error(
            "bad-value",
            "`error_type_base`: expected the beginning of a URI, found " + described(value.node),
            "such as \"https://api.example.com/problems/\": the name of the error follows");
    }
}

constexpr strict::Word<RequestIdConfig::Accept> kAccepts[] = {
    {"trusted", RequestIdConfig::Accept::Trusted},
    {"always", RequestIdConfig::Accept::Always},
    {"never", RequestIdConfig::Accept::Never}};
constexpr strict::Word<RequestIdConfig::Format> kIdFormats[] = {
    {"uuid7", RequestIdConfig::Format::Uuid7}, {"uuid4", RequestIdConfig::Format::Uuid4}};

void read_id_header(const Value& value, RequestIdConfig& id) {
    strict::read_header_name(value, id.header);
}

void read_accept(const Value& value, RequestIdConfig& id) {
    strict::read_word(value, kAccepts, id.accept);
}

void read_id_format(const Value& value, RequestIdConfig& id) {
    strict::read_word(value, kIdFormats, id.format);
}

constexpr Field<RequestIdConfig> kRequestIdFields[] = {
    {"header", read_id_header},
    {"accept", read_accept},
    {"propagate", strict::set<&RequestIdConfig::propagate>},
    {"return", strict::set<&RequestIdConfig::returns>},
    {"format", read_id_format},
};

void read_request_id(const Value& value, RouterDraft& router) {
    if (value.node.kind == json::Kind::False) {
        return;
    }
    RequestIdConfig id;
    if (value.node.kind != json::Kind::True) {
        read_fields(value,
                    {.what = "`request_id`", .keys = Keys::Exact, .fields = kRequestIdFields}, id);
    }
    router.request_id = std::move(id);
}

void read_dns_servers(const Value& value, RouterDraft& router) {
    std::vector<std::string> written;
    strict::read(value, written);
    router.dns_servers.clear();
    for (std::size_t i = 0; i < written.size(); ++i) {
        if (auto server = reading::with_port(written[i], kDnsPort)) {
            router.dns_servers.push_back(*std::move(server));
        } else if (value.file.document.at(value.node.elements[i]).kind == json::Kind::String) {
            value.element(value.node.elements[i])
                .error("bad-address", "invalid address of a DNS server " + quoted(written[i]),
                       "expected address, address:port or [IPv6 address]:port; not a name");
        }
    }
}

void read_held_bytes(const Value& value, RouterDraft& router) {
    strict::read_size(value, router.max_held_bytes);
    if (router.max_held_bytes == 0) {
        value.error("out-of-range", value.label() + "expected at least 1, found 0");
    }
}

constexpr Field<RouterDraft> kRouterFields[] = {
    {"return_error_msg", strict::set<&RouterDraft::return_error_msg>},
    {"hide_version_header", strict::set<&RouterDraft::hide_version_header>},
    {"disable_health", strict::set<&RouterDraft::disable_health>},
    {"health_path", read_health_path},
    {"disable_access_log", strict::set<&RouterDraft::disable_access_log>},
    {"logger_skip_paths", strict::set<&RouterDraft::logger_skip_paths>},
    {"auto_options", strict::set<&RouterDraft::auto_options>},
    {"error_body", read_error_body},
    {"disable_redirect_trailing_slash", strict::set<&RouterDraft::disable_redirect_trailing_slash>},
    {"disable_redirect_fixed_path", strict::set<&RouterDraft::disable_redirect_fixed_path>},
    {"remove_extra_slash", strict::set<&RouterDraft::remove_extra_slash>},
    {"disable_handle_method_not_allowed",
     strict::set<&RouterDraft::disable_handle_method_not_allowed>},
    {"disable_path_decoding", strict::set<&RouterDraft::disable_path_decoding>},
    {"forwarded_by_client_ip", strict::set<&RouterDraft::forwarded_by_client_ip>},
    {"remote_ip_headers", strict::set<&RouterDraft::remote_ip_headers>},
    {"trusted_proxies", strict::set<&RouterDraft::trusted_proxies>},
    {"max_multipart_memory", strict::check<json::Kind::Number>},
    {"app_engine", strict::set<&RouterDraft::app_engine>},
    {"use_h2c", strict::set<&RouterDraft::use_h2c>, asked<&RouterDraft::use_h2c>},
    // Answers are sent as they are anyway.
    {"disable_gzip", strict::check_bool},
    {"decompress_gzip", strict::set<&RouterDraft::decompress_gzip>,
     asked<&RouterDraft::decompress_gzip>},
    {"max_payload", strict::check<json::Kind::Number>, reading::always},
    // The program's own.
    {"header_prefix", read_header_prefix},
    {"user_agent", read_user_agent},
    {"error_format", read_error_format},
    {"error_status", read_error_status},
    {"error_type_base", read_error_type_base},
    {"request_id", read_request_id},
    {"dns_servers", read_dns_servers},
    {"max_body_bytes", strict::set_count<&RouterDraft::max_body_bytes>},
    {"max_answer_bytes", strict::set_count<&RouterDraft::max_answer_bytes>},
    {"max_answer_work", strict::set_count<&RouterDraft::max_answer_work>},
    {"max_header_count", strict::set_count<&RouterDraft::max_header_count>},
    {"max_query_parameters", strict::set_count<&RouterDraft::max_query_parameters>},
    {"max_connections", strict::set_count<&RouterDraft::max_connections>},
    {"max_held_bytes", read_held_bytes},
    {"stall_timeout", strict::set_positive<&RouterDraft::stall_timeout>},
};

/// To read an answer of JSON takes an operation a byte.
void check_answer_limits(const Value& value, const RouterDraft& router) {
    const auto written = member_of(value, "max_answer_bytes");
    if (!written || router.max_answer_bytes <= router.max_answer_work) {
        return;
    }
    const std::string bytes = std::to_string(router.max_answer_bytes);
    written->warn(
        "no-effect",
        "`max_answer_bytes` cannot be reached: to read " + bytes +
            " bytes takes more operations than `max_answer_work` allows, which are " +
            std::to_string(router.max_answer_work),
        "lower it, or set `max_answer_work` to at least " + bytes +
            ": all requests of a worker may then wait as many nanoseconds for one answer");
}

}  // namespace

void read_router(const Value& value, ServiceConfig& service) {
    RouterDraft router;
    read_fields(value, {.what = "`router`", .keys = Keys::Exact, .fields = kRouterFields}, router);
    if (!router.forwarded_by_client_ip) {
        router.remote_ip_headers.clear();
    }
    check_answer_limits(value, router);
    service.places.router = value.source();
    service.router = std::move(router);
}

void add_router_keys(KeyTables& all) {
    add_keys(all, "router", kRouterFields);
    add_keys(all, "router.error_body", kErrorBodyFields);
    add_keys(all, "router.request_id", kRequestIdFields);
}

}  // namespace aggregator::config
