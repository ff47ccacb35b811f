#include "components/rate_limit/rules.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include <aggregator/base/text.hpp>

#include "components/rate_limit/settings.hpp"

namespace aggregator::components {

namespace {

using reading::Configured;
using reading::Source;

/// A limit of requests: a section, or the one of a tier.
struct Written {
    Source source;
    const LimitSettings& limit;
    const config::EndpointConfig* endpoint;  ///< null at the service
};

bool is_limit(const Configured& one) {
    return one.name == "qos/ratelimit/router" || one.name == "qos/ratelimit/service";
}

template <typename Show>
void each_tier(const Configured& section, const config::EndpointConfig* endpoint,
               const Show& show) {
    const json::Document& document = section.source.file->document;
    for (const auto& tier : static_cast<const TierSettings&>(*section.settings).tiers) {
        const json::Node& written = document.at(tier.element);
        show(Written{
            {section.source.file, document.member(written, "ratelimit")}, *tier.limit, endpoint});
    }
}

/// Calls `show(section, endpoint)` for each component of the service and of its endpoints.
template <typename Show>
void each_component(const lint::Subject& subject, const Show& show) {
    for (const Configured& one : subject.service.components) {
        show(one, nullptr);
    }
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        for (const Configured& one : endpoint.components) {
            show(one, &endpoint);
        }
    }
}

template <typename Show>
void each_limit(const lint::Subject& subject, const Show& show) {
    each_component(subject, [&](const Configured& one, const config::EndpointConfig* endpoint) {
        if (is_limit(one)) {
            show(Written{one.source, static_cast<const LimitSettings&>(*one.settings), endpoint});
        } else if (one.name == "qos/ratelimit/tiered") {
            each_tier(one, endpoint, show);
        }
    });
}

template <typename Show>
void each_tiers(const lint::Subject& subject, const Show& show) {
    each_component(subject, [&](const Configured& one, const config::EndpointConfig* endpoint) {
        if (one.name == "qos/ratelimit/tiered") {
            show(one, static_cast<const TierSettings&>(*one.settings), endpoint);
        }
    });
}

bool is_authenticated(const config::EndpointConfig* endpoint) {
    return endpoint != nullptr &&
           std::any_of(endpoint->components.begin(), endpoint->components.end(),
                       [](const Configured& one) { return one.name.starts_with("auth/"); });
}

/// Whether a component of the endpoint says of whom a request is in that header.
bool is_propagated(const config::EndpointConfig* endpoint, std::string_view header) {
    if (endpoint == nullptr) {
        return false;
    }
    const Source keys = reading::component_of(endpoint->source, "auth/api-keys");
    const json::Node* const role =
        keys.node == nullptr ? nullptr : reading::written(keys, "propagate_role");
    if (role != nullptr && base::equal_ignoring_case(role->text, header)) {
        return true;
    }
    const Source tokens = reading::component_of(endpoint->source, "auth/validator");
    const json::Node* const claims =
        tokens.node == nullptr ? nullptr : reading::written(tokens, "propagate_claims");
    if (claims == nullptr) {
        return false;
    }
    const json::Document& document = tokens.file->document;
    return std::any_of(claims->elements.begin(), claims->elements.end(), [&](std::uint32_t index) {
        const json::Node& pair = document.at(index);
        return pair.elements.size() == 2 &&
               base::equal_ignoring_case(document.at(pair.elements[1]).text, header);
    });
}

void check_rates(const lint::Subject& subject, lint::Findings& findings) {
    each_limit(subject, [&findings](const Written& written) {
        const LimitSettings& limit = written.limit;
        if (limit.client && limit.common && limit.client->interval < limit.common->interval) {
            findings.at(written.source, "client_max_rate",
                        "a single client may send more than all clients together: the limit of "
                        "each is never reached",
                        "make `client_max_rate` smaller than `max_rate`");
        }
    });
}

void check_off(const lint::Subject& subject, lint::Findings& findings) {
    each_limit(subject, [&findings](const Written& written) {
        if (!written.limit.client && !written.limit.common) {
            findings.at(written.source, "max_rate", "this limit is off: it lets all requests pass",
                        "set `max_rate` or `client_max_rate`, or remove the section");
        }
    });
}

void check_instances(const lint::Subject& subject, lint::Findings& findings) {
    bool found = false;
    each_limit(subject, [&](const Written& written) {
        if (!found && (written.limit.client || written.limit.common)) {
            found = true;
            findings.at(written.source, {""},
                        "each instance of the gateway counts by itself: n of them let n times as "
                        "many requests pass",
                        "divide the rates by the number of instances");
        }
    });
}

void check_storage(const lint::Subject& subject, lint::Findings& findings) {
    each_limit(subject, [&findings](const Written& written) {
        for (const char* const key : {"num_shards", "cleanup_period", "cleanup_threads"}) {
            if (reading::written(written.source, key) != nullptr) {
                findings.at(written.source, reading::Source::Spot::name(key),
                            reading::quoted(key) + " has no effect: buckets need no upkeep here",
                            "remove it");
            }
        }
    });
}

void check_forgeable(const lint::Subject& subject, lint::Findings& findings) {
    each_limit(subject, [&findings](const Written& written) {
        const Strategy strategy = written.limit.strategy;
        const bool chosen = strategy == Strategy::Header || strategy == Strategy::Cookie ||
                            strategy == Strategy::Query;
        if (written.limit.client && chosen && !is_authenticated(written.endpoint)) {
            findings.at(written.source, "key",
                        "clients choose " + reading::quoted(written.limit.key) +
                            " themselves, and get a new bucket with each value",
                        "authenticate them, limit by \"ip\", or add a `max_rate` for all");
        }
    });
}

bool lists_forwarded(const config::EndpointConfig& endpoint) {
    return std::any_of(
        endpoint.input_headers.begin(), endpoint.input_headers.end(),
        [](const std::string& name) { return base::equal_ignoring_case(name, "X-Forwarded-For"); });
}

void check_addresses(const lint::Subject& subject, lint::Findings& findings) {
    if (!subject.service.router.trusted_proxies.empty()) {
        return;
    }
    each_limit(subject, [&findings](const Written& written) {
        const LimitSettings& limit = written.limit;
        if (!limit.client || limit.strategy != Strategy::Ip) {
            return;
        }
        if (!limit.key.empty()) {
            findings.at(written.source, "key",
                        "no proxy is trusted, so this header is never read: the client is the "
                        "peer of the connection",
                        "list your proxies in `router.trusted_proxies`");
        } else if (written.endpoint != nullptr && lists_forwarded(*written.endpoint)) {
            findings.at(written.source, "strategy",
                        "`X-Forwarded-For` is passed on, which proxies set, but none is trusted: "
                        "all clients of a proxy are one",
                        "list your proxies in `router.trusted_proxies`");
        }
    });
}

void check_shadow_limits(const lint::Subject& subject, lint::Findings& findings) {
    lint::for_each_backend_section(
        subject, "qos/ratelimit/proxy",
        [&findings](const auto&, const auto& backend, const Configured& one) {
            if (backend.shadow) {
                findings.at(one.source, "max_rate",
                            "a shadow has limits of its own: this one has no effect",
                            "write `limits` of `proxy/shadow` instead");
            }
        });
}

void check_defaults(const lint::Subject& subject, lint::Findings& findings) {
    each_tiers(subject, [&findings](const Configured& section, const TierSettings& settings,
                                    const config::EndpointConfig*) {
        const bool all = !settings.tiers.empty() && settings.tiers.back().any;
        if (!all && !settings.rejects_others) {
            findings.at(section.source, "tiers", "requests that belong to no tier have no limit",
                        "add a last tier with \"tier_value_as\": \"*\", or \"on_no_tier\": "
                        "\"reject\"");
        }
    });
}

void check_tier_headers(const lint::Subject& subject, lint::Findings& findings) {
    each_tiers(subject, [&findings](const Configured& section, const TierSettings& settings,
                                    const config::EndpointConfig* endpoint) {
        if (!is_propagated(endpoint, settings.header)) {
            findings.at(section.source, "tier_key",
                        "clients choose " + reading::quoted(settings.header) +
                            " themselves: no component of the endpoint sets it",
                        "set it from a claim or a key, with `propagate_claims` or "
                        "`propagate_role`; or let a proxy in front set it");
        }
    });
}

}  // namespace

