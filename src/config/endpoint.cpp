#include "config/endpoint.hpp"

#include <algorithm>

#include "config/backend.hpp"
#include "config/fields.hpp"
#include "config/namespaces.hpp"
#include "config/proxy.hpp"
#include "config/shadow_values.hpp"
#include "config/typing.hpp"

namespace aggregator::config {

namespace {

void read_backends(const Value& value, EndpointConfig& endpoint) {
    endpoint.backends.clear();
    for (const Value& element : weak::elements(value)) {
        read_backend(element, endpoint.backends.emplace_back());
    }
}

void read_output_encoding(const Value& value, EndpointConfig& endpoint) {
    weak::read(value, endpoint.output_encoding);
    check_output_encoding(value, endpoint.output_encoding);
}

void read_name(const Value& value, EndpointConfig& endpoint) {
    strict::read_label(value, endpoint.name);
}

constexpr Field<EndpointConfig> kRouterFields[] = {{"name", read_name}};

void read_router_of(const Value& value, EndpointConfig& endpoint) {
    read_fields(value,
                {.what = "an endpoint's `router`", .keys = Keys::Exact, .fields = kRouterFields},
                endpoint);
}

constexpr Field<EndpointConfig> kComponents[] = {
    {"proxy", read_proxy},
    {"router", read_router_of},
};

void read_extra(const Value& value, EndpointConfig& endpoint) {
    read_components<EndpointConfig>(value, kComponents, endpoint);
}

constexpr Field<EndpointConfig> kFields[] = {
    {"endpoint", weak::set<&EndpointConfig::endpoint>},
    {"method", weak::set<&EndpointConfig::method>},
    {"backend", read_backends},
    {"timeout", weak::set<&EndpointConfig::timeout>},
    {"cache_ttl", weak::set<&EndpointConfig::cache_ttl>},
    {"concurrent_calls", weak::set<&EndpointConfig::concurrent_calls>},
    {"input_headers", weak::set<&EndpointConfig::input_headers>},
    {"input_query_strings", weak::set<&EndpointConfig::input_query_strings>},
    {"output_encoding", read_output_encoding},
    {"extra_config", read_extra},
};

}  // namespace

void check_output_encoding(const Value& value, const std::string& encoding) {
    constexpr std::string_view kKnown[] = {"json", "json-collection", "string", "xml",
                                           "yaml", "negotiate",       "no-op"};
    const auto* const end = std::end(kKnown);
    if (encoding.empty() || std::find(std::begin(kKnown), end, encoding) != end) {
        return;
    }
    const auto guess = base::closest(encoding, {std::begin(kKnown), end});
    value.warn("unknown-encoding", "`output_encoding`: " + quoted(encoding) + " is not known",
               guess ? "did you mean " + quoted(*guess) + "?" : std::string());
}

void read_endpoint(const Value& value, EndpointConfig& endpoint) {
    endpoint.source = value.source();
    endpoint.output_encoding.clear();
    read_fields(value, {.what = "an endpoint", .fields = kFields}, endpoint);
}

}  // namespace aggregator::config
