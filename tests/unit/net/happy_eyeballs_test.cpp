// Two families of addresses, and who of them gets the connection.
#include "net/happy_eyeballs.hpp"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

#include "unit/net/world.hpp"

using namespace aggregator;
using net::Addresses;
using net::test::World;

namespace {

/// A client of a host that has these addresses.
net::Client client_of(World& world, net::Pools& pools, const Addresses& addresses) {
    net::Origin origin = world.origin("both.test");
    origin.addresses = addresses;
    return net::Client(pools, {origin}, {}, "test");
}

net::PoolOptions with_delay(base::Duration delay) {
    net::PoolOptions options;
    options.fallback_delay = delay;
    return options;
}

/// The same server, seen through the other family.
constexpr auto kMapped = "::ffff:127.0.0.1";
/// Nobody listens there.
constexpr auto kRefused = "127.0.0.99";

constexpr auto kLong = std::chrono::hours(1);

}  // namespace

TEST_CASE("happy eyeballs: the other family's addresses are taken out in their order") {
    Addresses addresses{"::1", "127.0.0.1", "::2", "127.0.0.2"};
    CHECK(net::take_other_family(addresses) == Addresses{"127.0.0.1", "127.0.0.2"});
    CHECK(addresses == Addresses{"::1", "::2"});
    Addresses same{"127.0.0.1", "127.0.0.2"};
    CHECK(net::take_other_family(same).empty());
    CHECK(same.size() == 2);
    Addresses none;
    CHECK(net::take_other_family(none).empty());
}

TEST_CASE("happy eyeballs: a refusal of the first family starts the other at once") {
    World world;
    world.server = world.make_server();
    const auto port = world.server->listen("127.0.0.1", 0);
    REQUIRE(port);
    world.port = *port;
    net::Pools pools({world.loop, world.names, world.counters, world.log}, with_delay(kLong));
    auto client = client_of(world, pools, {kRefused, kMapped});
    CHECK(world.ask(client, "GET") == "GET /t ");
    CHECK(world.ask(client, "GET") == "GET /t ");
    CHECK(world.counters.upstream_opened.value() == 1);
}

TEST_CASE("happy eyeballs: the first family wins if it answers, and the other is not even tried") {
    World world;
    net::Pools pools({world.loop, world.names, world.counters, world.log}, with_delay(kLong));
    auto client = client_of(world, pools, {"127.0.0.1", "::ffff:127.0.0.99"});
    CHECK(world.ask(client, "GET") == "GET /t ");
    CHECK(world.counters.connections_accepted.value() == 1);
}

TEST_CASE("happy eyeballs: an error is told only when both families have failed") {
    World world;
    for (const base::Duration delay : {base::Duration::zero(), base::Duration(kLong)}) {
        net::Pools pools({world.loop, world.names, world.counters, world.log}, with_delay(delay));
        auto client = client_of(world, pools, {kRefused, "127.0.0.98", "::ffff:127.0.0.97"});
        CHECK(world.ask(client, "GET") == "connect");
        CHECK(world.counters.upstream_open.value() == 0);
        CHECK(world.loop.watched() == 1);  // the listener
    }
}

TEST_CASE("happy eyeballs: with a negative delay addresses are tried one after the other") {
    World world;
    net::Pools pools({world.loop, world.names, world.counters, world.log},
                     with_delay(std::chrono::seconds(-1)));
    auto client = client_of(world, pools, {kRefused, kMapped, "127.0.0.1"});
    CHECK(world.ask(client, "GET") == "GET /t ");
}

TEST_CASE("happy eyeballs: a call that ends while both families are tried leaves nothing behind") {
    World world;
    net::Pools pools({world.loop, world.names, world.counters, world.log},
                     with_delay(base::Duration::zero()));
    auto client = client_of(world, pools, {"192.0.2.1", "2001:db8::1"});
    http::Request request;
    request.method = "GET";
    request.target = "/t";
    auto call = client.call(request, [](auto) {});
    call.reset();
    int turns = 0;
    world.run_until([&] { return ++turns > 3; });
    CHECK(world.counters.upstream_open.value() == 0);
    CHECK(world.loop.watched() == 1);
}

TEST_CASE(
    "happy eyeballs: when both families answer, the request goes out once, and on one connection") {
    World world;
    net::PoolOptions options = with_delay(base::Duration::zero());
    options.reuse = false;
    net::Pools pools({world.loop, world.names, world.counters, world.log}, options);
    for (const Addresses& addresses :
         {Addresses{"127.0.0.1", kMapped}, Addresses{kMapped, "127.0.0.1"}}) {
        world.echo.seen.clear();
        auto client = client_of(world, pools, addresses);
        for (int i = 0; i < 20; ++i) {
            CHECK(world.ask(client, "POST", "body") == "POST /t body");
        }
        int turns_left = 20;
        world.run_until([&] { return --turns_left < 0; });
        CHECK(world.echo.seen.size() == 20);
        CHECK(world.counters.upstream_open.value() == 0);
    }
}

TEST_CASE("happy eyeballs: an address whose connection breaks at once gives way to the next one") {
    World world;
    Poco::Net::ServerSocket breaking;
    breaking.bind({"127.0.0.2", world.port});
    breaking.listen(8);
    bool connected = false;
    bool over = false;
    net::HappyEyeballs fallback(world.loop, {{"127.0.0.2", "127.0.0.1"}, world.port},
                                [&](auto outcome) {
                                    connected = outcome.has_value();
                                    over = true;
                                });
    fallback.start(base::Duration::zero());
    world.loop.post([&] {
        // Behind the timers of the turn: the connection is made, and nobody has looked at it.
        auto accepted = breaking.acceptConnection();
        accepted.setLinger(true, 0);
        accepted.close();
    });
    world.run_until([&] { return over; });
    CHECK(connected);
}
