#include "config/endpoint.hpp"

#include <algorithm>

#include <aggregator/reading/grammar.hpp>
#include <aggregator/reading/namespaces.hpp>
#include "config/backend.hpp"
#include "config/key_tables.hpp"
#include "config/proxy.hpp"
#include "config/reading.hpp"

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

/// The words of a list, be it one of JSON or a text with anything between them, in upper case;
/// empty if none of them is a method.
std::vector<std::string> methods_in(const Value& value) {
    std::string text = value.node.text;
    for (const std::uint32_t element : value.node.elements) {
        text += ' ' + value.file.document.at(element).text;
    }
    std::vector<std::string> names(1);
    for (const char c : text) {
        const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        if (upper >= 'A' && upper <= 'Z') {
            names.back() += upper;
        } else if (!names.back().empty()) {
            names.emplace_back();
        }
    }
    if (names.back().empty()) {
        names.pop_back();
    }
    return std::any_of(names.begin(), names.end(), reading::is_endpoint_method)
               ? names
               : std::vector<std::string>();
}

/// A list of methods is one mistake, so the endpoint keeps the method that it has by default.
void read_method(const Value& value, EndpointConfig& endpoint) {
    const bool list = value.node.kind == json::Kind::Array;
    const std::vector<std::string> methods = methods_in(value);
    if (methods.size() > 1) {
        value.error("unsupported-method",
                    value.label() + "an endpoint has one method, found " + described(value.node),
                    "write one endpoint for each method: " + quoted(methods[0]) + " and " +
                        quoted(methods[1]) + (methods.size() > 2 ? " ..." : ""));
    } else if (list && methods.size() == 1) {
        value.wrong_type("the name of a method", "write \"" + methods[0] + "\" without brackets");
    } else {
        weak::read(value, endpoint.method);
    }
}

void read_name(const Value& value, EndpointConfig& endpoint) {
    strict::read_label(value, endpoint.name);
}

constexpr Field<EndpointConfig> kEndpointRouterFields[] = {{"name", read_name}};

void read_router_of(const Value& value, EndpointConfig& endpoint) {
    read_fields(
        value,
        {.what = "an endpoint's `router`", .keys = Keys::Exact, .fields = kEndpointRouterFields},
        endpoint);
}

constexpr Field<EndpointConfig> kEndpointComponents[] = {
    {"proxy", read_proxy},
    {"router", read_router_of},
};

void read_endpoint_extra(const Value& value, EndpointConfig& endpoint) {
    reading::read_components<EndpointConfig>(reading::InEndpoint, value, kEndpointComponents,
                                             endpoint);
}

constexpr Field<EndpointConfig> kEndpointFields[] = {
    {"endpoint", weak::set<&EndpointConfig::endpoint>},
    {"method", read_method},
    {"backend", read_backends},
    {"timeout", weak::set<&EndpointConfig::timeout>},
    {"cache_ttl", weak::set<&EndpointConfig::cache_ttl>},
    {"concurrent_calls", weak::set<&EndpointConfig::concurrent_calls>},
    {"input_headers", weak::set<&EndpointConfig::input_headers>},
    {"input_query_strings", weak::set<&EndpointConfig::input_query_strings>},
    {"output_encoding", read_output_encoding},
    {"extra_config", read_endpoint_extra},
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
    read_fields(value, {.what = "an endpoint", .fields = kEndpointFields}, endpoint);
    // Behind all keys, for they come in any order.
    reading::check_components(value, {endpoint.endpoint, endpoint.components});
}

void add_endpoint_keys(KeyTables& all) {
    add_keys(all, "endpoint", kEndpointFields);
    add_keys(all, "endpoint.extra_config", kEndpointComponents);
    add_keys(all, "endpoint.router", kEndpointRouterFields);
}

}  // namespace aggregator::config
