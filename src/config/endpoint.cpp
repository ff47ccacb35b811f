#include "config/endpoint.hpp"

#include <algorithm>

#include "config/backend.hpp"
#include "config/fields.hpp"
#include "config/namespaces.hpp"
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

/// The endpoint's component `proxy`, as far as it matters.
struct ProxyDraft {
    bool sequential = false;
    std::string strategy;  ///< has the last word if it is written
};

bool is_sequential(const ProxyDraft& proxy) {
    return proxy.strategy.empty() ? proxy.sequential : proxy.strategy == "sequential";
}

void read_strategy(const Value& value, ProxyDraft& proxy) {
    std::string strategy;
    strict::read(value, strategy);
    if (strategy == "sequential" || strategy == "parallel") {
        proxy.strategy = std::move(strategy);
    } else if (value.node.kind == json::Kind::String) {
        value.error("bad-value", "`strategy`: expected \"parallel\" or \"sequential\", found " +
                                     described(value.node));
    }
}

void read_at_backend(const Value& value, ProxyDraft&) {
    value.warn("misplaced-key", quoted(value.key) + " has no effect at an endpoint",
               "it belongs to `extra_config.proxy` of the backend that is the shadow");
}

constexpr Field<ProxyDraft> kProxyFields[] = {
    {"sequential", strict::set<&ProxyDraft::sequential>, is_sequential},
    {"strategy", read_strategy, is_sequential},
    {"sequential_propagated_params", strict::check<json::Kind::Array>, always},
    {"static", strict::check<json::Kind::Object>, always},
    {"flatmap_filter", strict::check<json::Kind::Array>, always},
    {"combiner", strict::check<json::Kind::String>, always},
    {"force_sandboxed_request", strict::check_bool},
    {"shadow", read_at_backend},
    {"shadow_timeout", read_at_backend},
};

void read_proxy(const Value& value, EndpointConfig& endpoint) {
    ProxyDraft proxy;
    read_fields(value,
                {.what = "an endpoint's `proxy`", .keys = Keys::Exact, .fields = kProxyFields},
                proxy);
    endpoint.sequential = is_sequential(proxy);
}

constexpr Field<EndpointConfig> kComponents[] = {
    {"proxy", read_proxy},
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
    {"concurrent_calls", weak::set<&EndpointConfig::concurrent_calls>,
     [](const EndpointConfig& endpoint) { return endpoint.concurrent_calls > 1; }},
    {"input_headers", weak::set<&EndpointConfig::input_headers>},
    {"input_query_strings", weak::set<&EndpointConfig::input_query_strings>},
    {"output_encoding", read_output_encoding},
    {"extra_config", read_extra},
};

}  // namespace

void check_output_encoding(const Value& value, const std::string& encoding) {
    constexpr std::string_view kNow[] = {"", "json", "json-collection", "string", "no-op"};
    constexpr std::string_view kLater[] = {"xml", "yaml", "negotiate"};
    if (std::find(std::begin(kNow), std::end(kNow), encoding) != std::end(kNow)) {
        return;
    }
    if (std::find(std::begin(kLater), std::end(kLater), encoding) != std::end(kLater)) {
        value.warn("not-in-force", "`output_encoding`: " + quoted(encoding) +
                                       " is understood, but not yet in force");
        return;
    }
    const auto guess = base::closest(
        encoding, {"json", "json-collection", "string", "no-op", "xml", "yaml", "negotiate"});
    value.warn("unknown-encoding", "`output_encoding`: " + quoted(encoding) + " is not known",
               guess ? "did you mean " + quoted(*guess) + "?" : std::string());
}

void read_endpoint(const Value& value, EndpointConfig& endpoint) {
    endpoint.source = value.source();
    endpoint.output_encoding.clear();
    read_fields(value, {.what = "an endpoint", .fields = kFields}, endpoint);
}

}  // namespace aggregator::config
