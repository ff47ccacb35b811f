// A Server that gives up on clients which do nothing, and a Client that does so on backends.
#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

#include <aggregator/base/held.hpp>

#include "net/socket.hpp"
#include "unit/net/world.hpp"

using namespace aggregator;
using namespace std::chrono_literals;

using base::Code;
using base::HeldKind;
using net::Io;
using net::Socket;
using net::test::World;

namespace {

/// A base of its own, so that it outlives the World's loop.
struct Budgeted {
    base::HeldBudget budget{1u << 20};
};

/// A World whose server has limits of its own, and clients that say what a test likes.
struct Waiting : Budgeted, World {
    void serve(net::ServerOptions options) {
        server = std::make_unique<net::Server>(net::Server::Context{loop, echo, log, counters},
                                               std::move(options));
        port = *server->listen("127.0.0.1", 0);
    }
    /// Connected, and accepted by the server.
    std::unique_ptr<Socket> connect(std::string_view said = {}) {
        const std::uint64_t before = counters.connections_accepted.value();
        auto socket = Socket::connect(loop, "127.0.0.1", port);
        REQUIRE(socket);
        run_until([&] { return counters.connections_accepted.value() > before; });
        REQUIRE((*socket)->write(said).bytes == said.size());
        return std::move(*socket);
    }
    /// All that comes until the server closes.
    std::string rest(Socket& socket) {
        std::string text;
        run_until([&] {
            std::string room(4096, '\0');
            const Io io = socket.read(room);
            text.append(room, 0, io.bytes);
            return io.state == Io::State::Closed || io.state == Io::State::Failed;
        });
        return text;
    }
    std::optional<Poco::Net::StreamSocket> kept;  ///< a backend's end of a connection

    std::uint64_t count(Code code) const {
        return counters.errors[static_cast<std::size_t>(code)].value();
    }
};

/// Listens, and accepts nothing: what is sent there is read by nobody.
class Deaf {
public:
    Deaf() {
        listener_.bind({"127.0.0.1", 0});
        listener_.listen(8);
    }
    [[nodiscard]] std::uint16_t port() const { return listener_.address().port(); }
    /// The connection that came, to answer on.
    Poco::Net::StreamSocket take() { return listener_.acceptConnection(); }

private:
    Poco::Net::ServerSocket listener_;
};

/// Answers with a body that stops in its middle.
class Pausing : public http::Service {
public:
    static constexpr std::size_t kBytes = 32u << 20;  // more than what sockets hold

    explicit Pausing(base::Loop& loop) : loop_(loop) {}

    std::unique_ptr<http::Call> call(const http::Request&, http::Done done) override {
        return std::make_unique<Answer>(loop_, std::move(done));
    }

private:
    class Stream : public http::BodyStream {
    public:
        http::Result<http::Piece> next() override {
            if (given_ == kBytes) {
                return http::Piece{};
            }
            given_ += piece_.size();
            return http::Piece{piece_, http::Piece::State::More};
        }
        void wake_with(std::function<void()>) override {}
        std::optional<std::uint64_t> length() const override { return 2 * kBytes; }

    private:
        std::string piece_ = std::string(1u << 20, 'x');
        std::size_t given_ = 0;
    };
    class Answer : public http::Call {
    public:
        Answer(base::Loop& loop, http::Done done)
            : done_(std::move(done)), timer_(loop, [this] { answer(); }) {
            timer_.start(base::Duration::zero());
        }

    private:
        void answer() {
            http::Response response;
            response.stream = std::make_unique<Stream>();
            const auto done = std::move(done_);
            done(std::move(response));
        }
        http::Done done_;
        base::Timer timer_;
    };

    base::Loop& loop_;
};

/// A body that is there at once, and more than what sockets hold.
class Source : public http::BodyStream {
public:
    static constexpr int kPieces = 1024;

    http::Result<http::Piece> next() override {
        ++given;
        return http::Piece{piece_,
                           given < kPieces ? http::Piece::State::More : http::Piece::State::End};
    }
    void wake_with(std::function<void()>) override {}
    std::optional<std::uint64_t> length() const override { return std::nullopt; }

    int given = 0;

private:
    std::string piece_ = std::string(64u << 10, 'x');
};

}  // namespace

TEST_CASE_FIXTURE(Waiting, "server: the idle limit holds after a slow head") {
    net::ServerOptions options;
    options.read_header_timeout = 1h;
    options.idle_timeout = 20ms;
    serve(std::move(options));
    const auto client = connect("GET /t HTTP/1.1\r\nHo");
    run_until([&] { return loop.held().bytes(HeldKind::Head) > 0; });
    REQUIRE(client->write("st: a\r\n\r\n").bytes > 0);
    CHECK(rest(*client).ends_with("GET /t "));
}

