#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

using config::ServiceConfig;
using reading::Duration;

struct Unit {
    std::string_view name;
    std::int64_t nanoseconds;
};

constexpr Unit kUnits[] = {{"h", 3'600'000'000'000}, {"m", 60'000'000'000}, {"s", 1'000'000'000},
                           {"ms", 1'000'000},        {"us", 1'000},         {"ns", 1}};

/// Whether the text is one whole number and one unit.
bool is_plain(std::string_view text) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const std::string_view unit = text.substr(digits);
    const bool known =
        unit == "\xC2\xB5s" || std::any_of(std::begin(kUnits), std::end(kUnits),
                                           [unit](const Unit& one) { return one.name == unit; });
    return digits > 0 && known;
}

/// The duration as one whole number with the largest unit that allows it.
std::string spelled(Duration duration) {
    const Unit* unit = std::begin(kUnits);
    while (duration.count() % unit->nanoseconds != 0) {
        ++unit;
    }
    return std::to_string(duration.count() / unit->nanoseconds) + std::string(unit->name);
}

/// A duration where it is written, and what it means.
struct Place {
    Source object;
    std::string_view key;
    Duration meaning;
};

bool is_negative(const json::Node& node) { return !says_zero(node) && node.text.starts_with('-'); }

/// Whether there is no time at all in the text, of which other rules tell more.
bool is_none(const Source& object, std::string_view key) {
    const json::Node* const node = object.node == nullptr ? nullptr : written(object, key);
    return node != nullptr && (says_zero(*node) || is_negative(*node));
}

void check_place(const Place& place, Findings& findings) {
    const json::Node* const node =
        place.object.node == nullptr ? nullptr : written(place.object, place.key);
    if (node == nullptr || node->kind != json::Kind::String || is_plain(node->text)) {
        return;
    }
    const Source there{place.object.file, node};
    std::string message = quoted(place.key) + ": " + quoted(node->text) +
                          " is understood here, but other readers of the format want one whole "
                          "number and one unit";
    if (says_zero(*node) || place.meaning <= Duration::zero() || is_negative(*node)) {
        findings.at(there, "", std::move(message),
                    says_zero(*node) ? "write \"0s\"" : "write it as 500ms, 2s or 90m");
        return;
    }
    const std::string better = '"' + spelled(place.meaning) + '"';
    if (node->size == 0) {
        findings.at(there, "", std::move(message), "write " + better);
        return;
    }
    findings.repair_at(there, "", std::move(message),
                       {{.offset = node->offset, .size = node->size, .text = better}});
}

struct Key {
    std::string_view name;
    Duration ServiceConfig::*member;
};

constexpr Key kServiceKeys[] = {
    {"timeout", &ServiceConfig::timeout},
    {"cache_ttl", &ServiceConfig::cache_ttl},
    {"read_timeout", &ServiceConfig::read_timeout},
    {"read_header_timeout", &ServiceConfig::read_header_timeout},
    {"write_timeout", &ServiceConfig::write_timeout},
    {"idle_timeout", &ServiceConfig::idle_timeout},
    {"idle_connection_timeout", &ServiceConfig::idle_connection_timeout},
    {"response_header_timeout", &ServiceConfig::response_header_timeout},
    {"expect_continue_timeout", &ServiceConfig::expect_continue_timeout},
    {"dialer_timeout", &ServiceConfig::dialer_timeout},
    {"dialer_fallback_delay", &ServiceConfig::dialer_fallback_delay},
    {"dialer_keep_alive", &ServiceConfig::dialer_keep_alive},
    {"dns_cache_ttl", &ServiceConfig::dns_cache_ttl},
    {"max_shutdown_wait_time", &ServiceConfig::max_shutdown_wait_time},
};

void check_service(const ServiceConfig& service, Findings& findings) {
    for (const Key& key : kServiceKeys) {
        const bool elsewhere = key.name == "timeout" && is_none(service.source, key.name);
        // What a variable overrides means nothing.
        if (!elsewhere && !is_overridden(service, key.name)) {
            check_place({service.source, key.name, service.*key.member}, findings);
        }
    }
}

void check_endpoint(const config::EndpointConfig& endpoint, const ServiceConfig& service,
                    Findings& findings) {
    if (!is_none(endpoint.source, "timeout")) {
        check_place({endpoint.source, "timeout", endpoint.timeout}, findings);
    }
    const json::Node* const ttl = written(endpoint.source, "cache_ttl");
    if (service.cache_ttl == Duration::zero() || ttl == nullptr || !says_zero(*ttl)) {
        check_place({endpoint.source, "cache_ttl", endpoint.cache_ttl}, findings);
    }
}

void check_shadow(const config::BackendConfig& backend, Findings& findings) {
    const Source proxy = component_of(backend.source, "proxy");
    if (!backend.shadow || !is_none(proxy, "shadow_timeout")) {
        check_place({proxy, "shadow_timeout", backend.shadow_timeout}, findings);
    }
}

void check_duration_spelling(const Subject& subject, Findings& findings) {
    check_service(subject.service, findings);
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        check_endpoint(endpoint, subject.service, findings);
    }
    for_each_backend(subject, [&](const auto&, const config::BackendConfig& backend) {
        check_shadow(backend, findings);
    });
}

}  // namespace

constinit const Rule kDurationSpelling = {
    .name = "duration-spelling",
    .severity = Severity::Advice,
    .summary = "a duration that other readers of the format do not accept",
    .explanation = R"(Here a duration may have a sign, a fraction and several units. The schema of
the format, which editors and other gateways check files with, knows one whole
number with one unit: ns, us, ms, s, m or h.

Bad:
    "timeout": "1.5s", "idle_timeout": "1h30m"

Good:
    "timeout": "1500ms", "idle_timeout": "90m"

The repair writes the same duration that way.)",
    .check = check_duration_spelling,
};

}  // namespace aggregator::lint
