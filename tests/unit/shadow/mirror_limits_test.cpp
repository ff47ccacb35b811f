// The limits of copies, each at the last that fits and at the first that does not.
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "unit/shadow/world.hpp"

using namespace aggregator;
using namespace aggregator::shadow;
using namespace aggregator::shadow::testing;
using namespace std::chrono_literals;

namespace {

/// What one copy of a request without a body holds while it waits for its turn.
std::uint64_t bytes_of_a_waiting_copy() {
    World world({shadow_backend(R"({"limits": {"concurrency": 1}})")});
    world.fakes[0]->scripts[0].hangs = true;
    world.serve();
    world.serve();
    return world.ledger().bytes_held;
}

}  // namespace

TEST_CASE("mirror limits: as many copies at once as allowed, the next one waits") {
    World world({shadow_backend(R"({"limits": {"concurrency": 2}})")});
    world.fakes[0]->scripts[0].hangs = true;
    world.serve();
    world.serve();
    CHECK(world.fakes[0]->seen.size() == 2);
    CHECK(world.ledger().bytes_held == 0);
    world.serve();
    CHECK(world.fakes[0]->seen.size() == 2);
    CHECK(world.ledger().bytes_held > 0);
}

TEST_CASE("mirror limits: as many copies wait as the queue has places, one more is dropped") {
    World world({shadow_backend(R"({"limits": {"concurrency": 1, "queue": 2}})")});
    world.fakes[0]->scripts[0].hangs = true;
    for (int i = 0; i < 3; ++i) {
        world.serve();
    }
    CHECK(world.dropped(Reason::QueueFull) == 0);
    world.serve();
    CHECK(world.dropped(Reason::QueueFull) == 1);
}

TEST_CASE("mirror limits: a waiting body may take exactly what the queue has left") {
    const std::string rules = R"({"limits": {"concurrency": 1, "queue_bytes": )" +
                              std::to_string(bytes_of_a_waiting_copy() + 10) + "}}";
    for (const std::size_t size : {std::size_t{10}, std::size_t{11}}) {
        World world({shadow_backend(rules)});
        world.fakes[0]->scripts[0].hangs = true;
        world.serve();
        world.serve();
        world.serve(std::string(size, 'x'));
        CAPTURE(size);
        CHECK(world.dropped(Reason::QueueFull) == (size > 10 ? 1 : 0));
    }
}

TEST_CASE("mirror limits: a waiting body may take exactly what the process has left") {
    const std::uint64_t held = bytes_of_a_waiting_copy();
    for (const std::size_t size : {std::size_t{10}, std::size_t{11}}) {
        World world({shadow_backend(R"({"limits": {"concurrency": 1}})")});
        world.budget.held.bytes_max = held + 10;
        world.fakes[0]->scripts[0].hangs = true;
        world.serve();
        world.serve();
        world.serve(std::string(size, 'x'));
        CAPTURE(size);
        CHECK(world.dropped(Reason::Budget) == (size > 10 ? 1 : 0));
    }
}

TEST_CASE("mirror limits: a streamed copy may have a body of exactly the limit") {
    for (const std::string& last : {std::string("de"), std::string("def")}) {
        World world({shadow_backend(R"({"limits": {"max_body": 5}})")});
        FakeStream body(world.loop, {.pieces = {"abc", last}}, world.live_streams);
        const auto call = world.ask({}, &body);
        world.loop.settle();
        CAPTURE(last);
        CHECK(world.dropped(Reason::BodyTooLarge) == last.size() - 2);
        CHECK(world.ledger().finished_total() == 3 - last.size());
    }
}