TEST_CASE_FIXTURE(Waiting, "server: a head that does not go on is 408 whatever the idle limit") {
    net::ServerOptions options;
    options.read_header_timeout = 20ms;
    options.idle_timeout = 1h;
    serve(std::move(options));
    const auto client = connect("GET /t HTTP/1.1\r\nHo");
    CHECK(rest(*client).starts_with("HTTP/1.1 408"));
    CHECK(loop.held().bytes(HeldKind::Head) == 0);
}

TEST_CASE_FIXTURE(Waiting,
                  "server: who is refused sees the end while the rest of it is still read") {
    const auto client = connect("no request\r\n\r\n");
    CHECK(rest(*client).starts_with("HTTP/1.1 400"));
    CHECK(server->open_connections() == 1);
    client->end_sending();
    run_until([&] { return server->open_connections() == 0; });
}

TEST_CASE_FIXTURE(Waiting, "server: at the limit the longest idle connection makes room") {
    net::ServerOptions options;
    options.connections_max = 2;
    serve(std::move(options));
    const auto first = connect();
    const auto second = connect();
    CHECK(server->open_connections() == 2);
    const auto third = connect();
    CHECK(rest(*first).empty());
    CHECK(server->open_connections() == 2);
    CHECK(loop.held().given_up(HeldKind::Idle) == 1);
    CHECK(count(Code::TooManyConnections) == 0);
    CHECK(!second->gone());
    CHECK(!third->gone());
}

TEST_CASE_FIXTURE(Waiting, "server: a client above the limit of busy ones gets 503") {
    net::ServerOptions options;
    options.connections_max = 1;
    serve(std::move(options));
    const auto busy = connect("GET /t HTTP/1.1\r\nHo");
    run_until([&] { return loop.held().bytes(HeldKind::Head) > 0; });
    for (int i = 1; i <= 6; ++i) {
        const auto other = connect();
        const std::string said = rest(*other);
        CHECK(said.starts_with("HTTP/1.1 503"));
        CHECK(said.find("X-Aggregator-Error: too_many_connections\r\n") != std::string::npos);
        CHECK(count(Code::TooManyConnections) == static_cast<std::uint64_t>(i));
        CHECK(counters.accept_failures.value() == static_cast<std::uint64_t>(i));
    }
    CHECK(!busy->gone());
}

