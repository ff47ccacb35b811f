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

std::string_view word_of(const net::HostState& state, base::Time now) {
    using Standing = net::HostState::Standing;
    if (state.fails_checks()) {
        return "fails_checks";
    }
    const Standing standing = state.standing(now);
    return standing == Standing::In ? "in" : standing == Standing::Due ? "due" : "out";
}

/// Why it was left out, and how often.
std::vector<std::pair<std::string_view, std::uint64_t>> ejections_of(const net::HostState& state) {
    std::vector<std::pair<std::string_view, std::uint64_t>> ejections;
    for (std::size_t i = 0; i < net::kHostFaults; ++i) {
        const auto fault = static_cast<net::HostFault>(i);
        if (const std::uint64_t times = state.ejections(fault); times > 0) {
            ejections.emplace_back(net::name_of(fault), times);
        }
    }
    return ejections;
}

void show_host(base::Figures& figures, const base::Labels& labels, const net::HostState& state,
               base::Time now) {
    const bool in = state.standing(now) == net::HostState::Standing::In;
    figures.show(kHealthy, labels, in ? 1.0 : 0.0);
    for (const auto& [reason, times] : ejections_of(state)) {
        figures.show(kEjections, labels.with(std::string(reason)), times);
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

void HealthBook::visit(const Look& look) const {
    for (const plan::Endpoint& endpoint : plan_.endpoints) {
        for (const plan::Backend& backend : endpoint.backends) {
            if (const auto health = of(backend)) {
                look(endpoint, backend, *health);
            }
        }
    }
}

void HealthBook::show(base::Figures& figures, base::Time now) const {
    visit([&](const auto& endpoint, const auto& backend, const net::HostHealth& health) {
        const base::Labels labels(plan::labels_of(endpoint, backend));
        figures.show(kPanics, labels, health.panics());
        health.visit([&](const std::string& host, const net::HostState& state) {
            show_host(figures, labels.with(host), state, now);
        });
    });
}

std::vector<admin::LiveHost> HealthBook::hosts(base::Time now) const {
    std::vector<admin::LiveHost> hosts;
    visit([&](const auto& endpoint, const auto& backend, const net::HostHealth& health) {
        health.visit([&](const std::string& host, const net::HostState& state) {
            hosts.push_back({.endpoint = plan::label_of(endpoint),
                             .backend = plan::label_of(backend),
                             .host = host,
                             .state = word_of(state, now),
                             .left = state.left(now),
                             .ejections = ejections_of(state)});
        });
    });
    return hosts;
}

std::size_t HealthBook::restore(const std::string& backend, const std::string& host) const {
    std::size_t restored = 0;
    visit([&](const auto& endpoint, const auto& own, net::HostHealth& health) {
        if (backend.empty() || backend == plan::label_of(endpoint) ||
            backend == plan::label_of(own)) {
            restored += health.restore(host);
        }
    });
    return restored;
}

base::Metrics health_metrics() { return kHealthMetrics; }

}  // namespace aggregator::app
