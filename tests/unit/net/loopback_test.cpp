// A Server and a Client of one loop, talking over loopback.
#include <doctest/doctest.h>

#include "unit/net/world.hpp"

using namespace aggregator;

using net::test::World;

TEST_CASE("client: an answer comes back, and the next request uses the same connection") {
    World world;
    auto client = world.client();
    CHECK(world.ask(client, "GET") == "GET /t ");
    CHECK(world.ask(client, "POST", "body") == "POST /t body");
    CHECK(world.counters.upstream_opened.value() == 1);
    CHECK(world.pools.idle() == 1);
}

TEST_CASE("client: a name is resolved off the loop") {
    World world;
    auto client = world.client("localhost");
    CHECK(world.ask(client, "GET") == "GET /t ");
}

TEST_CASE(
    "client: a kept connection that the backend closed is replaced for an idempotent request") {
    World world;
    auto client = world.client();
    CHECK(world.ask(client, "GET") == "GET /t ");
    world.server->close_all();  // its close is not seen by the loop before the next request is sent
    world.server = world.make_server();
    REQUIRE(world.server->listen("127.0.0.1", world.port));
    CHECK(world.ask(client, "GET") == "GET /t ");
    CHECK(world.counters.upstream_opened.value() == 2);
    CHECK(world.counters.calls_resent.value() == 1);
}

TEST_CASE("client: a request that is not idempotent is never sent twice") {
    World world;
    auto client = world.client();
    CHECK(world.ask(client, "POST") == "POST /t ");
    world.server->close_all();
    world.server = world.make_server();
    REQUIRE(world.server->listen("127.0.0.1", world.port));
    const auto outcome = world.ask(client, "POST");
    CHECK((outcome == "closed" || outcome == "reset"));
    CHECK(world.echo.seen.size() == 1);
}

TEST_CASE("client: the next host is asked when one refuses the connection") {
    World world;
    const std::uint16_t nobody = [] {
        World other;
        return other.port;
    }();
    const net::Origin dead{
        .tls = false, .name = "127.0.0.1", .port = nobody, .authority = "dead", .prefix = "/d"};
    const net::Origin alive{.tls = false,
                            .name = "127.0.0.1",
                            .port = world.port,
                            .authority = "alive",
                            .prefix = "/p"};
    net::Client client(world.pools, {dead, alive}, {}, "test");
    CHECK(world.ask(client, "GET") == "GET /p/t ");
    CHECK(world.ask(client, "POST", "x") == "POST /p/t x");
}

TEST_CASE("client: a refused connection is an error that names the place") {
    World world;
    world.server.reset();
    auto client = world.client();
    CHECK(world.ask(client, "GET") == "connect");
    CHECK(world.counters.upstream_open.value() == 0);
}

TEST_CASE("client: destroying a call closes its connection and its Done never runs") {
    World world;
    auto client = world.client();
    http::Request request;
    request.method = "GET";
    request.target = "/t";
    bool told = false;
    auto call = client.call(request, [&](auto) { told = true; });
    call.reset();
    int turns = 0;
    world.run_until([&] { return ++turns > 5; });
    CHECK(!told);
    CHECK(world.counters.upstream_open.value() == 0);
    CHECK(world.counters.calls_in_flight.value() == 0);
}

TEST_CASE("resolver: a name that does not exist is an error, told in a later turn") {
    World world;
    auto client = world.client("name.invalid");
    CHECK(world.ask(client, "GET") == "resolve");
}

TEST_CASE("resolver: only so many names are remembered") {
    World world;
    std::unique_ptr<net::NameCache::Wait> wait;
    const auto find = [&](int number) {
        const std::string name =
            "127.1." + std::to_string(number / 250) + "." + std::to_string(number % 250);
        return world.names.find(name, wait, [](const auto&) {});
    };
    for (int i = 0; i < 1100; ++i) {
        REQUIRE(find(i) != nullptr);
    }
    CHECK(world.names.size() == 1024);
    CHECK(find(1099) != nullptr);
    CHECK(world.names.size() == 1024);
    CHECK(wait == nullptr);
}

TEST_CASE("server: draining closes idle connections and tells when none is left") {
    World world;
    auto client = world.client();
    CHECK(world.ask(client, "GET") == "GET /t ");
    bool drained = false;
    world.server->drain([&] { drained = true; });
    world.run_until([&] { return drained; });
    CHECK(world.server->open_connections() == 0);
}

TEST_CASE("probe: a port that somebody listens on is told from a free one") {
    World world;
    CHECK(!net::probe("127.0.0.1", world.port));
    world.server.reset();
    CHECK(net::probe("127.0.0.1", world.port));
}

TEST_CASE("loop: what another loop's thread posts runs on this one") {
    net::EventLoop loop;
    bool ran = false;
    loop.post([&] {
        ran = true;
        loop.stop();
    });
    loop.run();
    CHECK(ran);
}
