#include "plan/shadow.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>

#include <aggregator/base/hash.hpp>
#include <aggregator/base/text.hpp>

#include "plan/facts.hpp"

namespace aggregator::plan {

namespace {

using config::ShadowConfig;
using By = config::ShadowSampleConfig::By;
using Credentials = config::ShadowRequestConfig::Credentials;
using Faults = std::vector<RulesFault>;

constexpr std::string_view kCredentials[] = {"Authorization", "Proxy-Authorization", "Cookie",
                                             "X-Api-Key"};
/// As far away as it can be added to any date of this time without an overflow.
constexpr auto kExpiryMax = std::chrono::hours(24 * 365 * 100);

std::string title_of(const RulesScope& scope) {
    return "`" + scope.endpoint.method + " " + scope.endpoint.pattern + "`";
}

reading::Source place_at(const std::vector<reading::Source>& places, std::size_t i) {
    return i < places.size() ? places[i] : reading::Source{};
}

/// The key under which a header's value stands: that of its own name, or `value`.
std::string value_key(const reading::Source& place, const std::string& name) {
    const bool by_name =
        place.node != nullptr && place.file->document.member(*place.node, name) != nullptr;
    return by_name ? name : "value";
}

using Headers = std::vector<config::ShadowRequestConfig::Header>;

std::vector<ShadowRules::Header> compile_headers(const RulesScope& scope, const Headers& headers,
                                                 const std::vector<reading::Source>& places,
                                                 Faults& faults) {
    std::vector<ShadowRules::Header> compiled;
    for (std::size_t i = 0; i < headers.size(); ++i) {
        const auto& [name, value] = headers[i];
        std::vector<Expression::Fault> found;
        compiled.push_back({name, Expression::compile(value, scope.captured, found)});
        const reading::Source place = place_at(places, i);
        for (Expression::Fault& fault : found) {
            faults.push_back({.place = place,
                              .key = value_key(place, name),
                              .rule = "bad-expression",
                              .message = "the header `" + name + "` of the copies of " +
                                         title_of(scope) + ": " + fault.message,
                              .hint = std::move(fault.hint)});
        }
    }
    return compiled;
}

std::string known_params(const RulesScope& scope, std::string_view name) {
    const auto& known = scope.captured;
    if (known.empty()) {
        return "the path of " + title_of(scope) + " has no {name}";
    }
    const auto guess = base::closest(name, {known.begin(), known.end()});
    return guess ? "did you mean `" + std::string(*guess) + "`?" : std::string();
}

void compile_sample(const RulesScope& scope, ShadowRules& rules, Faults& faults) {
    const config::ShadowSampleConfig& sample = rules.config.sample;
    rules.salt = sample.salt.value_or(scope.endpoint.pattern);
    if (sample.by == By::Param) {
        const auto param = param_named(scope.captured, sample.by_name);
        rules.sample_param = param.value_or(0);
        if (!param) {
            faults.push_back({.place = scope.places.by,
                              .key = "by",
                              .rule = "undefined-param",
                              .message = "`by`: `" + sample.by_name +
                                         "` is no parameter of the path of " + title_of(scope),
                              .hint = known_params(scope, sample.by_name)});
        }
    }
    for (std::size_t i = 0; i < sample.when.size(); ++i) {
        const config::ShadowConditionConfig& one = sample.when[i];
        if (auto condition = Condition::compile(one, scope.captured)) {
            rules.when.push_back(*std::move(condition));
            continue;
        } else if (one.subject == config::ShadowConditionConfig::Subject::Param &&
                   !param_named(scope.captured, one.name)) {
            faults.push_back({.place = place_at(scope.places.when, i),
                              .key = "param",
                              .rule = "undefined-param",
                              .message = condition.error().detail,
                              .hint = known_params(scope, one.name)});
        } else {
            faults.push_back({.place = place_at(scope.places.when, i),
                              .key = "matches",
                              .rule = "bad-expression",
                              .message = condition.error().detail,
                              .hint = {}});
        }
    }
}

bool same_text(std::string_view a, std::string_view b) {
    return a.size() == b.size() && base::equal_ignoring_case(a, b);
}

/// Whether copies go where live requests do not, and nobody allowed it.
bool goes_abroad(const RulesScope& scope, const Backend& shadow) {
    const auto& allowed = scope.service.shadow.allowed_hosts;
    if (shadow.discovery) {
        const std::string& name = shadow.discovery->name;
        const auto& live = scope.endpoint.backends;
        const bool known = std::any_of(live.begin(), live.end(), [&name](const Backend& one) {
            return one.discovery && same_text(one.discovery->name, name);
        });
        return !known && !is_allowed_host(allowed, name, 0);
    }
    return std::any_of(shadow.hosts.begin(), shadow.hosts.end(), [&](const Host& host) {
        return !is_live_host(scope.endpoint, host) &&
               !is_allowed_host(allowed, host.name, host.port);
    });
}

std::vector<std::string> credentials_of(const RulesScope& scope, Credentials credentials) {
    if (credentials == Credentials::Pass) {
        return {};
    }
    std::vector<std::string> names = credential_headers(scope.service);
    for (std::string& name : names) {
        name = base::to_lower(name);
    }
    return names;
}

/// The machine's name, as a text that can stand in a header.
std::string machine_name() {
    std::array<char, 256> buffer{};
    if (gethostname(buffer.data(), buffer.size() - 1) != 0 || buffer.front() == '\0') {
        return "aggregator";
    }
    std::string name = buffer.data();
    std::replace_if(
        name.begin(), name.end(),
        [](char c) { return c <= ' ' || c >= '\x7F' || c == ';' || c == ','; }, '-');
    return name;
}

std::string id_of(const RulesScope& scope, const std::string& name) {
    const std::uint64_t hash =
        base::hash64(scope.endpoint.method + ' ' + scope.endpoint.pattern + '\n' + name);
    std::string id;
    for (int shift = 60; shift >= 0; shift -= 4) {
        id += "0123456789abcdef"[(hash >> shift) & 0xF];
    }
    return id;
}

void compile_expiry(ShadowConfig& config) {
    if (config.expires_after) {
        const auto after = std::min<std::chrono::nanoseconds>(*config.expires_after, kExpiryMax);
        config.expires_at = std::chrono::system_clock::now() + after;
    }
}

/// An allowed host taken apart.
struct Allowed {
    std::string_view name;
    std::string_view port;  // empty: any
    bool below = false;     // names below it
};

Allowed parse_allowed(std::string_view text) {
    Allowed allowed;
    allowed.below = text.starts_with("*.");
    text.remove_prefix(allowed.below ? 1 : 0);
    const std::size_t bracket = text.rfind(']');
    const std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
    allowed.name = text.substr(0, colon);
    if (allowed.name.starts_with('[')) {
        allowed.name = allowed.name.substr(1, allowed.name.size() - 2);
    }
    allowed.port = colon == std::string_view::npos ? "" : text.substr(colon + 1);
    return allowed;
}

}  // namespace

std::vector<std::string> credential_headers(const config::ServiceSettings& service) {
    std::vector<std::string> names(std::begin(kCredentials), std::end(kCredentials));
    for (const std::string& header : service.shadow.credential_headers) {
        const bool known = std::any_of(names.begin(), names.end(), [&header](const auto& name) {
            return same_text(name, header);
        });
        if (!known) {
            names.push_back(header);
        }
    }
    return names;
}

std::shared_ptr<const ShadowRules> compile_rules(const RulesScope& scope, const Backend& shadow,
                                                 const ShadowConfig& config, Faults& faults) {
    auto rules = std::make_shared<ShadowRules>();
    rules->config = config;
    compile_sample(scope, *rules, faults);
    rules->set = compile_headers(scope, config.request.set, scope.places.set, faults);
    rules->add = compile_headers(scope, config.request.add, scope.places.add, faults);
    rules->remove = config.request.remove;
    rules->foreign = goes_abroad(scope, shadow);
    const Credentials credentials = config.request.credentials;
    rules->credentials = credentials_of(scope, credentials);
    rules->strips =
        credentials == Credentials::Strip || (credentials == Credentials::Auto && rules->foreign);
    const std::string& instance = scope.service.shadow.instance;
    // What the gateway sends is one step away from the client.
    rules->marker = (instance.empty() ? machine_name() : instance) + ";" + config.name + ";1";
    rules->id = id_of(scope, config.name);
    compile_expiry(rules->config);
    return rules;
}

void compile_shadows(const Scope& scope, Endpoint& endpoint, reading::Diagnostics& diagnostics) {
    for (Backend& shadow : endpoint.shadows) {
        std::vector<RulesFault> faults;
        const config::BackendConfig& config = scope.endpoint.backends[shadow.index];
        const RulesScope rules{.service = scope.service,
                               .endpoint = endpoint,
                               .captured = scope.captured,
                               .places = config.shadow_places};
        shadow.rules = compile_rules(rules, shadow, config.shadow_rules, faults);
        for (RulesFault& fault : faults) {
            const bool placed = fault.place.node != nullptr;
            const reading::Source& place = placed ? fault.place : config.shadow_places.whole;
            diagnostics.push_back(place.at(std::string_view(fault.key), std::move(fault.rule),
                                           std::move(fault.message), std::move(fault.hint)));
        }
    }
}

bool is_live_host(const Endpoint& endpoint, const Host& host) {
    const auto same = [&host](const Host& one) {
        return one.port == host.port && same_text(one.name, host.name);
    };
    return std::any_of(endpoint.backends.begin(), endpoint.backends.end(),
                       [&same](const Backend& one) {
                           return std::any_of(one.hosts.begin(), one.hosts.end(), same);
                       });
}

bool is_allowed_host(const std::vector<std::string>& allowed, std::string_view name,
                     std::uint16_t port) {
    const std::string lower = base::to_lower(name);
    const std::string number = std::to_string(port);
    return std::any_of(allowed.begin(), allowed.end(), [&](const std::string& text) {
        const Allowed one = parse_allowed(text);
        const bool named = one.below ? lower.size() > one.name.size() && lower.ends_with(one.name)
                                     : lower == one.name;
        return named && (one.port.empty() || one.port == number);
    });
}

std::optional<std::string_view> sticky_value(const config::ShadowSampleConfig& sample,
                                             std::size_t param, const http::Request& request,
                                             std::string& scratch) {
    using Subject = config::ShadowConditionConfig::Subject;
    Fact fact{.name = sample.by_name, .param = param};
    switch (sample.by) {
        case By::Random:
        case By::Ip:
            return std::nullopt;
        case By::Header:
            fact.subject = Subject::Header;
            break;
        case By::Cookie:
            fact.subject = Subject::Cookie;
            break;
        case By::Query:
            fact.subject = Subject::Query;
            break;
        case By::Param:
            fact.subject = Subject::Param;
            break;
    }
    const auto value = Facts(fact, request, scratch).next();
    return value && value->empty() ? std::nullopt : value;
}

}  // namespace aggregator::plan
