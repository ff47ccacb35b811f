#include "app/health_book.hpp"

#include <string>

#include <aggregator/plan/labels.hpp>

namespace aggregator::app {
namespace {

using base::Metric;
using base::MetricKind;

constexpr Metric kHealthy{"aggregator_host_healthy",
                          MetricKind::Gauge,
                          "1, or 0 while a host is left out because it failed.",
                          {"endpoint", "backend", "host"}};
constexpr Metric kEjections{"aggregator_host_ejections_total",
                            MetricKind::Counter,
                            "How often a host was left out.",
                            {"endpoint", "backend", "host", "reason"}};
constexpr Metric kPanics{"aggregator_host_panics_total",
                         MetricKind::Counter,
                         "Calls made while every host was left out.",
                         {"endpoint", "backend"}};
constexpr const Metric* kHealthMetrics[] = {&kHealthy, &kEjections, &kPanics};

net::EjectionRules rules_of(const plan::Ejection& ejection) {
    return {.passive = ejection.passive,
            .failures = ejection.failures,
            .statuses = ejection.statuses,
            .eject = ejection.eject,
            .eject_max = ejection.eject_max,
            .max_ejected = ejection.max_ejected,
            .slow_factor = ejection.slow ? ejection.slow->factor : 0,
            .slow_calls = ejection.slow ? ejection.slow->calls : 0};
}

void show_host(base::Figures& figures, const base::Labels& labels, const net::HostState& state,
               base::Time now) {
    const bool in = state.standing(now) == net::HostState::Standing::In;
    figures.show(kHealthy, labels, in ? 1.0 : 0.0);
    for (std::size_t i = 0; i < net::kHostFaults; ++i) {
        const auto fault = static_cast<net::HostFault>(i);
        if (const std::uint64_t times = state.ejections(fault); times > 0) {
            figures.show(kEjections, labels.with(std::string(net::name_of(fault))), times);
        }
    }
}

}  // namespace

HealthBook::HealthBook(const plan::Plan& plan) : plan_(plan) {
    const auto open = [this](const std::vector<plan::Backend>& backends) {
        for (const plan::Backend& backend : backends) {
            if (backend.ejection) {
                backends_[&backend] =
                    std::make_shared<net::HostHealth>(rules_of(*backend.ejection));
            }
        }
    };
    for (const plan::Endpoint& endpoint : plan.endpoints) {
        open(endpoint.backends);
        open(endpoint.shadows);
    }
}

std::shared_ptr<net::HostHealth> HealthBook::of(const plan::Backend& backend) const {
    const auto found = backends_.find(&backend);
    return found == backends_.end() ? nullptr : found->second;
}

void HealthBook::show(base::Figures& figures, base::Time now) const {
    for (const plan::Endpoint& endpoint : plan_.endpoints) {
        for (const plan::Backend& backend : endpoint.backends) {
            const auto health = of(backend);
            if (health == nullptr) {
                continue;
            }
            const base::Labels labels(plan::labels_of(endpoint, backend));
            figures.show(kPanics, labels, health->panics());
            health->visit([&](const std::string& host, const net::HostState& state) {
                show_host(figures, labels.with(host), state, now);
            });
        }
    }
}

base::Metrics health_metrics() { return kHealthMetrics; }

}  // namespace aggregator::app
