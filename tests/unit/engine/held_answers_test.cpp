#include <string>

#include <doctest/doctest.h>

#include <aggregator/base/held.hpp>

#include "support/gateway.hpp"

using namespace aggregator;
using namespace std::chrono_literals;
using base::HeldKind;
using testing::FakeClient;
using testing::Gateway;

namespace {

const std::string kTwo = R"({"version":3,"host":["http://b"],"endpoints":[{"endpoint":"/x",
    "backend":[{"url_pattern":"/a"},{"url_pattern":"/b","group":"b"}]}]})";
const std::string kInTurn = R"({"version":3,"host":["http://b"],"endpoints":[{"endpoint":"/x",
    "extra_config":{"proxy":{"sequential":true}},
    "backend":[{"url_pattern":"/a"},{"url_pattern":"/b","group":"b"}]}]})";
const std::string kRacing = R"({"version":3,"host":["http://b"],"endpoints":[{"endpoint":"/x",
    "concurrent_calls":2,"backend":[{"url_pattern":"/a"}]}]})";

std::string large() { return R"({"a":")" + std::string(200'000, 'x') + "\"}"; }

std::uint64_t held(Gateway& gateway) { return gateway.loop.held().bytes(HeldKind::Body); }

}  // namespace

TEST_CASE("held answers: one that waits for another backend counts, and can be given up") {
    for (const std::string& service : {kTwo, kInTurn}) {
        Gateway gateway(service);
        gateway.script(0, {.body = large()});
        gateway.script(1, {.hangs = true});
        FakeClient client(gateway.loop);
        client.send(gateway.front, {.target = "/x"});
        gateway.loop.advance(10ms);
        CHECK(held(gateway) >= 200'000);
        REQUIRE(gateway.loop.held().give_up_oldest(HeldKind::Body));
        REQUIRE(client.replies() == 1);
        CHECK(client.reply().header("X-Aggregator-Error") == "memory_full");
        CHECK(client.reply().record.failure == base::Code::MemoryFull);
        CHECK(held(gateway) == 0);
        CHECK(gateway.alive() == 0);
        gateway.loop.run_dry();
    }
}

TEST_CASE("held answers: nothing is counted once there is a reply") {
    Gateway gateway(kTwo);
    gateway.script(0, {.body = large()});
    gateway.script(1, {.body = R"({"b":1})", .delay = 5ms});
    CHECK(gateway.get("/x").body.size() > 200'000);
    CHECK(held(gateway) == 0);
}

TEST_CASE("held answers: more than the budget makes the oldest exchange end, not the newest") {
    const auto answer_and_hang = [](Gateway& gateway) {
        gateway.script(0, {.body = large()});
        gateway.script(1, {.hangs = true});
    };
    Gateway alone(kTwo);
    answer_and_hang(alone);
    FakeClient one(alone.loop);
    one.send(alone.front, {.target = "/x"});
    alone.loop.advance(10ms);
    const std::uint64_t two_and_a_half = held(alone) / 2 * 5;
    alone.loop.run_dry();

    Gateway gateway(kTwo);
    base::HeldBudget budget(two_and_a_half);
    budget.add(gateway.loop.held());
    answer_and_hang(gateway);
    FakeClient first(gateway.loop);
    FakeClient second(gateway.loop);
    FakeClient third(gateway.loop);
    for (FakeClient* const client : {&first, &second, &third}) {
        client->send(gateway.front, {.target = "/x"});
        gateway.loop.advance(10ms);
    }
    CHECK(first.replies() == 1);
    CHECK(second.replies() == 0);
    CHECK(third.replies() == 0);
    CHECK(budget.bytes() <= two_and_a_half);
    gateway.loop.run_dry();
}

TEST_CASE("held answers: one that a race keeps for later counts, and can be dropped") {
    for (const bool wins : {true, false}) {
        Gateway gateway(kRacing);
        gateway.backend().scripts = {{.status = 404, .body = large()},
                                     {.body = R"({"b":1})", .delay = 20ms}};
        if (!wins) {
            gateway.backend().scripts[1].failure = base::Error{base::Code::Reset, "gone"};
        }
        FakeClient client(gateway.loop);
        client.send(gateway.front, {.target = "/x"});
        gateway.loop.advance(10ms);
        CHECK(held(gateway) >= 200'000);
        REQUIRE(gateway.loop.held().give_up_oldest(HeldKind::Body));
        CHECK(held(gateway) == 0);
        gateway.loop.run_dry();
        REQUIRE(client.replies() == 1);
        CHECK(client.reply().status == (wins ? 200 : 503));
        CHECK((client.reply().header("X-Aggregator-Error") == "memory_full") == !wins);
    }
}
