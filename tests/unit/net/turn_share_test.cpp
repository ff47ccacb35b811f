// A peer that is as fast as the gateway leaves turns of the loop to others.
#include "net/turn_share.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "unit/net/world.hpp"

using namespace aggregator;

namespace {

/// A body whose sender always has something to say, which takes the receiver nowhere.
class Chatter final : public http::BodyStream {
public:
    explicit Chatter(bool& over) : over_(over) {}

    http::Result<http::Piece> next() override {
        return http::Piece{{}, over_ ? http::Piece::State::End : http::Piece::State::More};
    }
    void wake_with(std::function<void()>) override {}
    [[nodiscard]] std::optional<std::uint64_t> length() const override { return std::nullopt; }

private:
    bool& over_;
};

/// Replies with such a body to `/chatter`, else at once with `OK`.
class Site final : public http::Service {
public:
    explicit Site(base::Loop& loop) : loop_(loop) {}

    std::unique_ptr<http::Call> call(const http::Request& request, http::Done done) override {
        class Answer final : public http::Call {
        public:
            Answer(base::Loop& loop, std::unique_ptr<http::BodyStream> body, http::Done done)
                : body_(std::move(body)), done_(std::move(done)), timer_(loop, [this] { give(); }) {
                timer_.start(base::Duration::zero());
            }

        private:
            void give() {
                http::Response response;
                response.body = body_ ? "" : "OK";
                response.stream = std::move(body_);
                const auto done = std::move(done_);
                done(std::move(response));
            }
            std::unique_ptr<http::BodyStream> body_;
            http::Done done_;
            base::Timer timer_;
        };
        auto body = request.target == "/chatter" ? std::make_unique<Chatter>(over) : nullptr;
        return std::make_unique<Answer>(loop_, std::move(body), std::move(done));
    }

    bool over = false;

private:
    base::Loop& loop_;
};

/// What is asked of a Client, and what came of it.
struct Asked {
    Asked(net::Client& client, std::string target, http::BodyStream* body = nullptr) {
        http::Request request;
        request.method = body == nullptr ? "GET" : "POST";
        request.target = target;
        request.stream = body;
        call = client.call(request, [this](http::Result<http::Response> reply) {
            status = reply ? reply->status : -1;
            text = reply ? std::string(reply->body) : std::string();
        });
    }

    int status = 0;
    std::string text;
    std::unique_ptr<http::Call> call;
};

}  // namespace

TEST_CASE("share of a turn: a reply without an end lets another request be answered") {
    net::test::World world;
    Site site(world.loop);
    net::Server server({world.loop, site, world.log, world.counters}, {});
    const auto port = server.listen("127.0.0.1", 0);
    REQUIRE(port);
    net::Origin origin = world.origin();
    origin.port = *port;
    net::Client client(world.pools, {origin}, {}, "test");
    Asked endless(client, "/chatter");
    Asked other(client, "/");
    world.run_until([&] { return other.status != 0; });
    CHECK(other.text == "OK");
    CHECK(endless.status == 0);
    site.over = true;
    world.run_until([&] { return endless.status != 0; });
    CHECK(endless.status == 200);
    server.close_all();
}

TEST_CASE("share of a turn: a request's body without an end lets another request be answered") {
    net::test::World world;
    auto client = world.client();
    bool over = false;  // it never is
    Chatter body(over);
    const Asked endless(client, "/t", &body);
    Asked other(client, "/t");
    world.run_until([&] { return other.status != 0; });
    CHECK(other.status == 200);
}

TEST_CASE("share of a turn: small pieces count as much as a system call costs") {
    net::TurnShare share;
    int pieces = 0;
    for (; !share.is_used_up(); ++pieces) {
        share.take(1);
    }
    CHECK(pieces == 128);
    net::TurnShare other;
    other.take(511u << 10);
    CHECK_FALSE(other.is_used_up());
    other.take(4u << 20);
    CHECK(other.is_used_up());
}
