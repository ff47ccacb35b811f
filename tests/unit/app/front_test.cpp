#include "app/front.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <aggregator/shadow/controls.hpp>

#include "support/fake_client.hpp"
#include "support/gateway.hpp"

namespace aggregator {
namespace {

using namespace std::chrono_literals;
using app::Front;
using app::Graph;
using testing::FakeClient;
using testing::FakeLoop;
using testing::FakeService;
using testing::Script;

std::string configuration(const std::string& path, const std::string& shadow = "") {
    return R"({"version": 3, "host": ["http://a"], "endpoints": [
        {"endpoint": "/x", "timeout": "10s", "backend": [{"url_pattern": ")" +
           path + R"("})" + shadow + "]}]}";
}

const std::string kShadow = R"(, {"url_pattern": "/copy",
    "extra_config": {"proxy": {"shadow": true, "shadow_timeout": "60s"}}})";

/// A worker's part of it: a Front, and fake backends that outlive every graph.
struct World {
    FakeLoop loop{1};
    base::Counters counters;
    base::Log log{{.level = base::LogLevel::Error}};
    shadow::Budget budget{.in_flight_max = 100};
    Script script{.body = R"({"a": 1})", .delay = 1s};
    std::vector<std::unique_ptr<FakeService>> backends;

    /// Hands calls on to a fake that outlives it.
    struct Borrowed final : http::Service {
        explicit Borrowed(http::Service& to) : inner(to) {}
        std::unique_ptr<http::Call> call(const http::Request& request, http::Done done) override {
            return inner.call(request, std::move(done));
        }
        http::Service& inner;
    };

    std::unique_ptr<http::Service> client() {
        backends.push_back(std::make_unique<FakeService>(loop, script));
        return std::make_unique<Borrowed>(*backends.back());
    }
    std::shared_ptr<Graph> graph(const std::string& text) {
        return std::make_shared<Graph>(
            app::Ground{.loop = loop, .counters = counters, .log = log, .budget = budget},
            testing::plan_of(text), [this](const plan::Backend&) { return client(); });
    }
    void add_shadow(Graph& graph) {
        const plan::Backend& shadow = graph.plan().endpoints.front().shadows.front();
        graph.put_shadow(0, {.backend = {std::shared_ptr<void>(), &shadow},
                             .controls = std::make_shared<shadow::Controls>(
                                 shadow.rules->config, shadow.shadow_timeout.count()),
                             .service = client()});
    }
    [[nodiscard]] std::string asked(std::size_t backend) const {
        std::string targets;
        for (const auto& seen : backends.at(backend)->seen) {
            targets += seen.target + " ";
        }
        return targets;
    }
};

TEST_CASE("front: a request ends on the graph on which it began") {
    World world;
    Front front(world.loop, world.graph(configuration("/old")));
    FakeClient before(world.loop);
    FakeClient after(world.loop);
    before.send(front, {.target = "/x"});
    world.loop.advance(500ms);
    front.exchange(world.graph(configuration("/new")));
    after.send(front, {.target = "/x"});
    world.loop.run_dry();
    CHECK(before.reply().status == 200);
    CHECK(after.reply().status == 200);
    CHECK(world.asked(0) == "/old ");
    CHECK(world.asked(1) == "/new ");
}

TEST_CASE("front: nothing is left of a graph whose last request has ended") {
    World world;
    auto old = world.graph(configuration("/old"));
    const std::weak_ptr<Graph> watched = old;
    Front front(world.loop, std::move(old));
    FakeClient client(world.loop);
    client.send(front, {.target = "/x"});
    world.loop.advance(500ms);
    front.exchange(world.graph(configuration("/new")));
    world.loop.advance(400ms);
    CHECK_FALSE(watched.expired());
    CHECK(front.retired() == 1);
    world.loop.run_dry();
    CHECK(client.replies() == 1);
    CHECK(watched.expired());
    CHECK(front.retired() == 0);
    CHECK(world.loop.timers().size() == 0);
}

TEST_CASE("front: a graph that nobody uses goes in the next turn, not within the exchange") {
    World world;
    auto old = world.graph(configuration("/old"));
    const std::weak_ptr<Graph> watched = old;
    Front front(world.loop, std::move(old));
    front.exchange(world.graph(configuration("/new")));
    CHECK_FALSE(watched.expired());
    world.loop.run_dry();
    CHECK(watched.expired());
}

TEST_CASE("front: a graph stays until its last copy has ended") {
    World world;
    auto old = world.graph(configuration("/old", kShadow));
    const std::weak_ptr<Graph> watched = old;
    world.script.delay = 30s;
    world.add_shadow(*old);
    Front front(world.loop, std::move(old));
    {
        FakeClient client(world.loop);
        client.send(front, {.target = "/x"});
        world.loop.advance(2s);
        CHECK(client.reply().status == 200);
    }
    front.exchange(world.graph(configuration("/new")));
    world.loop.advance(20s);
    CHECK_FALSE(watched.expired());
    world.loop.run_dry();
    CHECK(watched.expired());
    CHECK(world.asked(1) == "/copy ");
    CHECK(world.budget.in_flight == 0);
}

TEST_CASE("front: a client that leaves frees the graph that it was on") {
    World world;
    auto old = world.graph(configuration("/old"));
    const std::weak_ptr<Graph> watched = old;
    Front front(world.loop, std::move(old));
    {
        FakeClient client(world.loop);
        client.send(front, {.target = "/x"});
        front.exchange(world.graph(configuration("/new")));
        world.loop.advance(10ms);
    }
    world.loop.run_dry();
    CHECK(watched.expired());
    CHECK(world.backends.front()->live_calls == 0);
}

}  // namespace
}  // namespace aggregator
