#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <aggregator/config/load.hpp>
#include <aggregator/shadow/mirror.hpp>
#include <support/fake_loop.hpp>
#include <support/fake_service.hpp>
#include <support/fake_stream.hpp>

using namespace aggregator;
using namespace std::chrono_literals;
using testing::FakeLoop;
using testing::FakeService;
using testing::FakeStream;
using testing::Script;

namespace {

constexpr const char* kConfiguration = R"({
  "version": 3,
  "extra_config": {"router": {"max_shadow_calls": 2, "max_body_bytes": 10}},
  "endpoints": [{
    "endpoint": "/e/{id}", "method": "POST", "timeout": "1s", "output_encoding": "no-op",
    "backend": [
      {"host": ["http://live"], "url_pattern": "/live/{id}"},
      {"host": ["http://next"], "url_pattern": "/next/{id}", "method": "PUT",
       "extra_config": {"proxy": {"shadow": true, "shadow_timeout": "3s"}}},
      {"host": ["http://other"], "url_pattern": "/other/{id}",
       "extra_config": {"proxy": {"shadow": true}}}
    ]}]})";

std::shared_ptr<const plan::Plan> make_plan() {
    config::Loaded loaded = config::load_text(kConfiguration, "test.json");
    auto plan = plan::compile(loaded, loaded.diagnostics);
    REQUIRE(plan != nullptr);
    return plan;
}

/// A mirror between fakes.
struct World {
    FakeLoop loop;
    std::shared_ptr<const plan::Plan> plan = make_plan();
    base::Counters counters;
    base::Log log{{.level = base::LogLevel::Error}};
    FakeService live{loop, Script{.body = "live"}};
    FakeService next{loop, Script{.body = "next"}};
    FakeService other{loop, Script{.body = "other"}};
    shadow::Mirror mirror{
        {loop, *plan, counters, log}, plan->endpoints.front(), live, {&next, &other}};
    std::vector<std::string> replies;
    std::size_t live_streams = 0;

    std::unique_ptr<http::Call> ask(std::string_view body, http::BodyStream* stream = nullptr) {
        const std::vector<std::string_view> params{"7"};
        http::Request request;
        request.method = "POST";
        request.target = "/e/7";
        request.params = params;
        request.body = body;
        request.stream = stream;
        return mirror.call(request, [this](http::Result<http::Response> answer) {
            replies.push_back(answer ? std::string(answer->body) : "error");
        });
    }
};

}  // namespace

TEST_CASE("mirror: the endpoint answers, and each shadow gets a copy by its own rules") {
    World world;
    const auto call = world.ask("body");
    world.loop.settle();
    CHECK(world.replies == std::vector<std::string>{"live"});
    REQUIRE(world.next.seen.size() == 1);
    CHECK(world.next.seen[0].method == "PUT");
    CHECK(world.next.seen[0].target == "/next/7");
    CHECK(world.next.seen[0].body == "body");
    REQUIRE(world.other.seen.size() == 1);
    CHECK(world.other.seen[0].method == "POST");
    CHECK(world.mirror.in_flight() == 0);
    CHECK(world.counters.shadow_finished.value() == 2);
}

TEST_CASE("mirror: the live call is started first") {
    World world;
    std::vector<std::string> order;
    world.live.decide = [&](const http::Request&) {
        order.emplace_back("live");
        return Script{};
    };
    world.next.decide = [&](const http::Request&) {
        order.emplace_back("next");
        return Script{};
    };
    const auto call = world.ask("body");
    CHECK(order == std::vector<std::string>{"live", "next"});
}

TEST_CASE("mirror: a failing or hanging shadow changes nothing for the client") {
    World world;
    world.next.scripts[0].failure = base::Error{base::Code::Reset, "reset"};
    world.other.scripts[0].hangs = true;
    const auto call = world.ask("body");
    world.loop.settle();
    CHECK(world.replies == std::vector<std::string>{"live"});
    CHECK(world.mirror.in_flight() == 1);
}

TEST_CASE("mirror: each copy has its own deadline") {
    World world;
    world.next.scripts[0].hangs = true;
    world.other.scripts[0].hangs = true;
    const auto call = world.ask("body");
    world.loop.advance(999ms);
    CHECK(world.mirror.in_flight() == 2);
    world.loop.advance(1ms);
    CHECK(world.mirror.in_flight() == 1);
    CHECK(world.other.live_calls == 0);
    world.loop.advance(2s);
    CHECK(world.mirror.in_flight() == 0);
    CHECK(world.next.live_calls == 0);
    CHECK(world.loop.timers().size() == 0);
}

TEST_CASE("mirror: a client that leaves does not stop the copies") {
    World world;
    world.next.scripts[0].delay = 500ms;
    auto call = world.ask("body");
    call.reset();
    world.loop.advance(500ms);
    CHECK(world.replies.empty());
    CHECK(world.live.live_calls == 0);
    CHECK(world.counters.shadow_finished.value() == 2);
}

TEST_CASE("mirror: copies above the limit are dropped and counted") {
    World world;
    world.next.scripts[0].hangs = true;
    std::vector<std::unique_ptr<http::Call>> calls;
    for (int i = 0; i < 5; ++i) {
        calls.push_back(world.ask("body"));
        world.loop.settle();
    }
    CHECK(world.replies.size() == 5);
    CHECK(world.next.seen.size() == 2);
    CHECK(world.other.seen.size() == 5);
    CHECK(world.counters.shadow_dropped.value() == 3);
    CHECK(world.counters.shadow_started.value() == 7);
}

TEST_CASE("mirror: a body above the limit is not copied") {
    World world;
    const auto call = world.ask("eleven byte");
    world.loop.settle();
    CHECK(world.replies == std::vector<std::string>{"live"});
    CHECK(world.live.seen[0].body == "eleven byte");
    CHECK(world.next.seen.empty());
    CHECK(world.counters.shadow_dropped.value() == 2);
}

TEST_CASE("mirror: a streamed body reaches the endpoint and every shadow") {
    World world;
    FakeStream body(world.loop, {.pieces = {"ab", "cd", "ef"}, .every = 10ms}, world.live_streams);
    const auto call = world.ask({}, &body);
    world.loop.advance(100ms);
    CHECK(world.replies == std::vector<std::string>{"live"});
    CHECK(world.live.seen[0].body == "abcdef");
    CHECK(world.next.seen[0].body == "abcdef");
    CHECK(world.other.seen[0].body_complete);
}

TEST_CASE("mirror: a shadow that does not read is given up, and the live side goes on") {
    World world;
    world.next.scripts[0].reads_body = false;
    world.next.scripts[0].hangs = true;
    FakeStream body(world.loop,
                    {.pieces = std::vector<std::string>(100, "0123456789"), .every = 1ms},
                    world.live_streams);
    const auto call = world.ask({}, &body);
    world.loop.advance(500ms);
    CHECK(world.live.seen[0].body.size() == 1000);
    CHECK(world.replies == std::vector<std::string>{"live"});
    CHECK(world.other.seen[0].body.size() == 1000);
}

TEST_CASE(
    "mirror: a client that leaves in the middle of its body fails the copies that miss the rest") {
    World world;
    auto body = std::make_unique<FakeStream>(
        world.loop, FakeStream::Plan{.pieces = {"ab", "cd"}, .every = 10ms}, world.live_streams);
    auto call = world.ask({}, body.get());
    world.loop.advance(15ms);
    call.reset();
    body.reset();
    world.loop.settle();
    CHECK(world.next.seen[0].body_failure == base::Code::ClientClosed);
    world.loop.run_dry();
    CHECK(world.mirror.in_flight() == 0);
}
