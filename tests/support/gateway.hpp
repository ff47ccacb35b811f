#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <aggregator/base/counters.hpp>
#include <aggregator/base/log.hpp>
#include <aggregator/component/component.hpp>
#include <aggregator/config/load.hpp>
#include <aggregator/plan/plan.hpp>
#include <aggregator/shadow/controls.hpp>
#include <aggregator/shadow/mirror.hpp>

#include "app/front.hpp"
#include "app/graph.hpp"
#include "support/background.hpp"
#include "support/fake_client.hpp"
#include "support/fake_loop.hpp"
#include "support/fake_service.hpp"

namespace aggregator::testing {

/// What a configuration's text means. Fails the test if the text is refused.
inline std::shared_ptr<const plan::Plan> plan_of(const std::string& text) {
    config::Loaded loaded = config::load_text(text, "test.json", {}, component::readers());
    std::shared_ptr<const plan::Plan> plan = plan::compile(loaded, loaded.diagnostics);
    for (const reading::Diagnostic& diagnostic : loaded.diagnostics) {
        INFO(reading::to_text(diagnostic));
        REQUIRE(diagnostic.severity != reading::Severity::Error);
    }
    REQUIRE(plan != nullptr);
    return plan;
}

/// The fakes behind one graph, which they outlive.
struct Fakes {
    std::vector<std::vector<std::unique_ptr<FakeService>>> backends;  ///< by endpoint
    std::vector<std::vector<std::unique_ptr<FakeService>>> shadows;   ///< by endpoint

    [[nodiscard]] std::size_t live_calls() const {
        std::size_t count = 0;
        for (const auto* const places : {&backends, &shadows}) {
            for (const auto& of_endpoint : *places) {
                for (const auto& fake : of_endpoint) {
                    count += fake->live_calls + fake->live_streams;
                }
            }
        }
        return count;
    }
};

/// A whole gateway in memory: the program's front and graph, on a fake clock, with fake backends
/// and fake shadows.
class Gateway {
public:
    explicit Gateway(const std::string& configuration, std::uint64_t seed = 1,
                     const shadow::Budget& limits = {.in_flight_max = 1000})
        : loop(seed), budget(limits), front(loop, counters, wire(configuration)) {
        put_shadows();
    }

    /// Requests that come from now on meet a graph of its own, with fakes of its own.
    void exchange(const std::string& configuration) {
        front.exchange(wire(configuration));
        put_shadows();
    }

    [[nodiscard]] const plan::Plan& plan() { return front.graph().plan(); }
    /// The fake behind backend `index` of endpoint `of`.
    [[nodiscard]] FakeService& backend(std::size_t index = 0, std::size_t of = 0) {
        return *fakes.back()->backends.at(of).at(index);
    }
    /// What it answers to its next request and to all that follow.
    void script(std::size_t index, Script script) {
        backend(index).scripts.assign(1, std::move(script));
    }
    /// Sends a request and runs until nothing is left to happen.
    Reply ask(Ask ask) {
        FakeClient client(loop);
        client.send(front, std::move(ask));
        loop.run_dry();
        REQUIRE(client.replies() == 1);
        return client.reply();
    }
    Reply get(std::string target) { return ask({.target = std::move(target)}); }

    /// Calls and streams of all backends and shadows that still exist.
    [[nodiscard]] std::size_t alive() const {
        std::size_t count = 0;
        for (const auto& of_graph : fakes) {
            count += of_graph->live_calls();
        }
        return count;
    }

    FakeLoop loop;
    FakeBackground background;
    base::Counters counters;
    base::Log log{{.level = base::LogLevel::Error}};
    base::Rows rows;
    shadow::Budget budget;
    std::vector<std::unique_ptr<Fakes>> fakes;                  ///< by graph, the newest last
    std::vector<std::unique_ptr<component::SharedBook>> books;  ///< the same
    std::vector<std::weak_ptr<app::Graph>> graphs;              ///< the same
    app::Front front;

private:
    /// What a graph owns of a fake.
    class Borrowed final : public http::Service {
    public:
        explicit Borrowed(http::Service& fake) : fake_(fake) {}
        [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                       http::Done done) override {
            return fake_.call(request, std::move(done));
        }

    private:
        http::Service& fake_;
    };

    [[nodiscard]] std::unique_ptr<http::Service> borrowed(
        std::vector<std::unique_ptr<FakeService>>& list) {
        list.push_back(std::make_unique<FakeService>(loop, Script{}));
        return std::make_unique<Borrowed>(*list.back());
    }

    [[nodiscard]] std::shared_ptr<app::Graph> wire(const std::string& configuration) {
        const auto plan = plan_of(configuration);
        books.push_back(std::make_unique<component::SharedBook>(*plan, background));
        Fakes& made = *fakes.emplace_back(std::make_unique<Fakes>());
        made.backends.resize(plan->endpoints.size());
        made.shadows.resize(plan->endpoints.size());
        std::size_t endpoint = 0;
        auto graph = std::make_shared<app::Graph>(
            app::Ground{.loop = loop,
                        .counters = counters,
                        .log = log,
                        .rows = rows,
                        .budget = budget,
                        .share = 1,
                        .shared = books.back().get(),
                        .background = &background},
            plan,
            [&](const plan::Backend&) {  // one after the other, in the order of the plan
                while (made.backends[endpoint].size() ==
                       plan->endpoints[endpoint].backends.size()) {
                    ++endpoint;
                }
                return borrowed(made.backends[endpoint]);
            });
        graphs.push_back(graph);
        return graph;
    }

    void put_shadows() {
        const auto graph = graphs.back().lock();
        for (const plan::Endpoint& endpoint : graph->plan().endpoints) {
            for (const plan::Backend& shadow : endpoint.shadows) {
                graph->put_shadow(
                    endpoint.number,
                    {.backend = {std::shared_ptr<void>(), &shadow},  // the graph pins it
                     .controls = std::make_shared<shadow::Controls>(shadow.rules->config,
                                                                    shadow.shadow_timeout.count()),
                     .service = borrowed(fakes.back()->shadows[endpoint.number])});
            }
        }
    }
};

}  // namespace aggregator::testing
