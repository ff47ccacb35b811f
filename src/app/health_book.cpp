#include "app/health_book.hpp"

#include <string>

namespace aggregator::app {
namespace {

net::EjectionRules rules_of(const plan::Ejection& ejection) {
    return {.failures = ejection.failures,
            .statuses = ejection.statuses,
            .eject = ejection.eject,
            .eject_max = ejection.eject_max,
            .max_ejected = ejection.max_ejected};
}

admin::HostFigures figures_of(const net::HostState& state, base::Time now) {
    admin::HostFigures figures;
    figures.healthy = state.standing(now) == net::HostState::Standing::In;
    for (std::size_t i = 0; i < net::kHostFaults; ++i) {
        const auto fault = static_cast<net::HostFault>(i);
        if (const std::uint64_t times = state.ejections(fault); times > 0) {
            figures.ejections.emplace_back(net::name_of(fault), times);
        }
    }
    return figures;
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

void HealthBook::add_to(admin::Figures& figures, base::Time now) const {
    for (const plan::Endpoint& endpoint : plan_.endpoints) {
        for (std::uint32_t i = 0; i < endpoint.backends.size(); ++i) {
            const auto health = of(endpoint.backends[i]);
            if (health == nullptr) {
                continue;
            }
            figures.panics.push_back({endpoint.number, i, health->panics()});
            health->visit([&](const std::string& host, const net::HostState& state) {
                admin::HostFigures one = figures_of(state, now);
                one.endpoint = endpoint.number;
                one.backend = i;
                one.host = host;
                figures.hosts.push_back(std::move(one));
            });
        }
    }
}

}  // namespace aggregator::app