TEST_CASE_FIXTURE(Waiting, "server: where heads are replaced, the oldest makes room") {
    net::ServerOptions options;
    options.connections_max = 1;
    options.crowded = net::ServerOptions::Crowded::Replace;
    serve(std::move(options));
    const auto half = connect("GET /t HTTP/1.1\r\nHo");
    run_until([&] { return loop.held().bytes(HeldKind::Head) > 0; });
    const auto other = connect("GET /t HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    CHECK(rest(*half).empty());
    CHECK(rest(*other).ends_with("GET /t "));
}

TEST_CASE_FIXTURE(Waiting, "server: heads above a quarter of the budget cost the oldest") {
    budget.add(loop.held());
    net::ServerOptions options;
    serve(std::move(options));
    const std::string half = "GET /t HTTP/1.1\r\nHost: a\r\nX: " + std::string(100'000, 'x');
    const auto first = connect(half);
    const auto second = connect(half);
    run_until([&] { return loop.held().bytes(HeldKind::Head) >= 200'000; });
    CHECK(loop.held().given_up(HeldKind::Head) == 0);
    const auto third = connect(half);
    CHECK(rest(*first).empty());
    CHECK(loop.held().given_up(HeldKind::Head) == 1);
    CHECK(!second->gone());
    CHECK(!third->gone());
}

TEST_CASE_FIXTURE(Waiting, "server: what a client has read of a stream is held no more") {
    Pausing pausing(loop);
    net::Server streaming({loop, pausing, log, counters}, net::ServerOptions{});
    port = *streaming.listen("127.0.0.1", 0);
    const auto client = connect("GET /t HTTP/1.1\r\nHost: a\r\n\r\n");
    run_until([&] { return loop.held().bytes(HeldKind::Reply) > 0; });
    std::string room(1u << 20, '\0');
    std::size_t taken = 0;
    run_until([&] {
        taken += client->read(room).bytes;
        return taken >= Pausing::kBytes;
    });
    int turns_left = 5;
    run_until([&] { return --turns_left < 0; });
    CHECK(loop.held().bytes(HeldKind::Reply) == 0);
}

TEST_CASE_FIXTURE(Waiting, "client: a backend that stops in its answer has stalled") {
    Deaf backend;
    port = backend.port();
    auto options = World::pool_options();
    options.stall_timeout = 20ms;
    net::Pools own({loop, names, counters, log}, options);
    net::Client client(own, {origin()}, {}, "test");
    base::Timer answer(loop, [&] {
        auto there = backend.take();
        const std::string begun = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbegin";
        there.sendBytes(begun.data(), static_cast<int>(begun.size()));
        kept.emplace(there);
    });
    answer.start(1ms);
    CHECK(ask(client, "GET") == "stalled");
    CHECK(counters.upstream_open.value() == 0);
}

TEST_CASE_FIXTURE(Waiting, "client: a backend whose answer nobody reads has not stalled") {
    Deaf backend;
    port = backend.port();
    auto options = World::pool_options();
    options.stall_timeout = 20ms;
    net::Pools own({loop, names, counters, log}, options);
    net::Client client(own, {origin()}, {.answer = net::ClientOptions::Answer::Stream}, "test");
    http::Request request;
    request.method = "GET";
    request.target = "/t";
    std::unique_ptr<http::BodyStream> stream;
    const auto call = client.call(request, [&](http::Result<http::Response> answer) {
        REQUIRE(answer);
        stream = std::move(answer->stream);
    });
    kept.emplace(backend.take());
    // More than what is read at once.
    const std::string said =
        "HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + std::string(100'000, 'x');
    REQUIRE(kept->sendBytes(said.data(), static_cast<int>(said.size())) > 0);
    run_until([&] { return stream != nullptr; });
    const base::Time later = loop.now() + 60ms;
    run_until([&] { return loop.now() >= later; });
    REQUIRE(stream->next());
    const auto second = stream->next();
    REQUIRE(second);
    CHECK(!second->bytes.empty());
}

TEST_CASE_FIXTURE(Waiting, "client: a backend that takes nothing of the request has stalled") {
    Deaf backend;
    port = backend.port();
    auto options = World::pool_options();
    options.stall_timeout = 20ms;
    net::Pools own({loop, names, counters, log}, options);
    net::Client client(own, {origin()}, {}, "test");
    CHECK(ask(client, "POST", std::string(16u << 20, 'x')) == "stalled");
}

/// How much a backend takes at most, and how long it pauses then.
struct Sip {
    std::size_t most = 512u << 10;
    base::Duration pause{};
};

struct Sipping : Waiting {
    /// What comes of a large request to a backend that is told how often it has taken, and how much
    /// is left.
    template <typename HowMuch>
    std::string upload(const HowMuch& how_much) {
        Deaf backend;
        port = backend.port();
        auto options = World::pool_options();
        options.stall_timeout = 1s;
        net::Pools own({loop, names, counters, log}, options);
        net::Client client(own, {origin()}, {}, "test");
        const std::string body(24u << 20, 'x');
        std::string room(Sip{}.most, '\0');
        std::size_t left = body.size();
        int taken = 0;
        base::Timer taking(loop, [&] {
            if (!kept) {
                kept.emplace(backend.take());
                kept->setBlocking(false);
            }
            const Sip sip = how_much(taken++, left);
            const int count = kept->receiveBytes(room.data(), static_cast<int>(sip.most));
            left -= std::min(left, static_cast<std::size_t>(std::max(count, 0)));
            if (left > 0) {
                return taking.start(sip.pause);
            }
            kept->sendBytes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole", 43);
        });
        taking.start(1ms);
        return ask(client, "POST", body);
    }
};

TEST_CASE_FIXTURE(Sipping, "client: a backend that takes too little to make room is waited for") {
    CHECK(upload([](int taken, std::size_t) {
              return taken < 30 ? Sip{.most = 20'000, .pause = 60ms} : Sip{};
          }) == "whole");
}

TEST_CASE_FIXTURE(Sipping, "client: a backend that takes a large request slowly is waited for") {
    // What is left of the request gets less all the time, for longer than the limit.
    CHECK(upload([](int, std::size_t left) {
              return Sip{.pause = left > (12u << 20) ? 60ms : 0ms};
          }) == "whole");
}

TEST_CASE_FIXTURE(Waiting, "client: no more of a body is read than its backend takes") {
    Deaf backend;
    port = backend.port();
    auto asking = client();
    Source source;
    http::Request request;
    request.method = "POST";
    request.target = "/t";
    request.stream = &source;
    const auto call = asking.call(request, [](const auto&) {});
    run_until([&] { return source.given > 0; });
    int turns_left = 20;
    run_until([&] { return --turns_left < 0; });
    CHECK(source.given < Source::kPieces);
}

TEST_CASE_FIXTURE(Waiting, "client: a kept connection is closed after its idle time") {
    auto options = World::pool_options();
    options.idle_timeout = 20ms;
    options.stall_timeout = 5ms;
    net::Pools own({loop, names, counters, log}, options);
    net::Client client(own, {origin()}, {}, "test");
    CHECK(ask(client, "GET") == "GET /t ");
    CHECK(own.idle() == 1);
    run_until([&] { return own.idle() == 0; });
    CHECK(counters.upstream_open.value() == 0);
}
