#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include <aggregator/admin/gateway.hpp>
#include <aggregator/base/figures.hpp>
#include <aggregator/net/health.hpp>
#include <aggregator/plan/plan.hpp>

namespace aggregator::app {

/// What all workers know of the hosts of each backend that leaves some out. Made with the plan and
/// outlives the workers; what it hands out is safe from any thread.
class HealthBook {
public:
    explicit HealthBook(const plan::Plan& plan);

    /// Null for a backend whose hosts are asked whatever they do.
    [[nodiscard]] std::shared_ptr<net::HostHealth> of(const plan::Backend& backend) const;
    void show(base::Figures& figures, base::Time now) const;
    /// As admin::Gateway has them.
    [[nodiscard]] std::vector<admin::LiveHost> hosts(base::Time now) const;
    [[nodiscard]] std::size_t restore(const std::string& backend, const std::string& host) const;

private:
    using Look = std::function<void(const plan::Endpoint&, const plan::Backend&, net::HostHealth&)>;
    /// Of all backends but shadows.
    void visit(const Look& look) const;

    const plan::Plan& plan_;
    std::unordered_map<const plan::Backend*, std::shared_ptr<net::HostHealth>> backends_;
};

/// The metrics that a HealthBook shows.
[[nodiscard]] base::Metrics health_metrics();

}  // namespace aggregator::app
