#include "app/background.hpp"

#include <atomic>
#include <future>
#include <optional>
#include <string>

#include <doctest/doctest.h>

#include <aggregator/http/local_reply.hpp>
#include <aggregator/net/server.hpp>

#include "app/blocking_pool.hpp"

namespace aggregator::app {
namespace {

using component::RemoteOptions;

/// Sends everybody who asks for `/moved` to where it is told, and answers the rest.
class Remote final : public http::Service {
public:
    explicit Remote(base::Loop& loop) : loop_(loop) {}

    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                   http::Done done) override {
        http::LocalReply reply{.status = 200, .body = "of " + std::string(request.target)};
        if (request.target == "/moved") {
            reply.status = 302;
            reply.headers.emplace_back("Location", "/here");
        }
        return http::answer_later(loop_, std::move(reply), std::move(done));
    }

private:
    base::Loop& loop_;
};

/// A background with a host that it can ask, on a thread of that host's own.
struct World {
    World() {
        const auto bound = server.listen("127.0.0.1", 0);
        REQUIRE(bound);
        host.name = host.authority = "127.0.0.1";
        host.port = *bound;
        thread = std::thread([this] {
            loop.run();
            server.close_all();
        });
    }
    ~World() {
        loop.post([this] { loop.stop(); });
        thread.join();
    }

    /// The status and the body of an answer, as the background's thread gets them.
    std::string ask(const std::string& target, const RemoteOptions& options = {}) {
        std::promise<std::string> told;
        std::unique_ptr<http::Service> client;
        std::unique_ptr<http::Call> call;
        background.loop().post([&] {
            client = background.client(host, options);
            http::Request request;
            request.method = "GET";
            request.target = target;
            call = client->call(request, [&told](http::Result<http::Response> answer) {
                told.set_value(text_of(answer));
            });
        });
        background.start();
        std::string text = told.get_future().get();
        background.stop();  // so that both can be destroyed here
        return text;
    }

    static std::string text_of(const http::Result<http::Response>& answer) {
        if (!answer) {
            return std::string(base::row(answer.error().code).name);
        }
        const std::string text = std::to_string(answer->status) + ' ' + std::string(answer->body);
        return answer->cut ? text + "cut" : text;
    }

    base::Log log{{.level = base::LogLevel::Error}};
    net::EventLoop loop;
    base::Counters counters;
    Remote remote{loop};
    net::Server server{net::Server::Context{loop, remote, log, counters}, {}};
    plan::Host host;
    net::Resolver resolver;
    base::HeldBudget held{1U << 20};
    Background background{{log, resolver, held}, {}, std::chrono::seconds(30)};
    std::thread thread;
};

TEST_CASE("background: a host is asked on its thread, and answers come whole") {
    CHECK(World().ask("/keys") == "200 of /keys");
}

TEST_CASE("background: redirects are followed where that was asked for") {
    CHECK(World().ask("/moved") == "200 of /here");
    CHECK(World().ask("/moved", {.redirects = false}) == "302 of /moved");
}

TEST_CASE("background: an answer that is larger than was asked for has no body") {
    CHECK(World().ask("/abc", {.answer_bytes_max = 7}) == "200 of /abc");
    CHECK(World().ask("/abcd", {.answer_bytes_max = 7}) == "200 cut");
}

TEST_CASE("background: it has no thread if nobody has asked for its loop") {
    World world;
    world.background.start();
    world.background.stop();
    bool ran = false;
    world.background.loop().post([&ran] { ran = true; });
    CHECK_FALSE(ran);
}

TEST_CASE("blocking pool: jobs run elsewhere, two at a time") {
    std::promise<void> first;
    std::promise<void> second;
    std::promise<void> done;
    BlockingPool pool;  // joins its threads before those go
    // Each waits for the other: they end only if both run.
    REQUIRE(pool.work([&] {
        first.set_value();
        second.get_future().wait();
    }));
    REQUIRE(pool.work([&] {
        first.get_future().wait();
        second.set_value();
        done.set_value();
    }));
    done.get_future().wait();
}

TEST_CASE("blocking pool: as many jobs wait as are allowed, and one more is refused") {
    std::atomic<std::size_t> ran = 0;
    std::promise<void> gate;
    const std::shared_future<void> open = gate.get_future().share();
    std::atomic<unsigned> busy = 0;
    BlockingPool pool;
    for (unsigned i = 0; i < BlockingPool::kThreads; ++i) {
        REQUIRE(pool.work([&] {
            ++busy;
            open.wait();
        }));
    }
    while (busy < BlockingPool::kThreads) {
        std::this_thread::yield();
    }
    for (std::size_t i = 0; i < BlockingPool::kWaitingMax; ++i) {
        CHECK(pool.work([&ran] { ++ran; }));
    }
    CHECK_FALSE(pool.work([&ran] { ++ran; }));
    gate.set_value();
    while (ran < BlockingPool::kWaitingMax) {
        std::this_thread::yield();
    }
    CHECK(pool.work([&ran] { ++ran; }));
}

TEST_CASE("blocking pool: what waits at its end never runs, and nothing is taken after it") {
    std::promise<void> gate;
    const std::shared_future<void> open = gate.get_future().share();
    std::atomic<unsigned> busy = 0;
    std::atomic<unsigned> late = 0;
    BlockingPool pool;
    for (unsigned i = 0; i < BlockingPool::kThreads; ++i) {
        REQUIRE(pool.work([&] {
            ++busy;
            open.wait();
        }));
    }
    while (busy < BlockingPool::kThreads) {
        std::this_thread::yield();
    }
    auto kept = std::make_shared<int>();
    const std::weak_ptr<int> waiting = kept;
    REQUIRE(pool.work([&late, kept = std::move(kept)] { ++late; }));
    std::thread ending([&pool] { pool.stop(); });
    while (!waiting.expired()) {
        std::this_thread::yield();
    }
    CHECK_FALSE(pool.work([&late] { ++late; }));
    gate.set_value();
    ending.join();
    CHECK(late == 0);
}

}  // namespace
}  // namespace aggregator::app
