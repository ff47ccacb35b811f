// What a redirect takes along, and what it does not.
#include <algorithm>

#include "unit/net/world.hpp"

using namespace aggregator;
using net::test::World;

namespace {

using Names = std::vector<std::string>;

/// Of the headers below, those that arrive when a client with these options is redirected to
/// `host`, to the port of another server unless that is `home`.
struct Journey {
    std::string host = "127.0.0.1";
    bool home = false;
    std::vector<std::string> credentials{};

    [[nodiscard]] Names kept() const {
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
        Names names;
        for (const http::Field& field : world.fields) {
            if (std::ranges::find(world.echo.names, field.name) != world.echo.names.end()) {
                names.emplace_back(field.name);
            }
        }
        return names;
    }
};

const Names kAll{"Proxy-Authorization", "Cookie", "X-Api-Key", "X-Other"};
const Names kOwn{"proxy-authorization", "cookie", "x-api-key"};

}  // namespace

TEST_CASE("redirect: the usual credentials stay with the name, and nothing else does") {
    CHECK(Journey{}.kept() == kAll);
    CHECK(Journey{.host = "localhost"}.kept() == Names{"X-Api-Key", "X-Other"});
}

TEST_CASE("redirect: a client's own credentials stay with the name and the port") {
    CHECK(Journey{.home = true, .credentials = kOwn}.kept() == kAll);
    CHECK(Journey{.credentials = kOwn}.kept() == Names{"X-Other"});
    CHECK(Journey{.host = "localhost", .home = true, .credentials = kOwn}.kept() ==
          Names{"X-Other"});
}
