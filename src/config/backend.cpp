#include "config/backend.hpp"

#include <aggregator/base/text.hpp>

#include <aggregator/reading/namespaces.hpp>
#include "config/flatmap.hpp"
#include "config/health.hpp"
#include "config/key_tables.hpp"
#include "config/reading.hpp"
#include "config/shadow.hpp"

namespace aggregator::config {

namespace {

struct EncodingName {
    std::string_view name;
    Encoding encoding;
};

constexpr EncodingName kEncodings[] = {
    {"json", Encoding::Json},  {"safejson", Encoding::SafeJson}, {"string", Encoding::String},
    {"no-op", Encoding::NoOp}, {"xml", Encoding::Xml},           {"rss", Encoding::Rss},
};

void read_encoding(const Value& value, BackendConfig& backend) {
    std::string written;
    weak::read(value, written);
    written = base::to_lower(written);
    std::vector<std::string_view> names;
    for (const EncodingName& known : kEncodings) {
        if (known.name == written) {
            backend.encoding = known.encoding;
            return;
        }
        names.push_back(known.name);
    }
    backend.encoding = Encoding::Json;
    if (!written.empty()) {
        const auto guess = base::closest(written, names);
        value.warn("unknown-encoding",
                   "`encoding`: " + quoted(written) + " is not known, json is used",
                   guess ? "did you mean " + quoted(*guess) + "?" : std::string());
    }
}

void read_sd(const Value& value, BackendConfig& backend) {
    weak::read(value, backend.sd);
    if (backend.sd != "static" && backend.sd != "dns") {
        if (!backend.sd.empty()) {
            value.warn("unknown-value", "`sd`: expected \"static\" or \"dns\", found " +
                                            described(value.node) + "; static is used");
        }
        backend.sd = "static";
    }
}

void read_sd_scheme(const Value& value, BackendConfig& backend) {
    std::string scheme;
    weak::read(value, scheme);
    if (!scheme.empty()) {
        backend.sd_scheme = std::move(scheme);
    }
}

void read_overruled(const Value& value, BackendConfig&) {
    value.warn("no-effect",
               quoted(value.key) + " has no effect in a backend: the endpoint's own counts");
}

void read_at_endpoint(const Value& value, BackendConfig&) {
    value.warn("misplaced-key", quoted(value.key) + " has no effect in a backend",
               "it belongs to `extra_config.proxy` of the endpoint");
}

void read_filter(const Value& value, BackendConfig& backend) {
    read_flatmap(value, backend.flatmap);
}

void read_shadow_timeout(const Value& value, BackendConfig& backend) {
    Duration timeout = backend.shadow_timeout;
    strict::read(value, timeout);
    if (timeout > kShadowTimeoutMax) {
        return value.error("out-of-range", value.label() + "expected at most \"24h\", found more");
    }
    backend.shadow_timeout = timeout;
}

constexpr Field<BackendConfig> kBackendProxyFields[] = {
    {"shadow", strict::set<&BackendConfig::shadow>},
    {"shadow_timeout", read_shadow_timeout},
    {"flatmap_filter", read_filter},
    {"sequential", read_at_endpoint},
    {"sequential_propagated_params", read_at_endpoint},
    {"static", read_at_endpoint},
    {"strategy", read_at_endpoint},
    {"combiner", read_at_endpoint},
    {"force_sandboxed_request", read_at_endpoint},
};

void read_proxy_of_backend(const Value& value, BackendConfig& backend) {
    read_fields(value,
                {.what = "a backend's `proxy`", .keys = Keys::Exact, .fields = kBackendProxyFields},
                backend);
}

constexpr Field<BackendConfig> kHttpFields[] = {
    {"return_error_code", strict::set<&BackendConfig::return_error_code>},
    {"return_error_details", strict::set<&BackendConfig::return_error_details>},
};

/// The details have the last word, even if they are empty.
void read_http(const Value& value, BackendConfig& backend) {
    read_fields(value, {.what = "`backend/http`", .keys = Keys::Exact, .fields = kHttpFields},
                backend);
    const json::Node* const details =
        value.node.kind == json::Kind::Object
            ? value.file.document.member(value.node, "return_error_details")
            : nullptr;
    if (details == nullptr || details->kind != json::Kind::String) {
        return;
    }
    const Value written{value.file, *details, "return_error_details", value.report};
    if (details->text.empty()) {
        written.warn("no-effect",
                     "an empty `return_error_details` turns itself and `return_error_code` off",
                     "give it a name, or leave it out");
    } else if (backend.return_error_code) {
        written.warn("no-effect",
                     "`return_error_code` has no effect beside `return_error_details`");
    }
    backend.return_error_code = false;
}

constexpr Field<BackendConfig> kClientFields[] = {
    {"send_body_on_redirect", strict::set<&BackendConfig::send_body_on_redirect>},
    {"no_redirect", strict::set<&BackendConfig::no_redirect>},
    {"proxy_address", strict::check<json::Kind::String>, reading::always},
    {"client_tls", strict::check<json::Kind::Object>, reading::always},
};

void read_client(const Value& value, BackendConfig& backend) {
    read_fields(value,
                {.what = "`backend/http/client`", .keys = Keys::Exact, .fields = kClientFields},
                backend);
}

constexpr Field<BackendConfig> kBackendComponents[] = {
    {"proxy", read_proxy_of_backend},
    {"proxy/shadow", note_shadow},
    {"backend/http", read_http},
    {"backend/http/client", read_client},
    {"backend/health",
     [](const Value& value, BackendConfig& backend) { read_health(value, backend.health); }},
};

void read_backend_extra(const Value& value, BackendConfig& backend) {
    reading::read_components<BackendConfig>(reading::InBackend, value, kBackendComponents, backend);
}

constexpr Field<BackendConfig> kBackendFields[] = {
    {"host", weak::set<&BackendConfig::hosts>},
    {"disable_host_sanitize", weak::set<&BackendConfig::disable_host_sanitize>},
    {"url_pattern", weak::set<&BackendConfig::url_pattern>},
    {"method", weak::set<&BackendConfig::method>},
    {"encoding", read_encoding},
    {"is_collection", weak::set<&BackendConfig::is_collection>},
    {"allow", weak::set<&BackendConfig::allow>},
    {"deny", weak::set<&BackendConfig::deny>},
    {"mapping", weak::set<&BackendConfig::mapping>},
    {"target", weak::set<&BackendConfig::target>},
    {"group", weak::set<&BackendConfig::group>},
    {"sd", read_sd},
    {"sd_scheme", read_sd_scheme},
    {"input_headers", weak::set<&BackendConfig::input_headers>},
    {"input_query_strings", weak::set<&BackendConfig::input_query_strings>},
    {"timeout", read_overruled},
    {"concurrent_calls", read_overruled},
    {"extra_config", read_backend_extra},
};

}  // namespace

void read_backend(const Value& value, BackendConfig& backend) {
    backend.source = value.source();
    backend.shadow_timeout = kUnwritten;
    read_fields(value, {.what = "a backend", .fields = kBackendFields}, backend);
}

void add_backend_keys(KeyTables& all) {
    add_keys(all, "backend", kBackendFields);
    add_keys(all, "backend.extra_config", kBackendComponents);
    add_keys(all, "backend.proxy", kBackendProxyFields);
    add_keys(all, "backend.http", kHttpFields);
    add_keys(all, "backend.http_client", kClientFields);
}

}  // namespace aggregator::config
