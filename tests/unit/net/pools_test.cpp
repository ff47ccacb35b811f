// Pools that redirects make: kept for their connections, and never many.
#include "unit/net/world.hpp"

using namespace aggregator;
using net::test::World;

namespace {

/// Another server beside the world's, on a port of its own.
struct Neighbour {
    explicit Neighbour(World& world) : server(world.make_server()) {
        const auto listening = server->listen("127.0.0.1", 0);
        REQUIRE(listening);
        port = *listening;
    }
    [[nodiscard]] std::string url() const {
        return "http://127.0.0.1:" + std::to_string(port) + "/there";
    }

    std::unique_ptr<net::Server> server;
    std::uint16_t port = 0;
};

/// Redirected once.
std::string ask_by_way_of(World& world, net::Client& client, const Neighbour& neighbour) {
    world.echo.location = neighbour.url();
    return world.ask(client, "GET");
}

/// Settings for https that are made when they are needed; counts how often they are.
net::PoolOptions counting(int& made) {
    net::PoolOptions options;
    options.late_tls = [&made] {
        ++made;
        return net::TlsContext::client({});
    };
    return options;
}

}  // namespace

TEST_CASE("pools: one that is held twice is the same, and goes when nobody holds it") {
    World world;
    net::Pool& first = world.pools.hold(world.origin(), "live");
    CHECK(&first == &world.pools.hold(world.origin(), "live"));
    CHECK(&first != &world.pools.hold(world.origin(), "shadow"));
    CHECK(world.pools.size() == 2);
    world.pools.let_go(first);
    world.sweep();
    CHECK(world.pools.size() == 2);
    world.pools.let_go(first);
    world.sweep();
    CHECK(world.pools.size() == 1);
}

TEST_CASE("pools: known addresses make another pool") {
    World world;
    net::Origin other = world.origin();
    other.addresses = {"127.0.0.2"};
    CHECK(&world.pools.hold(world.origin(), "live") != &world.pools.hold(other, "live"));
}

TEST_CASE("pools: a redirect's connection is kept for the next one that leads there") {
    World world;
    auto client = world.client();
    const Neighbour there(world);
    CHECK(ask_by_way_of(world, client, there) == "GET /there ");
    CHECK(ask_by_way_of(world, client, there) == "GET /there ");
    CHECK(world.counters.upstream_opened.value() == 2);
    CHECK(world.pools.idle() == 2);
}

TEST_CASE("pools: however many hosts redirects name, only so many pools stay") {
    World world;
    auto client = world.client();
    std::vector<std::unique_ptr<Neighbour>> neighbours;
    for (int i = 0; i < 10; ++i) {
        neighbours.push_back(std::make_unique<Neighbour>(world));
        CHECK(ask_by_way_of(world, client, *neighbours.back()) == "GET /there ");
    }
    world.sweep();
    CHECK(world.pools.size() == 1 + world.pools.options().unheld_max);
    CHECK(world.counters.upstream_open.value() == 3);
    CHECK(ask_by_way_of(world, client, *neighbours.back()) == "GET /there ");
    CHECK(world.counters.upstream_opened.value() == 11);
}

TEST_CASE("pools: https without settings is an error of the redirect that leads there") {
    World world;
    auto client = world.client();
    world.echo.location = "https://127.0.0.1/";
    CHECK(world.ask(client, "GET") == "tls_handshake");
}

TEST_CASE("pools: an https host without settings for https cannot be asked") {
    World world;
    net::Origin origin = world.origin();
    origin.tls = true;
    net::Client client(world.pools, {origin}, {}, "test");
    CHECK(world.ask(client, "GET") == "tls_handshake");
}

TEST_CASE("pools: the first connection to an https host makes the settings for https") {
    World world;
    net::Origin origin = world.origin();
    origin.tls = true;
    int made = 0;
    const net::PoolOptions options = counting(made);
    net::Pools pools({world.loop, world.names, world.counters, world.log}, options);
    net::Client client(pools, {origin}, {}, "test");
    CHECK(world.ask(client, "GET") == base::row(base::Code::TlsNotSpoken).name);
    CHECK(made == 1);
}

TEST_CASE("pools: settings for https are made once, when they are needed") {
    World world;
    int made = 0;
    const net::PoolOptions options = counting(made);
    net::Pools pools({world.loop, world.names, world.counters, world.log}, options);
    CHECK(made == 0);
    CHECK(pools.need_tls());
    CHECK(pools.need_tls());
    CHECK(made == 1);
    CHECK(pools.options().tls != nullptr);
}

TEST_CASE("pools: an answer tells where it came from in the end") {
    World world;
    auto client = world.client();
    http::Request request;
    request.method = "GET";
    request.target = "/t";
    std::string from;
    const auto ask = [&] {
        from.clear();
        auto call = client.call(request, [&from](http::Result<http::Response> answer) {
            REQUIRE(answer);
            from.append(answer->from.authority).append(answer->from.target);
        });
        world.run_until([&] { return !from.empty(); });
        return from;
    };
    CHECK(ask() == "127.0.0.1/t");
    const Neighbour there(world);
    world.echo.location = there.url() + "?x=1";
    CHECK(ask() == "127.0.0.1:" + std::to_string(there.port) + "/there?x=1");
}
