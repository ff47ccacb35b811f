#include "components/rate_limit/limiter.hpp"

#include <array>
#include <utility>

#include <aggregator/plan/labels.hpp>

namespace aggregator::components {

namespace {

constexpr base::Metric kDecisions{"aggregator_ratelimit_decisions_total",
                                  base::MetricKind::Counter,
                                  "Requests, or calls to backends, that a limit decided about.",
                                  {"limiter", "decision"}};
constexpr base::Metric kClients{"aggregator_ratelimit_clients",
                                base::MetricKind::Gauge,
                                "Clients that have a bucket, idle ones included.",
                                {"limiter"}};
constexpr base::Metric kEvictions{
    "aggregator_ratelimit_evictions_total",
    base::MetricKind::Counter,
    "Buckets of clients that were forgotten before they were full: `max_clients` is too low.",
    {"limiter"}};
constexpr const base::Metric* kLimitMetrics[] = {&kDecisions, &kClients, &kEvictions};

constexpr std::array<std::string_view, 3> kDecisionNames{"admitted", "refused", "key_missing"};

}  // namespace

Buckets::Buckets(const LimitSettings& limit) {
    if (limit.common) {
        common.emplace(*limit.common);
    }
    if (limit.client) {
        clients = std::make_unique<token_bucket::ClientTable>(*limit.client, limit.clients_max);
    }
}

Buckets& Limiter::add(const LimitSettings& limit, std::string tier) {
    std::string name = tier.empty() ? name_ : name_ + ' ' + tier;
    limits_.push_back({std::move(name), std::make_unique<Buckets>(limit)});
    return *limits_.back().buckets;
}

void Limiter::show(base::Figures& figures, const base::LabelValues& /*place*/) const {
    for (const Limit& limit : limits_) {
        if (const auto& clients = limit.buckets->clients) {
            figures.show(kClients, base::Labels().with(limit.name), clients->clients());
            figures.show(kEvictions, base::Labels().with(limit.name), clients->evictions());
        }
    }
}

std::string limiter_name(const plan::Endpoint* endpoint, const plan::Backend* backend) {
    if (endpoint == nullptr) {
        return "service";
    }
    return backend == nullptr
               ? "endpoint " + plan::label_of(*endpoint)
               : "backend " + plan::label_of(*endpoint) + ' ' + plan::label_of(*backend);
}

std::uint64_t& decisions(base::Rows& rows, const std::string& limiter, Decision decision) {
    return rows.counter(kDecisions, base::Labels().with(limiter).with(std::string(
                                        kDecisionNames.at(static_cast<std::size_t>(decision)))));
}

base::Metrics limit_metrics() { return kLimitMetrics; }

}  // namespace aggregator::components
