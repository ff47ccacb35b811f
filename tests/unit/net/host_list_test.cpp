// The turns of a client's hosts, and what becomes of hosts that are no longer listed.
#include "net/host_list.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "unit/net/world.hpp"

using namespace aggregator;
using net::HostList;
using net::test::World;

namespace {

std::string turns(HostList& list, int count) {
    std::string names;
    for (int i = 0; i < count; ++i) {
        HostList::Turn turn;
        net::HostEntry& host = list.take(turn);
        names.append(host.origin.name);
        list.let_go(host);
    }
    return names;
}

}  // namespace

TEST_CASE("hosts: they are asked in turn, one that is listed twice as often as that") {
    World world;
    HostList list(world.pools, "test");
    list.set({world.origin("a"), world.origin("a"), world.origin("b")});
    CHECK(turns(list, 7) == "aabaaba");
    CHECK(world.pools.size() == 2);
}

TEST_CASE("hosts: instead of one that cannot be reached every other one is tried once") {
    World world;
    HostList list(world.pools, "test");
    list.set({world.origin("a"), world.origin("a"), world.origin("b"), world.origin("c")});
    HostList::Turn turn;
    net::HostEntry* host = &list.take(turn);
    host = list.instead(*host, turn);
    REQUIRE(host != nullptr);
    CHECK(host->origin.name == "b");
    host = list.instead(*host, turn);
    REQUIRE(host != nullptr);
    CHECK(host->origin.name == "c");
    CHECK(list.instead(*host, turn) == nullptr);
    list.let_go(*host);
}

TEST_CASE("hosts: one that leaves the list while a call uses it goes with that call") {
    World world;
    HostList list(world.pools, "test");
    list.set({world.origin("a"), world.origin("b")});
    HostList::Turn turn;
    net::HostEntry& host = list.take(turn);
    list.set({world.origin("b")});
    world.sweep();
    CHECK(host.origin.name == "a");
    CHECK(world.pools.size() == 2);
    CHECK(turns(list, 2) == "bb");
    list.let_go(host);
    world.sweep();
    CHECK(world.pools.size() == 1);
}

TEST_CASE("hosts: the kept connections of one that leaves the list are closed") {
    World world;
    auto client = world.client();
    CHECK(world.ask(client, "GET") == "GET /t ");
    REQUIRE(world.pools.idle() == 1);
    HostList list(world.pools, "test");
    list.set({world.origin()});
    list.set({world.origin(), world.origin("b")});
    CHECK(world.pools.idle() == 1);
    list.set({world.origin("b")});
    CHECK(world.pools.idle() == 0);
}

TEST_CASE("hosts: the list may end in the middle of a round") {
    World world;
    HostList list(world.pools, "test");
    list.set({world.origin("a"), world.origin("b"), world.origin("c")});
    CHECK(turns(list, 2) == "ab");
    list.set({world.origin("a")});
    CHECK(turns(list, 2) == "aa");
    list.set({});
    CHECK(list.empty());
}

TEST_CASE("hosts: one that comes back has its turn again") {
    World world;
    HostList list(world.pools, "test");
    list.set({world.origin("a")});
    HostList::Turn turn;
    net::HostEntry& host = list.take(turn);
    list.set({});
    list.set({world.origin("a")});
    list.let_go(host);
    world.sweep();
    CHECK(turns(list, 1) == "a");
    CHECK(world.pools.size() == 1);
}

namespace {

std::shared_ptr<net::HostHealth> health_of(std::uint32_t max_ejected = 50) {
    return std::make_shared<net::HostHealth>(
        net::EjectionRules{.failures = 2, .statuses = {503}, .max_ejected = max_ejected});
}

/// The host of that name fails until it is left out, or would be.
void fail(HostList& list, const std::string& name, int rounds = 20) {
    for (int i = 0; i < rounds; ++i) {
        HostList::Turn turn;
        net::HostEntry& host = list.take(turn);
        if (host.origin.name == name) {
            list.failed(host, base::Code::Timeout, turn);
        } else {
            list.answered(host, 200, std::nullopt, turn);
        }
        list.let_go(host);
    }
}

}  // namespace

