#include "components/rate_limit/differs.hpp"

#include <algorithm>

#include <aggregator/lint/difference.hpp>
#include <aggregator/reading/times.hpp>

#include "components/rate_limit/settings.hpp"

namespace aggregator::components {

namespace {

using reading::Configured;
using reading::Source;
using reading::written;

constexpr const char* kRouter = "qos/ratelimit/router";
constexpr const char* kService = "qos/ratelimit/service";
constexpr const char* kTiered = "qos/ratelimit/tiered";
constexpr const char* kProxy = "qos/ratelimit/proxy";
constexpr std::chrono::nanoseconds kSecond = std::chrono::seconds(1);

/// Limits that the Community Edition has: of an endpoint and of a backend.
template <typename Visit>
void each_limit(const lint::Subject& subject, const Visit& visit) {
    lint::for_each_endpoint_section(
        subject, kRouter, [&visit](const auto&, const Configured& one) { visit(one.source); });
    lint::for_each_backend_section(
        subject, kProxy,
        [&visit](const auto&, const auto&, const Configured& one) { visit(one.source); });
}

/// A second if it is not written.
std::chrono::nanoseconds every_of(const Source& limit) {
    const json::Node* const every = written(limit, "every");
    return every == nullptr ? kSecond : reading::parse_duration(every->text).value_or(kSecond);
}

bool lacks(const Source& limit, const char* rate, const char* capacity) {
    return written(limit, rate) != nullptr && written(limit, capacity) == nullptr;
}

void look_for_enterprise(const lint::Subject& subject, lint::Places& places) {
    for (const char* const name : {kService, kTiered}) {
        lint::for_each_section(subject, name,
                               [&places](const Configured& one) { places.at(one.source, ""); });
    }
}

void look_for_bursts(const lint::Subject& subject, lint::Places& places) {
    each_limit(subject, [&places](const Source& limit) {
        // There a client's burst is made of the rate for all.
        const bool differs =
            every_of(limit) != kSecond && (lacks(limit, "max_rate", "capacity") ||
                                           lacks(limit, "client_max_rate", "client_capacity"));
        const bool crosses = lacks(limit, "client_max_rate", "client_capacity") &&
                             written(limit, "max_rate") != nullptr;
        if (differs || crosses) {
            places.at(limit, crosses ? "client_max_rate" : "every");
        }
    });
}

void look_for_limits(const lint::Subject& subject, lint::Places& places) {
    each_limit(subject, [&places](const Source& limit) { places.at(limit, "max_rate"); });
}

void look_for_short_times(const lint::Subject& subject, lint::Places& places) {
    lint::for_each_endpoint_section(subject, kRouter,
                                    [&places](const auto&, const Configured& one) {
                                        if (every_of(one.source) < kSecond) {
                                            places.at(one.source, "every");
                                        }
                                    });
}

void look_for_addresses(const lint::Subject& subject, lint::Places& places) {
    lint::for_each_endpoint_section(
        subject, kRouter, [&places](const auto&, const Configured& one) {
            if (static_cast<const LimitSettings&>(*one.settings).strategy == Strategy::Ip) {
                places.at(one.source, "strategy");
            }
        });
}

void look_for_breakers(const lint::Subject& subject, lint::Places& places) {
    lint::for_each_backend_section(
        subject, kProxy,
        [&places](const auto&, const config::BackendConfig& backend, const auto& one) {
            if (std::any_of(backend.components.begin(), backend.components.end(),
                            [](const Configured& other) {
                                return other.name.starts_with("qos/circuit-breaker");
                            })) {
                places.at(one.source, "max_rate");
            }
        });
}

void look_for_refusals(const lint::Subject& subject, lint::Places& places) {
    lint::for_each_endpoint_section(
        subject, kRouter,
        [&places](const auto&, const Configured& one) { places.at(one.source, ""); });
}

}  // namespace

constinit const component::Differing kRateLimitDiffers[7] = {
    {2, look_for_enterprise},  {3, look_for_bursts},    {4, look_for_limits},
    {5, look_for_short_times}, {6, look_for_addresses}, {8, look_for_breakers},
    {11, look_for_refusals}};

}  // namespace aggregator::components
