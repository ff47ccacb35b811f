// The turns of a client's hosts, and what becomes of hosts that are no longer listed.
#include "net/host_list.hpp"

#include <string>

#include "unit/net/world.hpp"

using namespace aggregator;
using net::HostList;
using net::test::World;

namespace {

std::string turns(HostList& list, int count) {
    std::string names;
    for (int i = 0; i < count; ++i) {
        HostList::Turn turn;
        net::Host& host = list.take(turn);
        names.append(host.origin.name);
        list.let_go(host);
    }
    return names;
}

void sweep(World& world) {
    int turns_left = 2;
    world.run_until([&] { return --turns_left < 0; });
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
    net::Host* host = &list.take(turn);
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
    net::Host& host = list.take(turn);
    list.set({world.origin("b")});
    sweep(world);
    CHECK(host.origin.name == "a");
    CHECK(world.pools.size() == 2);
    CHECK(turns(list, 2) == "bb");
    list.let_go(host);
    sweep(world);
    CHECK(world.pools.size() == 1);
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
    net::Host& host = list.take(turn);
    list.set({});
    list.set({world.origin("a")});
    list.let_go(host);
    sweep(world);
    CHECK(turns(list, 1) == "a");
    CHECK(world.pools.size() == 1);
}
