// A Server and a Client of one loop, talking over loopback.
#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <aggregator/net/client.hpp>
#include <aggregator/net/server.hpp>

using namespace aggregator;

namespace {

/// Answers with what it was asked, in the next turn of the loop.
class Echo : public http::Service {
public:
    explicit Echo(base::Loop& loop) : loop_(loop) {}

    std::unique_ptr<http::Call> call(const http::Request& request, http::Done done) override {
        class Answer : public http::Call {
        public:
            Answer(base::Loop& loop, std::string text, http::Done done)
                : text_(std::move(text)),
                  done_(std::move(done)),
                  timer_(loop, [this] { answer(); }) {
                timer_.start(base::Duration::zero());
            }

        private:
            void answer() {
                http::Response response;
                response.body = text_;
                const auto finished = std::move(done_);
                finished(std::move(response));
            }
            std::string text_;
            http::Done done_;
            base::Timer timer_;
        };
        seen.emplace_back(request.method);
        std::string text(request.method);
        text.append(" ").append(request.target).append(" ").append(request.body);
        return std::make_unique<Answer>(loop_, std::move(text), std::move(done));
    }

    std::vector<std::string> seen;

private:
    base::Loop& loop_;
};

/// Everything that the tests need, on one loop.
struct World {
    net::EventLoop loop;
    base::Log log{{.level = base::LogLevel::Error}};
    base::Counters counters;
    Echo echo{loop};
    net::Resolver resolver{1};
    net::NameCache names{resolver, loop, std::chrono::seconds(30)};
    net::Pools pools{{loop, names, counters, log}, {}};
    std::unique_ptr<net::Server> server = make_server();
    std::uint16_t port = *server->listen("127.0.0.1", 0);

    std::unique_ptr<net::Server> make_server() {
        return std::make_unique<net::Server>(net::Server::Context{loop, echo, log, counters},
                                             net::ServerOptions{});
    }
    net::Client client(const std::string& host = "127.0.0.1") {
        net::Origin origin{
            .tls = false, .name = host, .port = port, .authority = host, .prefix = {}};
        return net::Client(pools, {origin}, {}, "test");
    }
    /// Asks, runs the loop until the answer is there, and returns its body or the failure's name.
    std::string ask(net::Client& client, std::string_view method, std::string_view body = {}) {
        http::Request request;
        request.method = method;
        request.target = "/t";
        request.body = body;
        std::string outcome;
        bool over = false;
        auto call = client.call(request, [&](http::Result<http::Response> answer) {
            outcome = answer ? std::string(answer->body)
                             : std::string(base::row(answer.error().code).name);
            over = true;
        });
        CHECK(!over);
        run_until([&] { return over; });
        return outcome;
    }
    void run_until(const std::function<bool()>& done) {
        base::Timer check(
            loop, [&] { done() ? loop.stop() : check.start(std::chrono::milliseconds(1)); });
        check.start(base::Duration::zero());
        loop.run();
    }
};

}  // namespace

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