TEST_CASE("hosts: one that fails is passed over, in this list and in that of another worker") {
    World world;
    const auto health = health_of();
    HostList list(world.pools, "test", health);
    HostList other(world.pools, "test", health);
    list.set({world.origin("a"), world.origin("b"), world.origin("c")});
    other.set({world.origin("a"), world.origin("b"), world.origin("c")});
    fail(list, "b");
    CHECK(turns(list, 4).find('b') == std::string::npos);
    CHECK(turns(other, 4) == "acac");
}

TEST_CASE("hosts: without a health, and with one host alone, nothing is passed over") {
    World world;
    HostList list(world.pools, "test");
    list.set({world.origin("a"), world.origin("b")});
    fail(list, "a");
    CHECK(turns(list, 4) == "abab");
    const auto health = health_of(100);
    HostList single(world.pools, "test", health);
    single.set({world.origin("a")});
    fail(single, "a");
    CHECK(turns(single, 2) == "aa");
    CHECK(health->panics() == 0);
}

TEST_CASE("hosts: not more are left out than may be, and one always stays") {
    World world;
    HostList two(world.pools, "test", health_of(100));
    two.set({world.origin("a"), world.origin("b")});
    fail(two, "a");
    CHECK(turns(two, 2) == "bb");
    HostList three(world.pools, "test", health_of(66));
    three.set({world.origin("a"), world.origin("b"), world.origin("c")});
    fail(three, "a");
    fail(three, "b");
    CHECK(turns(three, 6).find('b') != std::string::npos);
    CHECK(turns(three, 6).find('a') == std::string::npos);
}

TEST_CASE("hosts: when all are bad they are asked in turn again, which is counted") {
    World world;
    const auto health = health_of();
    HostList list(world.pools, "test", health);
    list.set({world.origin("a"), world.origin("b")});
    fail(list, "a");
    fail(list, "b", 2);
    CHECK(turns(list, 4) == "abab");
    CHECK(health->panics() > 0);
}

TEST_CASE("hosts: a status of the list is a failure, another one is not") {
    World world;
    HostList list(world.pools, "test", health_of());
    list.set({world.origin("a"), world.origin("b")});
    for (const int status : {500, 503}) {
        for (int i = 0; i < 4; ++i) {
            HostList::Turn turn;
            net::HostEntry& host = list.take(turn);
            list.answered(host, host.origin.name == "a" ? status : 200, std::nullopt, turn);
            list.let_go(host);
        }
        CHECK(turns(list, 2).find('a') == (status == 503 ? std::string::npos : 0));
    }
}

TEST_CASE("hosts: a trial that says nothing about its host leaves the next request one") {
    World world;
    const net::EjectionRules rules{.failures = 2, .eject = std::chrono::milliseconds(20)};
    HostList list(world.pools, "test", std::make_shared<net::HostHealth>(rules));
    list.set({world.origin("a"), world.origin("b")});
    fail(list, "a");
    const base::Time due = world.loop.now() + rules.eject;
    world.run_until([&] { return world.loop.now() > due; });
    // No turn of the loop in between: time stands still.
    for (int trials = 0; trials < 3; ++trials) {
        bool tried = false;
        for (int i = 0; i < 2; ++i) {
            HostList::Turn turn;
            net::HostEntry& host = list.take(turn);
            tried = tried || (turn.trial && host.origin.name == "a");
            list.failed(host, base::Code::AnswerTooLarge, turn);
            list.let_go(host);
        }
        CHECK(tried);
    }
}

TEST_CASE("hosts: a list that is refreshed keeps who is left out") {
    World world;
    HostList list(world.pools, "test", health_of());
    list.set({world.origin("a"), world.origin("b")});
    fail(list, "a");
    list.set({world.origin("b"), world.origin("a"), world.origin("c")});
    CHECK(turns(list, 4).find('a') == std::string::npos);
    list.set({world.origin("b")});
    list.set({world.origin("a"), world.origin("b")});
    CHECK(turns(list, 4) == "bbbb");
}

