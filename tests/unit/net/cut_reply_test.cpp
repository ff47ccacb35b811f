// Replies that are cut while their connection is their only end.
#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "support/fake_wire.hpp"
#include "unit/net/world.hpp"

using namespace aggregator;
using testing::FakeWire;
using testing::FakeWireLoop;
using testing::Line;

namespace {

/// Replies with a body that has no length and is longer than the line has room for.
class Endless : public http::Service {
public:
    explicit Endless(base::Loop& loop) : loop_(loop) {}

    std::unique_ptr<http::Call> call(const http::Request&, http::Done done) override {
        class Body : public http::BodyStream {
        public:
            [[nodiscard]] http::Result<http::Piece> next() override {
                return http::Piece{text_, http::Piece::State::End};
            }
            void wake_with(std::function<void()>) override {}
            [[nodiscard]] std::optional<std::uint64_t> length() const override { return {}; }

        private:
            std::string text_ = std::string(5000, 'x');
        };
        class Replying : public http::Call {
        public:
            Replying(base::Loop& loop, http::Done done)
                : done_(std::move(done)), timer_(loop, [this] {
                      http::Response response;
                      response.stream = std::make_unique<Body>();
                      const auto finished = std::move(done_);
                      finished(std::move(response));
                  }) {
                timer_.start({});
            }

        private:
            http::Done done_;
            base::Timer timer_;
        };
        return std::make_unique<Replying>(loop_, std::move(done));
    }

private:
    base::Loop& loop_;
};

struct Cutting {
    FakeWireLoop loop{1};
    base::Log log{{.level = base::LogLevel::Error}};
    base::Counters counters;
    Endless endless{loop};
    net::Server server{{loop, endless, log, counters}, options()};
    std::shared_ptr<Line> line = connect();

    static net::ServerOptions options() {
        net::ServerOptions options;
        options.write_timeout = std::chrono::seconds(5);
        return options;
    }
    std::shared_ptr<Line> connect() {
        testing::LineNature nature;
        nature.room = 1000;
        auto made = std::make_shared<Line>(loop, nature, Line::Start::Open);
        ++loop.wires;
        server.accept(std::make_unique<FakeWire>(made));
        made->say("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
        loop.advance(std::chrono::milliseconds(1));
        CHECK(made->audible() == 1000);
        return made;
    }
};

}  // namespace

TEST_CASE_FIXTURE(Cutting, "server: a client that ends its side in mid-reply is reset, not ended") {
    line->end();
    loop.advance(std::chrono::milliseconds(1));
    CHECK(line->left());
    CHECK(line->broken());
}

TEST_CASE_FIXTURE(Cutting, "server: a reply that takes longer than it may is reset, not ended") {
    loop.advance(std::chrono::seconds(5));
    CHECK(line->left());
    CHECK(line->broken());
}

TEST_CASE_FIXTURE(Cutting, "server: closing at once resets the replies that are under way") {
    server.close_all();
    loop.advance({});
    CHECK(line->left());
    CHECK(line->broken());
}
