#include "plan/backend.hpp"

#include <algorithm>

#include <aggregator/base/text.hpp>

#include "plan/filters.hpp"
#include "plan/host.hpp"
#include "plan/pattern.hpp"
#include "plan/shape.hpp"

namespace aggregator::plan {

namespace {

using Names = std::vector<std::string>;

bool contains(const Names& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

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
                     config::Diagnostics& diagnostics) {
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

Template compile_target(const Scope& scope, std::uint32_t index, config::Diagnostics& diagnostics) {
    const config::BackendConfig& config = scope.endpoint.backends[index];
    std::vector<Template::Unknown> unknown;
    Template target = Template::compile(config.url_pattern, scope.captured, unknown);
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
        diagnostics.back().severity = config::Severity::Warning;
    }
    if (!undefined.empty()) {
        check_undefined(scope, index, undefined, diagnostics);
    }
    return target;
}

std::vector<Host> compile_hosts(const config::BackendConfig& config,
                                config::Diagnostics& diagnostics) {
    std::vector<Host> hosts;
    for (std::size_t i = 0; i < config.hosts.size(); ++i) {
        auto host = parse_host(config.hosts[i]);
        if (host) {
            hosts.push_back(*std::move(host));
            continue;
        }
        diagnostics.push_back(config.source.at({"host", i}, "bad-host", host.error().detail));
        // The queue or the directory it may name belongs to another feature of the format: calls
        // find no host.
        if (has_foreign_scheme(config.hosts[i]) || config.sd != "static") {
            diagnostics.back().severity = config::Severity::Warning;
        }
    }
    return hosts;
}

}  // namespace

Backend compile_backend(const Scope& scope, std::uint32_t index, config::Diagnostics& diagnostics) {
    const config::BackendConfig& config = scope.endpoint.backends[index];
    Backend backend;
    backend.index = index;
    backend.hosts = compile_hosts(config, diagnostics);
    backend.method = config.method.empty() ? scope.endpoint.method : config.method;
    backend.target = compile_target(scope, index, diagnostics);
    backend.pattern = config.url_pattern;
    compile_filters(scope.endpoint, config, backend);
    backend.encoding = config.encoding;
    backend.is_collection = config.is_collection;
    backend.shape = compile_shape(config);
    backend.shadow = config.shadow;
    backend.shadow_timeout = config.shadow_timeout;
    backend.asks_gzip = !scope.service.disable_compression && backend.method != "HEAD" &&
                        backend.encoding != config::Encoding::NoOp;
    return backend;
}

}  // namespace aggregator::plan
