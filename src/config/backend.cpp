#include "config/backend.hpp"

#include <aggregator/base/text.hpp>

#include "config/fields.hpp"
#include "config/namespaces.hpp"
#include "config/typing.hpp"

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

bool is_later_encoding(const BackendConfig& backend) {
    return backend.encoding == Encoding::SafeJson || backend.encoding == Encoding::Xml ||
           backend.encoding == Encoding::Rss;
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

void read_overruled(const Value& value, BackendConfig&) {
    value.warn("no-effect",
               quoted(value.key) + " has no effect in a backend: the endpoint's own counts");
}

void read_at_endpoint(const Value& value, BackendConfig&) {
    value.warn("misplaced-key", quoted(value.key) + " has no effect in a backend",
               "it belongs to `extra_config.proxy` of the endpoint");
}

constexpr Field<BackendConfig> kProxyFields[] = {
    {"shadow", strict::set<&BackendConfig::shadow>},
    {"shadow_timeout", strict::set<&BackendConfig::shadow_timeout>},
    {"flatmap_filter", strict::check<json::Kind::Array>, always},
    {"sequential", read_at_endpoint},
    {"sequential_propagated_params", read_at_endpoint},
    {"static", read_at_endpoint},
    {"strategy", read_at_endpoint},
    {"combiner", read_at_endpoint},
    {"force_sandboxed_request", read_at_endpoint},
};

void read_proxy(const Value& value, BackendConfig& backend) {
    read_fields(value, {.what = "a backend's `proxy`", .keys = Keys::Exact, .fields = kProxyFields},
                backend);
}

constexpr Field<BackendConfig> kComponents[] = {
    {"proxy", read_proxy},
};

void read_extra(const Value& value, BackendConfig& backend) {
    read_components<BackendConfig>(value, kComponents, backend);
}

constexpr Field<BackendConfig> kFields[] = {
    {"host", weak::set<&BackendConfig::hosts>},
    {"disable_host_sanitize", weak::set<&BackendConfig::disable_host_sanitize>},
    {"url_pattern", weak::set<&BackendConfig::url_pattern>},
    {"method", weak::set<&BackendConfig::method>},
    {"encoding", read_encoding, is_later_encoding},
    {"is_collection", weak::set<&BackendConfig::is_collection>},
    {"allow", weak::set<&BackendConfig::allow>},
    {"deny", weak::set<&BackendConfig::deny>},
    {"mapping", weak::set<&BackendConfig::mapping>},
    {"target", weak::set<&BackendConfig::target>},
    {"group", weak::set<&BackendConfig::group>},
    {"sd", read_sd, [](const BackendConfig& backend) { return backend.sd == "dns"; }},
    {"sd_scheme", weak::set<&BackendConfig::sd_scheme>},
    {"input_headers", weak::set<&BackendConfig::input_headers>},
    {"input_query_strings", weak::set<&BackendConfig::input_query_strings>},
    {"timeout", read_overruled},
    {"concurrent_calls", read_overruled},
    {"extra_config", read_extra},
};

}  // namespace

void read_backend(const Value& value, BackendConfig& backend) {
    backend.source = value.source();
    backend.shadow_timeout = kUnwritten;
    read_fields(value, {.what = "a backend", .fields = kFields}, backend);
}

}  // namespace aggregator::config
