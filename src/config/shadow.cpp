#include "config/shadow.hpp"

#include <algorithm>

#include <aggregator/base/text.hpp>
#include <aggregator/reading/times.hpp>

#include <aggregator/reading/grammar.hpp>
#include "config/key_tables.hpp"
#include "config/reading.hpp"

namespace aggregator::config {

namespace {

using Breaker = ShadowLimitsConfig::Breaker;

constexpr strict::Word<ShadowLog> kLogs[] = {
    {"off", ShadowLog::Off}, {"errors", ShadowLog::Errors}, {"all", ShadowLog::All}};

constexpr Field<Breaker> kBreakerFields[] = {
    {"errors", strict::set_count<&Breaker::errors>},
    {"window", strict::set_positive<&Breaker::window>},
    {"cooldown", strict::set_positive<&Breaker::cooldown>},
};

void read_breaker(const Value& value, ShadowLimitsConfig& limits) {
    if (value.node.kind == json::Kind::False) {
        limits.breaker.reset();
    } else if (value.node.kind == json::Kind::Object) {
        Breaker breaker = limits.breaker.value_or(Breaker{});
        read_fields(value, {.what = "`breaker`", .keys = Keys::Exact, .fields = kBreakerFields},
                    breaker);
        limits.breaker = breaker;
    } else {
        value.wrong_type("an object with `errors`, `window` and `cooldown`, or false");
    }
}

using Limits = ShadowLimitsConfig;

constexpr Field<Limits> kLimitFields[] = {
    {"max_body", strict::set_size<&Limits::max_body>},
    {"concurrency", strict::set_count<&Limits::concurrency>},
    {"queue", strict::set<&Limits::queue>},
    {"queue_bytes", strict::set_size<&Limits::queue_bytes>},
    {"max_response", strict::set_size<&Limits::max_response>},
    {"breaker", read_breaker},
};

void read_name(const Value& value, ShadowDraft& shadow) {
    strict::read_label(value, shadow.name);
    if (shadow.name == kMirrorName) {
        value.error(
            "name-taken",
            "`name`: " + quoted(kMirrorName) + " is the shadow that the management interface makes",
            "choose another name");
    }
}

void read_log(const Value& value, ShadowDraft& shadow) {
    strict::read_word(value, kLogs, shadow.log);
}

void read_expires(const Value& value, ShadowDraft& shadow) {
    if (!strict::expect(value, json::Kind::String, "a text")) {
        return;
    }
    const auto at = strict::parse_time(value.node.text);
    const auto after = reading::parse_duration(value.node.text);
    const bool later = after && *after > Duration::zero();
    if (!at && !later && value.node.text != "none") {
        value.error("bad-value",
                    "`expires`: expected a time as \"2030-01-31T12:00:00Z\" or a duration as "
                    "\"72h\", found " +
                        described(value.node),
                    "a duration counts from the start of the program; \"none\" is for good");
        return;
    }
    shadow.expires_at = at;
    shadow.expires_after = later ? after : std::nullopt;
}

void read_own_name(const Value& value, ShadowDraft&) {
    value.warn("misplaced-key", "`name` has no effect in `defaults`",
               "it belongs to `proxy/shadow` of the backend that is the shadow");
}

constexpr Field<ShadowDraft> kNameFields[] = {{"name", read_name}};
constexpr Field<ShadowDraft> kNamelessFields[] = {{"name", read_own_name}};
constexpr Field<ShadowDraft> kShadowFields[] = {
    {"enabled", strict::set<&ShadowDraft::enabled>},
    {"sample", read_shadow_sample},
    {"request", read_shadow_request},
    {"limits", read_shadow_limits},
    {"wait", strict::set<&ShadowDraft::wait>},
    {"log", read_log},
    {"expires", read_expires},
};

/// What is read of the service, with the places of `defaults`.
struct ShadowServiceDraft : ShadowServiceConfig {
    ShadowPlaces places;
};

void read_defaults(const Value& value, ShadowServiceDraft& service) {
    ShadowDraft defaults{service.defaults, service.places};
    defaults.places.whole = value.source();
    read_fields(value,
                {.what = "`defaults`",
                 .keys = Keys::Exact,
                 .fields = kNamelessFields,
                 .more = kShadowFields},
                defaults);
    service.places = defaults.places;
    service.defaults = std::move(defaults);
}

constexpr Field<ShadowServiceDraft> kBudgetFields[] = {
    {"max_in_flight", strict::set_count<&ShadowServiceDraft::budget_in_flight>},
    {"max_bytes", strict::set_size<&ShadowServiceDraft::budget_bytes>},
};

void read_budget(const Value& value, ShadowServiceDraft& service) {
    read_fields(value, {.what = "`budget`", .keys = Keys::Exact, .fields = kBudgetFields}, service);
}

void read_allowed_hosts(const Value& value, ShadowServiceDraft& service) {
    std::vector<std::string> written;
    strict::read(value, written);
    service.allowed_hosts.clear();
    for (std::size_t i = 0; i < written.size(); ++i) {
        const std::string_view all = written[i];
        const std::string_view name = all.substr(all.starts_with("*.") ? 2 : 0);
        if (reading::is_authority(name)) {
            service.allowed_hosts.push_back(base::to_lower(all));
        } else if (value.file.document.at(value.node.elements[i]).kind == json::Kind::String) {
            value.element(value.node.elements[i])
                .error("bad-host", "allowed host " + quoted(all) + " not valid",
                       "expected `name`, `name:port` or `*.name`, without scheme and path; an IPv6 "
                       "address stands in brackets");
        }
    }
}

void read_credential_headers(const Value& value, ShadowServiceDraft& service) {
    strict::read_header_names(value, service.credential_headers);
}

void read_instance(const Value& value, ShadowServiceDraft& service) {
    strict::read_label(value, service.instance);
}

constexpr Field<ShadowServiceDraft> kServiceFields[] = {
    {"defaults", read_defaults},           {"budget", read_budget},
    {"allowed_hosts", read_allowed_hosts}, {"credential_headers", read_credential_headers},
    {"instance", read_instance},
};

/// Keys that need another one, which may stand in `defaults`.
void tell_idle_keys(const Value& value, const ShadowConfig& shadow) {
    const auto sample = member_of(value, "sample");
    const auto burst = sample ? member_of(*sample, "burst") : std::nullopt;
    if (burst && shadow.sample.max_rate == 0) {
        burst->warn("no-effect", "`burst` has no effect without `max_rate`");
    }
    const auto request = member_of(value, "request");
    const auto suffix = request ? member_of(*request, "host_suffix") : std::nullopt;
    if (suffix && shadow.request.host != ShadowRequestConfig::Host::Suffix) {
        suffix->warn("no-effect", "`host_suffix` has no effect without `host`: \"suffix\"");
    }
}

/// What is written is read in any case: it is to be right when the backend becomes a shadow again.
void complete_shadow(BackendConfig& backend, const ShadowDraft& defaults, Report& report) {
    const Source written = backend.shadow_places.whole;
    ShadowDraft shadow = defaults;
    shadow.places.whole = written.node == nullptr ? backend.source : written;
    if (written.node != nullptr) {
        const Value value{*written.file, *written.node, "proxy/shadow", report};
        read_fields(value,
                    {.what = "`proxy/shadow`",
                     .keys = Keys::Exact,
                     .fields = kNameFields,
                     .more = kShadowFields},
                    shadow);
        if (backend.shadow) {
            tell_idle_keys(value, shadow);
        } else {
            value.warn("no-effect", "`proxy/shadow` has no effect: the backend is no shadow",
                       "write \"shadow\": true into its `extra_config.proxy`");
        }
    }
    if (backend.shadow) {
        backend.shadow_places = shadow.places;
        backend.shadow_rules = std::move(shadow);
    }
}

void name_shadows(EndpointConfig& endpoint, Report& report) {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < endpoint.backends.size(); ++i) {
        BackendConfig& backend = endpoint.backends[i];
        if (!backend.shadow) {
            continue;
        }
        std::string& name = backend.shadow_rules.name;
        name = name.empty() ? "shadow" + std::to_string(i) : name;
        if (std::find(names.begin(), names.end(), name) != names.end()) {
            report.add(backend.shadow_places.whole.at(
                "name", "name-taken",
                "another shadow of " + quoted(endpoint.method + ' ' + endpoint.endpoint) +
                    " is called " + quoted(name),
                "logs, metrics and the management interface tell them apart by their names"));
        }
        names.push_back(name);
    }
}

}  // namespace

