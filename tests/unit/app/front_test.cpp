#include "app/front.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "support/fake_client.hpp"
#include "support/gateway.hpp"

namespace aggregator {
namespace {

using namespace std::chrono_literals;
using testing::FakeClient;
using testing::Gateway;

std::string configuration(const std::string& path, const std::string& shadow = "") {
    return R"({"version": 3, "host": ["http://a"], "endpoints": [
        {"endpoint": "/x", "timeout": "10s", "backend": [{"url_pattern": ")" +
           path + R"("})" + shadow + "]}]}";
}

const std::string kShadow = R"(, {"url_pattern": "/copy",
    "extra_config": {"proxy": {"shadow": true, "shadow_timeout": "60s"}}})";

/// The only backend of the newest graph answers after a second.
void let_answer(Gateway& gateway) { gateway.script(0, {.body = R"({"a": 1})", .delay = 1s}); }

void exchange(Gateway& gateway, const std::string& path) {
    gateway.exchange(configuration(path));
    let_answer(gateway);
}

std::string asked(const testing::FakeService& fake) {
    std::string targets;
    for (const auto& seen : fake.seen) {
        targets += seen.target + " ";
    }
    return targets;
}

TEST_CASE("front: a request ends on the graph on which it began") {
    Gateway gateway(configuration("/old"));
    let_answer(gateway);
    FakeClient before(gateway.loop);
    FakeClient after(gateway.loop);
    before.send(gateway.front, {.target = "/x"});
    gateway.loop.advance(500ms);
    exchange(gateway, "/new");
    after.send(gateway.front, {.target = "/x"});
    gateway.loop.run_dry();
    CHECK(before.reply().status == 200);
    CHECK(after.reply().status == 200);
    CHECK(asked(*gateway.fakes[0]->backends[0][0]) == "/old ");
    CHECK(asked(*gateway.fakes[1]->backends[0][0]) == "/new ");
}

TEST_CASE("front: nothing is left of a graph whose last request has ended") {
    Gateway gateway(configuration("/old"));
    let_answer(gateway);
    FakeClient client(gateway.loop);
    client.send(gateway.front, {.target = "/x"});
    gateway.loop.advance(500ms);
    exchange(gateway, "/new");
    gateway.loop.advance(400ms);
    CHECK_FALSE(gateway.graphs.front().expired());
    CHECK(gateway.front.retired() == 1);
    gateway.loop.run_dry();
    CHECK(client.replies() == 1);
    CHECK(gateway.graphs.front().expired());
    CHECK(gateway.front.retired() == 0);
    CHECK(gateway.loop.timers().size() == 0);
}

TEST_CASE("front: a graph that nobody uses goes in the next turn, not within the exchange") {
    Gateway gateway(configuration("/old"));
    exchange(gateway, "/new");
    CHECK_FALSE(gateway.graphs.front().expired());
    gateway.loop.run_dry();
    CHECK(gateway.graphs.front().expired());
}

TEST_CASE("front: a graph stays until its last copy has ended") {
    Gateway gateway(configuration("/old", kShadow));
    let_answer(gateway);
    gateway.fakes.front()->shadows[0][0]->scripts.assign(1, {.delay = 30s});
    {
        FakeClient client(gateway.loop);
        client.send(gateway.front, {.target = "/x"});
        gateway.loop.advance(2s);
        CHECK(client.reply().status == 200);
    }
    exchange(gateway, "/new");
    gateway.loop.advance(20s);
    CHECK_FALSE(gateway.graphs.front().expired());
    gateway.loop.run_dry();
    CHECK(gateway.graphs.front().expired());
    CHECK(asked(*gateway.fakes[0]->shadows[0][0]) == "/copy ");
    CHECK(gateway.budget.in_flight == 0);
}

TEST_CASE("front: a client that leaves frees the graph that it was on") {
    Gateway gateway(configuration("/old"));
    let_answer(gateway);
    {
        FakeClient client(gateway.loop);
        client.send(gateway.front, {.target = "/x"});
        exchange(gateway, "/new");
        gateway.loop.advance(10ms);
    }
    gateway.loop.run_dry();
    CHECK(gateway.graphs.front().expired());
    CHECK(gateway.alive() == 0);
}

}  // namespace
}  // namespace aggregator