constinit const lint::Rule kClientLimitAboveLimit = {
    .name = "client-limit-above-limit",
    .severity = lint::Severity::Advice,
    .summary = "a limit for each client is above the limit for all",
    .explanation = R"(A request has to pass both limits. If one client may send more than all
together, the limit for all refuses first, and one client can use all of it.

Bad:
    "max_rate": 10, "client_max_rate": 50, "strategy": "ip"

Good:
    "max_rate": 500, "client_max_rate": 50, "strategy": "ip")",
    .check = check_rates,
};

constinit const lint::Rule kForgeableTier = {
    .name = "forgeable-tier",
    .severity = lint::Severity::Advice,
    .summary = "clients choose their tier themselves",
    .explanation = R"(The tier of a request is what a header says. If no component of the endpoint
sets that header, its client does, unless a proxy in front removes it.

Bad:
    "qos/ratelimit/tiered": { "tier_key": "X-Plan", ... }      (and nothing else)

Good:
    "auth/validator": { ..., "propagate_claims": [["plan", "X-Plan"]] },
    "qos/ratelimit/tiered": { "tier_key": "X-Plan", ... })",
    .check = check_tier_headers,
};

constinit const lint::Rule kLimitByAddressBehindProxy = {
    .name = "limit-by-address-behind-proxy",
    .severity = lint::Severity::Warning,
    .summary = "a limit by address takes all clients of a proxy for one",
    .explanation =
        R"(Behind a proxy every connection comes from the proxy. The address of the client
is in a header, which is believed only if `router.trusted_proxies` has the proxy.

Bad:
    "input_headers": ["X-Forwarded-For"], ... "client_max_rate": 5, "strategy": "ip"

Good:
    "router": { "trusted_proxies": ["10.0.0.0/8"] }, ...)",
    .check = check_addresses,
};