TEST_CASE("hosts: who is left out is the last resort when another one cannot be reached") {
    World world;
    HostList list(world.pools, "test", health_of());
    list.set({world.origin("a"), world.origin("b")});
    fail(list, "a");
    HostList::Turn turn;
    net::HostEntry* host = &list.take(turn);
    CHECK(host->origin.name == "b");
    host = list.instead(*host, turn);
    REQUIRE(host != nullptr);
    CHECK(host->origin.name == "a");
    CHECK(list.instead(*host, turn) == nullptr);
    list.let_go(*host);
}

TEST_CASE("hosts: labels outlive the hosts, and are the same for the same host") {
    World world;
    HostList list(world.pools, "test");
    list.set({world.origin("a")});
    HostList::Turn turn;
    net::HostEntry& host = list.take(turn);
    const std::string_view label = host.label;
    list.let_go(host);
    list.set({});
    list.set({world.origin("b"), world.origin("a")});
    CHECK(label == "a");
    (void)list.take(turn);
    CHECK(list.take(turn).label.data() == label.data());
}

TEST_CASE("hosts: those beyond a number have one label together") {
    World world;
    HostList list(world.pools, "test");
    std::vector<net::Origin> origins;
    for (int i = 0; i < 300; ++i) {
        origins.push_back(world.origin("h" + std::to_string(i)));
    }
    list.set(origins);
    HostList::Turn turn;
    std::string_view last;
    for (int i = 0; i < 300; ++i) {
        net::HostEntry& host = list.take(turn);
        last = host.label;
        list.let_go(host);
    }
    CHECK(last == "other");
}

TEST_CASE("hosts: one to avoid is asked only if there is no other, and no turn is taken") {
    World world;
    HostList list(world.pools, "test", health_of());
    list.set({world.origin("a"), world.origin("b"), world.origin("c")});
    const auto around = [&list](std::vector<std::string_view> names) {
        std::vector<std::string_view> avoid;
        HostList::Turn turn;
        for (std::size_t i = 0; i < 3; ++i) {
            net::HostEntry& host = list.take(turn);
            if (std::ranges::find(names, host.origin.name) != names.end()) {
                avoid.push_back(host.label);
            }
            list.let_go(host);
        }
        net::HostEntry& host = list.take(turn, avoid);
        list.let_go(host);
        return host.origin.name;
    };
    CHECK(around({"a"}) == "b");
    CHECK(around({"a", "b"}) == "c");
    CHECK(around({"b"}) == "a");
    CHECK(turns(list, 3) == "abc");
    CHECK(around({"a", "b", "c"}) == "a");
    fail(list, "b", 12);
    CHECK(around({"a"}) == "c");
}

TEST_CASE("hosts: one that takes much longer than the others is left out") {
    World world;
    const net::EjectionRules rules{.slow_factor = 5, .slow_calls = 4};
    const auto health = std::make_shared<net::HostHealth>(rules);
    HostList list(world.pools, "test", health);
    list.set({world.origin("a"), world.origin("b"), world.origin("c")});
    const auto answer = [&list](std::chrono::milliseconds slow) {
        for (int i = 0; i < 15; ++i) {
            HostList::Turn turn;
            net::HostEntry& host = list.take(turn);
            const bool is_a = host.origin.name == "a";
            list.answered(host, 200, is_a ? slow : std::chrono::milliseconds(10), turn);
            list.let_go(host);
        }
    };
    answer(std::chrono::milliseconds(49));
    CHECK(turns(list, 3) == "abc");
    answer(std::chrono::milliseconds(60));
    CHECK(turns(list, 6).find('a') == std::string::npos);
    CHECK(health->state_of("a")->ejections(net::HostFault::Slow) == 1);
}

TEST_CASE("hosts: one whose checks fail is passed over, whatever its answers are") {
    World world;
    const auto health = std::make_shared<net::HostHealth>(net::EjectionRules{.passive = false});
    HostList list(world.pools, "test", health);
    list.set({world.origin("a"), world.origin("b")});
    fail(list, "b");
    CHECK(turns(list, 4) == "abab");
    const auto state = health->state_of("a");
    CHECK(state->check(false));
    CHECK_FALSE(state->check(false));
    CHECK(turns(list, 4) == "bbbb");
    CHECK(state->check(true));
    CHECK(turns(list, 4).find('a') != std::string::npos);
    CHECK(state->ejections(net::HostFault::Check) == 1);
}