TEST_CASE("mirror limits: a whole body that can just be held for several calls is copied") {
    World world(plan_of(R"({"version": 3, "extra_config": {"router": {"max_body_bytes": 4}},
      "endpoints": [{"endpoint": "/e/{id}", "method": "POST", "backend": [
        {"host": ["http://a"], "url_pattern": "/a"},
        {"host": ["http://b"], "url_pattern": "/b"}, )" +
                        shadow_backend("") + "]}]}"));
    world.serve("four");
    CHECK(world.ledger().eligible == 1);
    world.serve("five5");
    CHECK(world.ledger().eligible == 1);
}

TEST_CASE("mirror limits: a breaker's trial that was not sent leaves the next one its turn") {
    World world({shadow_backend(R"({"limits": {"max_body": 10,
      "breaker": {"errors": 1, "window": "10s", "cooldown": "5s"}}})")});
    world.fakes[0]->scripts[0].failure = base::Error{base::Code::Connect, "refused"};
    world.serve();
    world.fakes[0]->scripts[0].failure.reset();
    world.loop.advance(5s);
    world.serve("eleven byte");
    CHECK(world.dropped(Reason::BodyTooLarge) == 1);
    world.serve("ten bytes!");
    CHECK(world.dropped(Reason::Breaker) == 0);
    CHECK(world.ledger().finished_total() == 1);
}

TEST_CASE("mirror limits: a breaker's trial that waited in vain leaves the next one its turn") {
    World world({shadow_backend(R"({"limits": {"concurrency": 2,
      "breaker": {"errors": 1, "window": "10s", "cooldown": "1s"}}})")});
    world.controls[0]->timeout = std::chrono::nanoseconds(10s).count();
    world.fakes[0]->scripts = {
        {.delay = 9s},
        {.failure = base::Error{base::Code::Connect, "refused"}, .delay = 1s},
        {.delay = 9s}};
    for (int i = 0; i < 3; ++i) {
        world.serve();
    }
    world.loop.advance(2s);  // the second opened the breaker, and the third took its place
    world.serve();           // the trial, which waits
    CHECK(world.ledger().in_flight == 3);
    world.loop.advance(2500ms);
    CHECK(world.dropped(Reason::Timeout) == 1);
    world.serve();
    CHECK(world.dropped(Reason::Breaker) == 0);
    CHECK(world.ledger().in_flight == 3);
}

TEST_CASE("mirror limits: a worker's share of a rate is its share of the burst too") {
    World world({shadow_backend(R"({"sample": {"max_rate": 10}})")});
    Mirror half({world.loop, *world.plan, world.log, world.budget, 0.5},
                world.plan->endpoints.front(), world.live);
    const plan::Backend& backend = world.plan->endpoints.front().shadows[0];
    half.put({{world.plan, &backend}, world.controls[0], world.fakes[0]});
    http::Request request;
    request.method = "POST";
    request.target = "/e/7";
    const std::vector<std::string_view> params{"7"};
    request.params = params;
    const auto copies_of_ten = [&] {
        const std::size_t before = world.fakes[0]->seen.size();
        for (int i = 0; i < 10; ++i) {
            const auto call = half.call(request, [](const auto&) {});
            world.loop.settle();
        }
        return world.fakes[0]->seen.size() - before;
    };
    CHECK(copies_of_ten() == 5);
    CHECK(copies_of_ten() == 0);
    world.loop.advance(400ms);
    CHECK(copies_of_ten() == 2);
    world.loop.advance(1h);
    CHECK(copies_of_ten() == 5);
}

TEST_CASE("mirror limits: who waits for copies that are given up at the end is answered") {
    World world({shadow_backend(R"({"wait": true})")});
    world.fakes[0]->scripts[0].hangs = true;
    const auto call = world.ask("body");
    world.loop.settle();
    CHECK(world.replies.empty());
    world.mirror.abandon();
    CHECK(world.replies == std::vector<std::string>{"live"});
    CHECK(world.dropped(Reason::Shutdown) == 1);
}

TEST_CASE("mirror limits: a step's shadow that is not asked holds nothing of the body") {
    World world(plan_of(R"({"version": 3, "endpoints": [{"endpoint": "/e/{id}", "method": "POST",
      "extra_config": {"proxy": {"sequential": true}}, "backend": [
        {"host": ["http://a"], "url_pattern": "/a"},
        {"host": ["http://b"], "url_pattern": "/b"}, )" +
                        shadow_backend(R"({"sample": {"percentage": 0}})", "/{resp0_x}") + "]}]}"));
    world.live.decide = [](const http::Request& request) {
        REQUIRE(request.follower != nullptr);
        request.follower->on_step(1, request);
        return Script{.body = "live"};
    };
    FakeStream body(world.loop, {.pieces = {"ab", "cd"}, .every = 10ms}, world.live_streams);
    const auto call = world.ask({}, &body);
    world.loop.advance(15ms);
    CHECK(world.budget.held.bytes == 0);
    world.loop.run_dry();
    CHECK(world.live.seen[0].body == "abcd");
    CHECK(world.dropped(Reason::Sampling) == 1);
}

TEST_CASE("mirror limits: a share of a burst that is less than one copy lets one through") {
    World world({shadow_backend(R"({"sample": {"max_rate": 10, "burst": 1}})")});
    Mirror quarter({world.loop, *world.plan, world.log, world.budget, 0.25},
                   world.plan->endpoints.front(), world.live);
    const plan::Backend& backend = world.plan->endpoints.front().shadows[0];
    quarter.put({{world.plan, &backend}, world.controls[0], world.fakes[0]});
    http::Request request;
    request.method = "POST";
    request.target = "/e/7";
    const std::vector<std::string_view> params{"7"};
    request.params = params;
    for (int i = 0; i < 2; ++i) {
        const auto call = quarter.call(request, [](const auto&) {});
        world.loop.settle();
    }
    CHECK(world.fakes[0]->seen.size() == 1);
}
