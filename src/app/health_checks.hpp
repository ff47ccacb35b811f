#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <aggregator/component/background.hpp>
#include <aggregator/net/health.hpp>
#include <aggregator/plan/plan.hpp>

#include "app/health_book.hpp"

namespace aggregator::app {

/// Asks hosts beside all requests whether they are well (`active` of `backend/health`): each host
/// once for the process, however many backends have it with the same settings. What comes of it is
/// in their HostStates, where all workers see it. Made before the background's thread runs, and
/// destroyed after that has ended.
class HealthChecks {
public:
    HealthChecks(const plan::Plan& plan, const HealthBook& book, component::Background& background);
    ~HealthChecks();
    HealthChecks(const HealthChecks&) = delete;
    HealthChecks& operator=(const HealthChecks&) = delete;

private:
    class HostCheck;

    void add_all(const std::vector<plan::Backend>& backends, const HealthBook& book);
    void add(const plan::Backend& backend, const plan::Host& host, net::HostHealth& health);

    component::Background& background_;
    std::vector<std::unique_ptr<HostCheck>> checks_;
};

}  // namespace aggregator::app
