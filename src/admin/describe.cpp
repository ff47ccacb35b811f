#include "admin/describe.hpp"

#include <algorithm>
#include <cmath>

#include "admin/identity.hpp"
#include "admin/settings.hpp"
#include "admin/times.hpp"

namespace aggregator::admin {

namespace {

constexpr std::string_view kTrue = "true";
constexpr std::string_view kFalse = "false";

void number(json::Writer& out, std::string_view name, double value) {
    out.key(name).raw(number_text(value));
}

void list(json::Writer& out, std::string_view name, const std::vector<std::string>& values) {
    out.key(name).array();
    for (const std::string& value : values) {
        out.text(value);
    }
    out.end();
}

std::string_view output_name(plan::Output output) {
    constexpr std::string_view kNames[] = {"json", "json-collection", "string", "xml",
                                           "yaml", "negotiate",       "no-op"};
    return kNames[static_cast<std::size_t>(output)];
}

std::vector<std::string> hosts_of(const plan::Backend& backend) {
    std::vector<std::string> hosts;
    for (const plan::Host& host : backend.hosts) {
        hosts.push_back(url_of(host));
    }
    if (backend.discovery) {
        hosts.push_back("dns:" + backend.discovery->name);
    }
    return hosts;
}

void describe_backend(json::Writer& out, const plan::Backend& backend) {
    out.object().count("index", backend.index);
    list(out, "hosts", hosts_of(backend));
    out.member("method", backend.method).member("url_pattern", backend.pattern);
    out.count("concurrent_calls", backend.attempts).end();
}

void identify_endpoint(json::Writer& out, const plan::Endpoint& endpoint) {
    out.member("id", id_of(endpoint));
    out.key("name");
    if (endpoint.name.empty()) {
        out.raw("null");
    } else {
        out.text(endpoint.name);
    }
    out.member("method", endpoint.method).member("pattern", endpoint.pattern);
}

std::string by_text(const config::ShadowSampleConfig& sample) {
    constexpr std::string_view kNames[] = {"random", "header", "cookie", "query", "param", "ip"};
    const std::string name(kNames[static_cast<std::size_t>(sample.by)]);
    return sample.by_name.empty() ? name : name + ':' + sample.by_name;
}

std::string host_text(const config::ShadowRequestConfig& request) {
    using Host = config::ShadowRequestConfig::Host;
    switch (request.host) {
        case Host::Keep:
            return "keep";
        case Host::Suffix:
            return "suffix:" + request.host_suffix;
        case Host::Literal:
            return request.host_literal;
        case Host::Target:
            break;
    }
    return "target";
}

void describe_sample(json::Writer& out, const plan::ShadowRules& rules) {
    const config::ShadowSampleConfig& sample = rules.config.sample;
    out.key("sample").object().member("by", by_text(sample)).member("salt", rules.salt);
    list(out, "methods", sample.methods);
    out.count("conditions", rules.when.size());
    number(out, "burst", sample.burst);
    out.end();
}

void describe_request(json::Writer& out, const config::ShadowRequestConfig& request) {
    constexpr std::string_view kCredentials[] = {"auto", "pass", "strip"};
    out.key("request").object().member("host", host_text(request));
    out.key("marker");
    if (request.marker.empty()) {
        out.raw("false");
    } else {
        out.text(request.marker);
    }
    out.member("credentials", kCredentials[static_cast<std::size_t>(request.credentials)]);
    out.member("body", request.body ? "copy" : "none").end();
}

void describe_limits(json::Writer& out, const config::ShadowLimitsConfig& limits) {
    out.key("limits").object();
    out.count("max_body", limits.max_body).count("concurrency", limits.concurrency);
    out.count("queue", limits.queue).count("queue_bytes", limits.queue_bytes);
    out.count("max_response", limits.max_response);
    if (!limits.breaker) {
        out.key("breaker").raw("false").end();
        return;
    }
    out.key("breaker").object().count("errors", limits.breaker->errors);
    out.member("window", duration_text(limits.breaker->window.count()));
    out.member("cooldown", duration_text(limits.breaker->cooldown.count())).end().end();
}

/// The settings that can be changed, each under the name that PATCH takes, and which of them are
/// not as they were at first.
void describe_settings(json::Writer& out, const LiveShadow& live) {
    const Settings now = settings_of(*live.controls);
    const Settings first = first_settings_of(*live.shadow);
    std::vector<std::string> changed;
    for (const SettingRow& row : setting_rows()) {
        const std::string text = row.text(now);
        out.key(row.name).raw(text);
        if (text != row.text(first)) {
            changed.emplace_back(row.name);
        }
    }
    list(out, "changed", changed);
}

void describe_copies(json::Writer& out, const shadow::Ledger& ledger) {
    out.key("copies").object().count("eligible", ledger.eligible);
    out.count("in_flight", ledger.in_flight).count("bytes_held", ledger.bytes_held);
    out.count("finished_total", ledger.finished_total()).key("finished").object();
    for (std::size_t i = 0; i < ledger.finished.size(); ++i) {
        out.count(base::status_class(i + 1), ledger.finished[i]);
    }
    out.end().count("dropped_total", ledger.dropped_total()).key("dropped").object();
    for (std::size_t i = 0; i < ledger.dropped.size(); ++i) {
        out.count(shadow::name_of(static_cast<shadow::Reason>(i)), ledger.dropped[i]);
    }
    out.end().end();
}

void describe_quantiles(json::Writer& out, std::string_view name,
                        const base::Histogram& histogram) {
    out.key(name).object().count("count", histogram.count());
    number(out, "p50", histogram.quantile(0.5));
    number(out, "p90", histogram.quantile(0.9));
    number(out, "p99", histogram.quantile(0.99));
    out.end();
}

}  // namespace

const shadow::Ledger& ledger_of(const Snapshot& snapshot, const std::string& id) {
    static const shadow::Ledger kNone;
    const auto found = std::lower_bound(
        snapshot.shadows.begin(), snapshot.shadows.end(), id,
        [](const auto& one, const std::string& wanted) { return one.first < wanted; });
    return found != snapshot.shadows.end() && found->first == id ? found->second : kNone;
}

void describe_endpoint(json::Writer& out, const Gateway& gateway, const plan::Endpoint& endpoint) {
    const std::size_t place = place_of(gateway.plan(), endpoint);
    out.object();
    identify_endpoint(out, endpoint);
    out.member("timeout", duration_text(endpoint.timeout.count()));
    out.member("output_encoding", output_name(endpoint.output));
    out.key("sequential").raw(endpoint.sequential ? kTrue : kFalse);
    out.key("backends").array();
    for (const plan::Backend& backend : endpoint.backends) {
        describe_backend(out, backend);
    }
    out.end().key("shadows").array();
    for (const LiveShadow& live : gateway.shadows()) {
        if (live.endpoint == place) {
            out.object().member("id", live.shadow->rules->id);
            out.member("name", live.shadow->rules->config.name).end();
        }
    }
    out.end().end();
}

void describe_shadow(json::Writer& out, const LiveShadow& live, const Telling& telling) {
    const plan::Backend& shadow = *live.shadow;
    const config::ShadowConfig& config = shadow.rules->config;
    out.object().member("id", shadow.rules->id).member("name", config.name);
    out.key("endpoint").object();
    identify_endpoint(out, telling.endpoint);
    out.end();
    list(out, "hosts", hosts_of(shadow));
    out.member("method", shadow.method).member("url_pattern", shadow.pattern);
    out.key("made_live").raw(live.made_live ? kTrue : kFalse);
    number(out, "age_seconds", std::round(static_cast<double>(telling.age) / 1e6) / 1e3);
    describe_settings(out, live);
    out.key("wait").raw(config.wait ? kTrue : kFalse);
    describe_sample(out, *shadow.rules);
    describe_request(out, config.request);
    describe_limits(out, config.limits);
    describe_copies(out, telling.ledger);
    describe_quantiles(out, "duration_seconds", telling.ledger.duration);
    describe_quantiles(out, "queue_seconds", telling.ledger.waited);
    out.end();
}

}  // namespace aggregator::admin