void read_shadow_limits(const Value& value, ShadowDraft& shadow) {
    read_fields(value, {.what = "`limits`", .keys = Keys::Exact, .fields = kLimitFields},
                shadow.limits);
}

void note_shadow(const Value& value, BackendConfig& backend) {
    backend.shadow_places.whole = value.source();
}

void read_shadow_service(const Value& value, ServiceConfig& service) {
    ShadowServiceDraft draft{service.shadow, service.places.shadow_defaults};
    read_fields(
        value,
        {.what = "the service's `proxy/shadow`", .keys = Keys::Exact, .fields = kServiceFields},
        draft);
    service.places.shadow_defaults = draft.places;
    service.shadow = std::move(draft);
}

void complete_shadows(ServiceConfig& service, Report& report) {
    const ShadowDraft defaults{service.shadow.defaults, service.places.shadow_defaults};
    for (EndpointConfig& endpoint : service.endpoints) {
        for (BackendConfig& backend : endpoint.backends) {
            complete_shadow(backend, defaults, report);
        }
        name_shadows(endpoint, report);
    }
}

void add_shadow_keys(KeyTables& all) {
    add_keys(all, "shadow", kNameFields);
    add_keys(all, "shadow", kShadowFields);
    add_keys(all, "shadow.defaults", kShadowFields);
    add_keys(all, "shadow.service", kServiceFields);
    add_keys(all, "shadow.budget", kBudgetFields);
    add_keys(all, "shadow.limits", kLimitFields);
    add_keys(all, "shadow.breaker", kBreakerFields);
}

}  // namespace aggregator::config
