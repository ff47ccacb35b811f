#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <aggregator/base/counters.hpp>
#include <aggregator/config/load.hpp>
#include <aggregator/engine/endpoint.hpp>
#include <aggregator/engine/race.hpp>
#include <aggregator/engine/router.hpp>
#include <aggregator/plan/plan.hpp>

#include "support/fake_client.hpp"
#include "support/fake_loop.hpp"
#include "support/fake_service.hpp"

namespace aggregator::testing {

/// What a configuration's text means. Fails the test if the text is refused.
inline std::shared_ptr<const plan::Plan> plan_of(const std::string& text) {
    config::Loaded loaded = config::load_text(text, "test.json");
    std::shared_ptr<const plan::Plan> plan = plan::compile(loaded, loaded.diagnostics);
    for (const config::Diagnostic& diagnostic : loaded.diagnostics) {
        INFO(config::to_text(diagnostic));
        REQUIRE(diagnostic.severity != config::Severity::Error);
    }
    REQUIRE(plan != nullptr);
    return plan;
}

/// A whole gateway in memory: router and endpoints as in the program, on a fake clock, with fake
/// backends.
class Gateway {
public:
    /// Puts something around an endpoint, such as a mirror; what it returns is borrowed.
    using Wrap = std::function<http::Service&(Gateway&, const plan::Endpoint&, http::Service&)>;

    explicit Gateway(const std::string& configuration, std::uint64_t seed = 1,
                     const Wrap& wrap = {})
        : loop(seed), plan(plan_of(configuration)), workspace(loop, *plan, counters) {
        std::vector<http::Service*> services;
        for (const plan::Endpoint& endpoint : plan->endpoints) {
            std::vector<http::Service*> borrowed;
            backends.emplace_back();
            for (std::size_t i = 0; i < endpoint.backends.size(); ++i) {
                backends.back().push_back(std::make_unique<FakeService>(loop, Script{}));
                borrowed.push_back(backends.back().back().get());
                if (endpoint.backends[i].attempts > 1) {
                    races.push_back(std::make_unique<engine::Race>(workspace, endpoint.backends[i],
                                                                   *borrowed.back()));
                    borrowed.back() = races.back().get();
                }
            }
            endpoints.push_back(
                std::make_unique<engine::Endpoint>(workspace, endpoint, std::move(borrowed)));
            services.push_back(wrap ? &wrap(*this, endpoint, *endpoints.back())
                                    : endpoints.back().get());
        }
        router = std::make_unique<engine::Router>(workspace, services);
    }

    /// The fake behind backend `index` of endpoint `of`.
    [[nodiscard]] FakeService& backend(std::size_t index = 0, std::size_t of = 0) {
        return *backends.at(of).at(index);
    }
    /// What it answers to its next request and to all that follow.
    void script(std::size_t index, Script script) {
        backend(index).scripts.assign(1, std::move(script));
    }
    /// Sends a request and runs until nothing is left to happen.
    Reply ask(Ask ask) {
        FakeClient client(loop);
        client.send(*router, std::move(ask));
        loop.run_dry();
        REQUIRE(client.replies() == 1);
        return client.reply();
    }
    Reply get(std::string target) { return ask({.target = std::move(target)}); }

    /// Calls and streams of all backends that still exist.
    [[nodiscard]] std::size_t alive() const {
        std::size_t count = 0;
        for (const auto& of_endpoint : backends) {
            for (const auto& backend : of_endpoint) {
                count += backend->live_calls + backend->live_streams;
            }
        }
        return count;
    }

    FakeLoop loop;
    base::Counters counters;
    std::shared_ptr<const plan::Plan> plan;
    engine::Workspace workspace;
    std::vector<std::vector<std::unique_ptr<FakeService>>> backends;
    std::vector<std::unique_ptr<engine::Race>> races;
    std::vector<std::unique_ptr<engine::Endpoint>> endpoints;
    std::unique_ptr<engine::Router> router;
};

}  // namespace aggregator::testing
