// What a redirect takes along, and what it does not.
#include <algorithm>
#include <string>

#include <aggregator/http/hops.hpp>

#include "unit/net/tls_fixture.hpp"
#include "unit/net/world.hpp"

using namespace aggregator;
using net::test::World;

namespace {

using Headers = std::vector<std::string>;

/// Of the headers below, those that arrive when a client with these options is redirected to
/// `host`, to the port of another server unless that is `home`.
struct Journey {
    std::string host = "127.0.0.1";
    bool home = false;
    std::vector<std::string> credentials{};

    [[nodiscard]] Headers kept() const {
        World world;
        world.fields = {
            {"Proxy-Authorization", "p"}, {"Cookie", "c"}, {"X-Api-Key", "k"}, {"X-Other", "o"}};
        const auto other = world.make_server();
        const auto port = other->listen("127.0.0.1", 0);
        REQUIRE(port);
        net::ClientOptions options;
        options.credentials = credentials;
        net::Client client(world.pools, {world.origin()}, options, "test");
        world.echo.location =
            "http://" + host + ":" + std::to_string(home ? world.port : *port) + "/there";
        CHECK(world.ask(client, "GET") == "GET /there ");
        Headers names;
        for (const http::Field& field : world.fields) {
            if (std::ranges::find(world.echo.names, field.name) != world.echo.names.end()) {
                names.emplace_back(field.name);
            }
        }
        return names;
    }
};

const Headers kAll{"Proxy-Authorization", "Cookie", "X-Api-Key", "X-Other"};

}  // namespace

TEST_CASE(
    "redirect: the usual credentials stay with the name and the port, and nothing else does") {
    CHECK(Journey{.home = true}.kept() == kAll);
    CHECK(Journey{}.kept() == Headers{"X-Other"});
    CHECK(Journey{.host = "localhost", .home = true}.kept() == Headers{"X-Other"});
}

TEST_CASE("redirect: a client's own credentials stay with the name and the port") {
    CHECK(Journey{.home = true, .credentials = {"x-other"}}.kept() == kAll);
    CHECK(Journey{.credentials = {"x-other"}}.kept().empty());
}

TEST_CASE("redirect: the request that follows says how many were followed") {
    World world;
    net::Client client(world.pools, {world.origin()}, {}, "test");
    world.echo.location = "/there";
    CHECK(world.ask(client, "GET") == "GET /there ");
    CHECK(std::ranges::count(world.echo.names, http::kRedirectsField) == 1);
}

TEST_CASE("redirect: for a request that a redirect led here it is the answer") {
    World world;
    world.fields = {{"x-aggregator-redirects", "anything"}};
    net::Client client(world.pools, {world.origin()}, {}, "test");
    world.echo.location = "/there";
    CHECK(world.ask(client, "GET") == "GET /t ");
}

TEST_CASE("redirect: a client that follows none, or none to elsewhere, gives it as the answer") {
    World world;
    using Redirects = net::ClientOptions::Redirects;
    const auto ask = [&world](Redirects redirects, const std::string& location) {
        net::ClientOptions options;
        options.redirects = redirects;
        net::Client client(world.pools, {world.origin()}, options, "test");
        world.echo.location = location;
        return world.ask(client, "GET");
    };
    const std::string elsewhere = "http://localhost:" + std::to_string(world.port) + "/there";
    CHECK(ask(Redirects::Never, "/there") == "GET /t ");
    CHECK(ask(Redirects::SameOrigin, elsewhere) == "GET /t ");
    CHECK(ask(Redirects::SameOrigin, "/there") == "GET /there ");
    CHECK(ask(Redirects::WithinTls, elsewhere) == "GET /there ");
    CHECK(ask(Redirects::Follow, elsewhere) == "GET /there ");
}

TEST_CASE("redirect: a client that keeps to TLS is led from https to https alone") {
    World world;
    const net::tests::Authority authority;
    net::TlsListenerOptions listener;
    listener.keys = {authority.issue("server", {.names = "IP:127.0.0.1"})};
    net::ServerOptions server_options;
    server_options.tls = net::tests::listener_for(listener);
    net::Server secure({world.loop, world.echo, world.log, world.counters}, server_options);
    net::Origin origin = world.origin();
    origin.tls = true;
    origin.port = *secure.listen("127.0.0.1", 0);
    net::PoolOptions pool_options;
    pool_options.tls = net::tests::client_trusting(authority.ca_file());
    net::Pools pools({world.loop, world.names, world.counters, world.log}, pool_options);
    net::ClientOptions options;
    options.redirects = net::ClientOptions::Redirects::WithinTls;
    net::Client client(pools, {origin}, options, "test");
    const auto redirected = [&](const std::string& scheme, std::uint16_t port) {
        world.echo.location = scheme + "://127.0.0.1:" + std::to_string(port) + "/there";
        return world.ask(client, "GET");
    };
    CHECK(redirected("https", origin.port) == "GET /there ");
    CHECK(redirected("http", world.port) == "GET /t ");
}

TEST_CASE("redirect: the management interface cannot be reached, by any name, kept or not") {
    World world;
    const auto other = world.make_server();
    const auto port = other->listen("127.0.0.1", 0);
    REQUIRE(port);
    world.pools.forbid("127.0.0.1", *port);
    net::Origin managed = world.origin();
    managed.port = *port;
    managed.authority = "127.0.0.1:" + std::to_string(*port);  // as redirects write it
    // Who is configured to ask it may, and keeps a connection.
    net::Client allowed(world.pools, {managed}, {}, "test");
    CHECK(world.ask(allowed, "GET") == "GET /t ");
    CHECK(world.pools.idle() == 1);
    const std::string at = ":" + std::to_string(*port) + "/there";
    for (const char* name : {"127.0.0.1", "localhost", "127.1", "2130706433", "0.0.0.0",
                             "[::ffff:127.0.0.1]", "[::1]"}) {
        CAPTURE(name);
        net::Client client(world.pools, {world.origin()}, {}, "test");
        world.echo.location = "http://" + std::string(name) + at;
        CHECK(world.ask(client, "GET") == "bad_redirect");
    }
}