constinit const lint::Rule kLimitByForgeableHeader = {
    .name = "limit-by-forgeable-header",
    .severity = lint::Severity::Advice,
    .summary = "a limit for each client goes by what clients choose",
    .explanation =
        R"(Who sends another value with each request has a new bucket each time. A limit by
a header, cookie or parameter holds for those who have to send a true one.

Bad:
    "client_max_rate": 5, "strategy": "header", "key": "X-User"

Good:
    "client_max_rate": 5, "strategy": "ip"
    "max_rate": 500, "client_max_rate": 5, "strategy": "header", "key": "Authorization"
    (beside `auth/validator`))",
    .check = check_forgeable,
};

constinit const lint::Rule kLimitOff = {
    .name = "limit-off",
    .severity = lint::Severity::Advice,
    .summary = "a limit is switched off",
    .explanation = R"(A rate of 0 is no limit. What looks like a limit in a file should be one.

Bad:
    "qos/ratelimit/router": { "max_rate": 0 }

Good:
    "qos/ratelimit/router": { "max_rate": 100 })",
    .check = check_off,
};

constinit const lint::Rule kLimitOnShadow = {
    .name = "limit-on-shadow",
    .severity = lint::Severity::Warning,
    .summary = "a limit of calls on a shadow has no effect",
    .explanation =
        R"(Copies have limits of their own, which drop copies and never make a client wait
or fail: `limits` of `proxy/shadow`.

Bad:
    "proxy": { "shadow": true }, "qos/ratelimit/proxy": { "max_rate": 10 }

Good:
    "proxy": { "shadow": true }, "proxy/shadow": { "limits": { "in_flight": 10 } })",
    .check = check_shadow_limits,
};

constinit const lint::Rule kLimitPerInstance = {
    .name = "limit-per-instance",
    .severity = lint::Severity::Advice,
    .summary = "limits are counted by each instance of the gateway",
    .explanation =
        R"(Buckets are in the memory of one instance, which all its workers share. Behind a
balancer with three instances, clients together get three times the rate.

Bad:
    "max_rate": 300      (for three instances that are to take 300 together)

Good:
    "max_rate": 100)",
    .check = check_instances,
};

constinit const lint::Rule kLimitStorage = {
    .name = "limit-storage",
    .severity = lint::Severity::Advice,
    .summary = "a limit says how its buckets are stored",
    .explanation = R"(`num_shards`, `cleanup_period` and `cleanup_threads` tune a store that this
program does not have: a bucket is one word, and an idle one needs no upkeep.

Bad:
    "max_rate": 100, "num_shards": 2048

Good:
    "max_rate": 100)",
    .check = check_storage,
};

constinit const lint::Rule kRateLimitWithoutStrategy = {
    .name = "rate-limit-without-strategy",
    .severity = lint::Severity::Error,
    .summary = "a limit for each client does not say what a client is",
    .explanation =
        R"(`client_max_rate` needs a `strategy` that tells clients apart. Without one there
would be no limit.

Bad:
    "client_max_rate": 5

Good:
    "client_max_rate": 5, "strategy": "ip")",
};

constinit const lint::Rule kTiersWithoutDefault = {
    .name = "tiers-without-default",
    .severity = lint::Severity::Warning,
    .summary = "requests of no tier have no limit",
    .explanation =
        R"(Who belongs to none of the tiers passes without limit: it is enough to leave the
header out.

Bad:
    "tiers": [{ "tier_value": "gold", "ratelimit": { "max_rate": 100 } }]

Good:
    "tiers": [{ "tier_value": "gold", "ratelimit": { "max_rate": 100 } },
              { "tier_value_as": "*", "ratelimit": { "max_rate": 10 } }])",
    .check = check_defaults,
};

}  // namespace aggregator::components
