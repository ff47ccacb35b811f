#include "plan/backend.hpp"

#include <algorithm>

#include <aggregator/base/text.hpp>
#include <aggregator/json/spans.hpp>
#include <aggregator/reading/grammar.hpp>

#include <aggregator/plan/host.hpp>
#include "plan/filters.hpp"
#include "plan/late.hpp"
#include "plan/names.hpp"
#include "plan/pattern.hpp"
#include "plan/shape.hpp"

namespace aggregator::plan {

namespace {

using Names = std::vector<std::string>;

std::string list_of(const Names& names) {
    std::string text = "[";
    for (const std::string& name : names) {
        text.append(text.size() > 1 ? " " : "").append(name);
    }
    return text + "]";
}

/// The end of both messages about placeholders.
std::string context_of(const Scope& scope, std::uint32_t index, const Names& outputs) {
    return " endpoint: " + scope.endpoint.method + " " + scope.path +
           ", backend: " + std::to_string(index) + ". input: " + list_of(scope.declared) +
           ", output: " + list_of(outputs);
}

std::string guess_for(const std::string& name, const Names& known) {
    if (known.empty()) {
        return "the endpoint's path has no {name}";
    }
    const std::vector<std::string_view> candidates(known.begin(), known.end());
    if (const auto meant = base::closest(name, candidates)) {
        return "did you mean {" + std::string(*meant) + "}?";
    }
    return {};
}

/// The placeholders that have to be in the endpoint's path, in alphabetical order.
Names outputs_of(const std::string& pattern) {
    Names outputs = placeholder_names(pattern);
    std::erase_if(outputs, is_late_placeholder);
    std::sort(outputs.begin(), outputs.end());
    return outputs;
}

void check_undefined(const Scope& scope, std::uint32_t index, const Names& undefined,
                     reading::Diagnostics& diagnostics) {
    const config::BackendConfig& config = scope.endpoint.backends[index];
    const Names outputs = outputs_of(config.url_pattern);
    if (outputs.size() > scope.declared.size() + 1) {
        diagnostics.push_back(config.source.at(
            "url_pattern", "params-mismatch",
            "input and output params do not match." + context_of(scope, index, outputs),
            guess_for(undefined.front(), scope.declared)));
        return;
    }
    for (const std::string& name : undefined) {
        diagnostics.push_back(config.source.at(
            "url_pattern", "undefined-param",
            "undefined output param '" + name + "'!" + context_of(scope, index, outputs),
            guess_for(name, scope.declared)));
    }
}

Template compile_target(const Scope& scope, std::uint32_t index, const Names& params,
                        reading::Diagnostics& diagnostics) {
    const config::BackendConfig& config = scope.endpoint.backends[index];
    std::vector<Template::Unknown> unknown;
    Template target = Template::compile(config.url_pattern, params, unknown);
    Names undefined;
    for (const Template::Unknown& one : unknown) {
        if (!contains(scope.declared, one.name)) {
            undefined.push_back(one.name);
            continue;
        }
        diagnostics.push_back(config.source.at(
            "url_pattern", "unfilled-param",
            "{" + one.name + "} is never filled: the endpoint's path captures " +
                list_of(scope.captured),
            "a parameter must be a whole segment of the endpoint's path, or use the longer name"));
        diagnostics.back().severity = reading::Severity::Warning;
    }
    if (!undefined.empty()) {
        check_undefined(scope, index, undefined, diagnostics);
    }
    return target;
}

std::uint32_t attempts_of(const config::EndpointConfig& endpoint) {
    return static_cast<std::uint32_t>(std::max(endpoint.concurrent_calls, 1));
}

std::vector<Host> compile_hosts(const config::BackendConfig& config,
                                reading::Diagnostics& diagnostics) {
    std::vector<Host> hosts;
    for (std::size_t i = 0; i < config.hosts.size(); ++i) {
        auto host = parse_host(config.hosts[i]);
        if (host) {
            hosts.push_back(*std::move(host));
            continue;
        }
        diagnostics.push_back(
            config.source.at({"host", i}, "bad-host", host.error().detail,
                             std::string(reading::hint_for_host(config.hosts[i]))));
        // The queue it may name belongs to another feature of the format: calls find no host.
        if (has_foreign_scheme(config.hosts[i])) {
            diagnostics.back().severity = reading::Severity::Warning;
        }
    }
    return hosts;
}

/// `sd: dns`: the first host is a name of SRV records, with or without a scheme.
Discovery compile_discovery(const config::BackendConfig& config,
                            reading::Diagnostics& diagnostics) {
    Discovery discovery;
    const std::string scheme = base::to_lower(config.sd_scheme);
    discovery.tls = scheme == "https";
    if (scheme != "http" && !discovery.tls) {
        diagnostics.push_back(config.source.at(
            "sd_scheme", "bad-value",
            "`sd_scheme`: expected \"http\" or \"https\", found \"" + config.sd_scheme + "\""));
    }
    if (config.hosts.empty()) {
        return discovery;  // config has told that already
    }
    const std::string& written = config.hosts.front();
    const std::size_t mark = written.find("://");
    auto host = parse_host(mark == std::string::npos ? "http://" + written : written);
    if (host && host->authority == host->name && host->prefix.empty()) {
        discovery.name = host->name;
    } else {
        diagnostics.push_back(config.source.at(
            {"host", 0}, "bad-host",
            "`sd: dns`: \"" + written + "\" is not a name whose SRV records can be looked up",
            written.find_first_of("${") != std::string::npos
                ? std::string(reading::hint_for_host(written))
                : "write the name alone, such as _http._tcp.service.example, and "
                  "`disable_host_sanitize`: true if it is refused"));
    }
    if (config.hosts.size() > 1) {
        diagnostics.push_back(
            config.source.at({"host", 1}, "no-effect", "`sd: dns` looks up the first host alone"));
        diagnostics.back().severity = reading::Severity::Warning;
    }
    return discovery;
}

/// The regular backend at that place of the sequence.
const config::BackendConfig& regular_at(const config::EndpointConfig& endpoint,
                                        std::uint32_t position) {
    return *std::find_if(
        endpoint.backends.begin(), endpoint.backends.end(),
        [&position](const config::BackendConfig& one) { return !one.shadow && position-- == 0; });
}

/// What the backend takes out of earlier parts; returns the names that its target may use.
Names compile_late(const Scope& scope, std::uint32_t index, Backend& backend) {
    const config::EndpointConfig& endpoint = scope.endpoint;
    const std::uint32_t position = position_of(endpoint, index);
    const auto own = late_values_of(endpoint, regular_at(endpoint, position), position);
    auto more = follower_late_values_of(endpoint, position, own);
    Names params = scope.captured;
    const auto add = [&params](const std::vector<LateValue>& values) {
        for (const LateValue& value : values) {
            params.push_back(value.name);
        }
    };
    if (!endpoint.backends[index].shadow) {
        add(own);
        backend.late = own;
        backend.follower_late = std::move(more);
        return params;
    }
    backend.late = shadow_late_values_of(endpoint, index);
    if (!backend.late.empty()) {
        backend.follows = position;
        add(own);
        add(more);
    }
    return params;
}

/// Nothing if it is switched off.
std::optional<Ejection> ejection_of(const config::HealthConfig& health) {
    const bool checked = health.active && health.checks.value_or(false);
    if (!health.passive.value() && !checked) {
        return std::nullopt;
    }
    return Ejection{.passive = health.passive.value(),
                    .failures = health.failures.value(),
                    .statuses = health.statuses.value(),
                    .eject = health.eject.value(),
                    .eject_max = health.eject_max.value(),
                    .max_ejected = health.max_ejected.value(),
                    .slow = health.slow,
                    .active = checked ? health.active : std::nullopt};
}

}  // namespace

bool is_sequential(const config::EndpointConfig& endpoint) {
    const auto regular =
        std::count_if(endpoint.backends.begin(), endpoint.backends.end(),
                      [](const config::BackendConfig& one) { return !one.shadow; });
    return endpoint.sequential && regular > 1;
}

Backend compile_backend(const Scope& scope, std::uint32_t index,
                        reading::Diagnostics& diagnostics) {
    const config::BackendConfig& config = scope.endpoint.backends[index];
    Backend backend;
    backend.index = index;
    if (config.sd == "dns") {
        backend.discovery = compile_discovery(config, diagnostics);
    } else {
        backend.hosts = compile_hosts(config, diagnostics);
    }
    backend.method = config.method.empty() ? scope.endpoint.method : config.method;
    backend.written_method =
        config.written_method.text.empty() ? backend.method : config.written_method.text;
    const Names params =
        is_sequential(scope.endpoint) ? compile_late(scope, index, backend) : scope.captured;
    backend.target = compile_target(scope, index, params, diagnostics);
    backend.pattern = shown_pattern(config.url_pattern);
    compile_filters(scope.endpoint, config, backend);
    backend.encoding = config.encoding;
    backend.is_collection = config.is_collection;
    backend.shape = compile_shape(config);
    backend.attempts = config.shadow ? 1 : attempts_of(scope.endpoint);
    backend.returns_error_code = config.return_error_code && config.return_error_details.empty();
    if (!config.return_error_details.empty()) {
        json::append_string(backend.error_key, "error_" + config.return_error_details);
    }
    backend.send_body_on_redirect = config.send_body_on_redirect;
    backend.no_redirect = config.no_redirect;
    if (backend.discovery || backend.hosts.size() > 1) {
        backend.ejection = ejection_of(config.health);
    }
    backend.components.assign(config.components.begin(), config.components.end());
    backend.shadow = config.shadow;
    backend.shadow_timeout = config.shadow_timeout;
    backend.asks_gzip = !scope.service.disable_compression && backend.method != "HEAD";
    return backend;
}

}  // namespace aggregator::plan
