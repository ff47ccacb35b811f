#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <aggregator/base/held.hpp>

#include "unit/shadow/world.hpp"

using namespace aggregator;
using namespace aggregator::shadow;
using namespace aggregator::shadow::testing;
using namespace std::chrono_literals;

TEST_CASE("mirror: the endpoint answers, and each shadow gets a copy by its own rules") {
    World world({shadow_backend(""), shadow_backend("", "/other/{id}")});
    world.serve("body");
    CHECK(world.replies == std::vector<std::string>{"live"});
    REQUIRE(world.fakes[0]->seen.size() == 1);
    CHECK(world.fakes[0]->seen[0].target == "/next/7");
    CHECK(world.fakes[0]->seen[0].body == "body");
    REQUIRE(world.fakes[1]->seen.size() == 1);
    CHECK(world.fakes[1]->seen[0].target == "/other/7");
    CHECK(world.mirror.in_flight() == 0);
    CHECK(world.ledger(0).finished[1] == 1);
    CHECK(world.ledger(1).finished[1] == 1);
}

TEST_CASE("mirror: the live call is started first") {
    World world({shadow_backend("")});
    std::vector<std::string> order;
    world.live.decide = [&](const http::Request&) {
        order.emplace_back("live");
        return Script{};
    };
    world.fakes[0]->decide = [&](const http::Request&) {
        order.emplace_back("shadow");
        return Script{};
    };
    world.serve("body");
    CHECK(order == std::vector<std::string>{"live", "shadow"});
}

TEST_CASE("mirror: a failing or hanging shadow changes nothing for the client") {
    World world({shadow_backend(""), shadow_backend("", "/other")});
    world.fakes[0]->scripts[0].failure = base::Error{base::Code::Reset, "reset"};
    world.fakes[1]->scripts[0].hangs = true;
    world.serve("body");
    CHECK(world.replies == std::vector<std::string>{"live"});
    CHECK(world.dropped(Reason::Reset, 0) == 1);
    CHECK(world.ledger(1).in_flight == 1);
}

TEST_CASE("mirror: each copy has its own deadline") {
    World world({shadow_backend(""), shadow_backend("", "/other")});
    world.controls[1]->timeout = std::chrono::nanoseconds(1s).count();
    world.fakes[0]->scripts[0].hangs = true;
    world.fakes[1]->scripts[0].hangs = true;
    const auto call = world.ask("body");
    world.loop.advance(999ms);
    CHECK(world.mirror.in_flight() == 2);
    world.loop.advance(1ms);
    CHECK(world.ledger(1).in_flight == 0);
    CHECK(world.dropped(Reason::Timeout, 1) == 1);
    CHECK(world.fakes[1]->live_calls == 0);
    world.loop.advance(2s);
    CHECK(world.mirror.in_flight() == 0);
    CHECK(world.fakes[0]->live_calls == 0);
    CHECK(world.loop.timers().size() == 0);
}

TEST_CASE("mirror: copies that were made together do not all end in one turn of the loop") {
    for (const int copies : {40, 640}) {
        World world({shadow_backend(R"({"limits": {"concurrency": 640}})")});
        world.budget.in_flight_max = 640;
        world.fakes[0]->scripts[0].hangs = true;
        for (int i = 0; i < copies; ++i) {
            world.serve();
        }
        const auto made = static_cast<std::uint64_t>(copies);
        world.loop.advance(3s);
        CHECK(world.dropped(Reason::Timeout) > 0);
        CHECK(world.dropped(Reason::Timeout) < made / 4);
        world.loop.advance(300ms);
        CHECK(world.dropped(Reason::Timeout) == made);
    }
}

TEST_CASE("mirror: a client that leaves does not stop the copies") {
    World world({shadow_backend("")});
    world.fakes[0]->scripts[0].delay = 500ms;
    auto call = world.ask("body");
    call.reset();
    world.loop.advance(500ms);
    CHECK(world.replies.empty());
    CHECK(world.live.live_calls == 0);
    CHECK(world.ledger().finished_total() == 1);
}

TEST_CASE("mirror: copies above the concurrency wait their turn, with all that they are made of") {
    World world({shadow_backend(R"({"limits": {"concurrency": 1, "queue": 2}})")});
    world.fakes[0]->scripts[0].delay = 100ms;
    for (const char* const body : {"one", "two", "three", "four"}) {
        world.serve(body);
    }
    CHECK(world.fakes[0]->seen.size() == 1);
    CHECK(world.ledger().in_flight == 3);
    CHECK(world.ledger().bytes_held > 0);
    CHECK(world.dropped(Reason::QueueFull) == 1);
    world.loop.advance(1s);
    REQUIRE(world.fakes[0]->seen.size() == 3);
    CHECK(world.fakes[0]->seen[1].body == "two");
    CHECK(world.fakes[0]->seen[2].body == "three");
    CHECK(world.fakes[0]->seen[2].target == "/next/7");
    CHECK(world.ledger().finished_total() == 3);
    CHECK(world.ledger().waited.count() == 2);
    CHECK(world.ledger().bytes_held == 0);
    CHECK(world.budget.held.bytes == 0);
    CHECK(world.replies.size() == 4);
}

TEST_CASE("mirror: a copy whose turn does not come in a quarter of its time is not sent") {
    World world({shadow_backend(R"({"limits": {"concurrency": 1}})")});
    world.fakes[0]->scripts[0].hangs = true;
    world.serve("one");
    world.controls[0]->timeout = std::chrono::nanoseconds(4s).count();
    world.serve("two");
    world.loop.advance(999ms);
    CHECK(world.mirror.in_flight() == 2);
    world.loop.advance(1ms);
    CHECK(world.dropped(Reason::Timeout) == 1);
    CHECK(world.mirror.in_flight() == 1);
    CHECK(world.ledger().bytes_held == 0);
    world.loop.advance(2s);
    CHECK(world.mirror.in_flight() == 0);
    CHECK(world.fakes[0]->seen.size() == 1);
}

TEST_CASE("mirror: a copy that had to wait for its turn has the rest of its time") {
    World world({shadow_backend(R"({"limits": {"concurrency": 1}})")});
    world.fakes[0]->scripts[0].delay = 500ms;
    world.serve("one");
    world.serve("two");
    world.fakes[0]->scripts[0] = {.hangs = true};
    world.loop.advance(2999ms);
    CHECK(world.fakes[0]->seen.size() == 2);
    CHECK(world.mirror.in_flight() == 1);
    world.loop.advance(1ms);
    CHECK(world.dropped(Reason::Timeout) == 1);
    CHECK(world.mirror.in_flight() == 0);
}

TEST_CASE("mirror: copies that were not sent say nothing about the shadow to its breaker") {
    World world({shadow_backend(R"({"limits": {"concurrency": 1, "breaker": {"errors": 2}}})")});
    world.fakes[0]->scripts[0].delay = 2s;
    for (int i = 0; i < 5; ++i) {
        world.serve();
    }
    world.loop.advance(2s);
    CHECK(world.dropped(Reason::Timeout) == 4);
    CHECK(world.ledger().finished_total() == 1);
    world.serve();
    CHECK(world.dropped(Reason::Breaker) == 0);
}

TEST_CASE("mirror: the queue holds so many bytes and no more") {
    World world({shadow_backend(R"({"limits": {"concurrency": 1, "queue_bytes": 400}})")});
    world.fakes[0]->scripts[0].hangs = true;
    world.serve();
    world.serve(std::string(100, 'a'));
    world.serve(std::string(250, 'b'));
    CHECK(world.ledger().in_flight == 2);
    CHECK(world.dropped(Reason::QueueFull) == 1);
}

TEST_CASE("mirror: the budget of the process is kept") {
    World world({shadow_backend("")});
    world.budget.in_flight_max = 2;
    world.fakes[0]->scripts[0].hangs = true;
    for (int i = 0; i < 3; ++i) {
        world.serve();
    }
    CHECK(world.ledger().in_flight == 2);
    CHECK(world.dropped(Reason::Budget) == 1);
    world.loop.run_dry();
    CHECK(world.budget.in_flight == 0);
}

TEST_CASE("mirror: a body one byte above the limit is not copied, and the client sees nothing") {
    World world({shadow_backend(R"({"limits": {"max_body": 10}})")});
    world.serve("ten bytes!");
    world.serve("eleven byte");
    CHECK(world.replies == std::vector<std::string>{"live", "live"});
    CHECK(world.live.seen[1].body == "eleven byte");
    CHECK(world.fakes[0]->seen.size() == 1);
    CHECK(world.dropped(Reason::BodyTooLarge) == 1);
}

TEST_CASE("mirror: a streamed body reaches the endpoint and every shadow") {
    World world({shadow_backend(""), shadow_backend("", "/other")});
    FakeStream body(world.loop, {.pieces = {"ab", "cd", "ef"}, .every = 10ms}, world.live_streams);
    const auto call = world.ask({}, &body);
    world.loop.advance(100ms);
    CHECK(world.replies == std::vector<std::string>{"live"});
    CHECK(world.live.seen[0].body == "abcdef");
    CHECK(world.fakes[0]->seen[0].body == "abcdef");
    CHECK(world.fakes[1]->seen[0].body_complete);
    CHECK(world.budget.held.bytes == 0);
}

TEST_CASE("mirror: a shadow that does not read is given up, and the live side goes on") {
    World world(
        {shadow_backend(R"({"limits": {"queue_bytes": 100}})"), shadow_backend("", "/other")});
    world.fakes[0]->scripts[0].reads_body = false;
    world.fakes[0]->scripts[0].hangs = true;
    FakeStream body(world.loop,
                    {.pieces = std::vector<std::string>(100, "0123456789"), .every = 1ms},
                    world.live_streams);
    const auto call = world.ask({}, &body);
    world.loop.advance(500ms);
    CHECK(world.live.seen[0].body.size() == 1000);
    CHECK(world.replies == std::vector<std::string>{"live"});
    CHECK(world.fakes[1]->seen[0].body.size() == 1000);
    CHECK(world.ledger(0).bytes_held == 0);
}

TEST_CASE("mirror: a streamed body that grows above the limit loses its copy, not the client") {
    World world({shadow_backend(R"({"limits": {"max_body": 5}})")});
    FakeStream body(world.loop, {.pieces = {"abc", "def", "ghi"}, .every = 10ms},
                    world.live_streams);
    const auto call = world.ask({}, &body);
    world.loop.advance(100ms);
    CHECK(world.live.seen[0].body == "abcdefghi");
    CHECK(world.dropped(Reason::BodyTooLarge) == 1);
}

TEST_CASE("mirror: a client that leaves in the middle of its body ends the copy as body_error") {
    World world({shadow_backend("")});
    auto body = std::make_unique<FakeStream>(
        world.loop, FakeStream::Plan{.pieces = {"ab", "cd"}, .every = 10ms}, world.live_streams);
    auto call = world.ask({}, body.get());
    world.loop.advance(15ms);
    call.reset();
    body.reset();
    world.loop.run_dry();
    CHECK(world.mirror.in_flight() == 0);
    CHECK(world.dropped(Reason::BodyError) == 1);
}

TEST_CASE("mirror: a shadow without the body is sent none") {
    World world({shadow_backend(R"({"request": {"body": "none"}})")});
    world.headers = {{"Content-Type", "text/plain"}, {"Accept", "a/b"}};
    world.serve("body");
    REQUIRE(world.fakes[0]->seen.size() == 1);
    CHECK(world.fakes[0]->seen[0].body.empty());
    for (const auto& [name, value] : world.fakes[0]->seen[0].headers) {
        CHECK(name != "Content-Type");
    }
}

TEST_CASE("mirror: an answer that waits for its copy goes out unchanged when the copy has ended") {
    World world({shadow_backend(R"({"wait": true})")});
    world.live.scripts[0].headers = {{"A", "b"}};
    world.fakes[0]->scripts[0].delay = 300ms;
    const auto call = world.ask("body");
    world.loop.advance(299ms);
    CHECK(world.replies.empty());
    world.loop.advance(1ms);
    CHECK(world.replies == std::vector<std::string>{"live"});
}

TEST_CASE("mirror: who waits for copies waits for none beyond its own deadline") {
    World world({shadow_backend(R"({"wait": true})")});
    world.controls[0]->timeout = std::chrono::nanoseconds(50ms).count();
    world.fakes[0]->scripts[0].hangs = true;
    std::vector<std::unique_ptr<http::Call>> calls;
    for (int i = 0; i < 40; ++i) {
        calls.push_back(world.ask("body"));
    }
    world.loop.advance(50ms);
    CHECK(world.replies.size() == 40);
}

TEST_CASE("mirror: nobody waits for a copy beyond the endpoint's timeout") {
    World world({shadow_backend(R"({"wait": true})")});
    world.fakes[0]->scripts[0].hangs = true;
    const auto call = world.ask("body");
    world.loop.advance(999ms);
    CHECK(world.replies.empty());
    world.loop.advance(1ms);
    CHECK(world.replies == std::vector<std::string>{"live"});
    world.loop.run_dry();
    CHECK(world.dropped(Reason::Timeout) == 1);
}

TEST_CASE("mirror: an answer that waits counts as held, and goes out when there is no memory") {
    World world({shadow_backend(R"({"wait": true})")});
    world.fakes[0]->scripts[0].hangs = true;
    const auto call = world.ask("body");
    world.loop.advance(10ms);
    CHECK(world.replies.empty());
    CHECK(world.loop.held().bytes(base::HeldKind::Body) >= 4);
    REQUIRE(world.loop.held().give_up_oldest(base::HeldKind::Body));
    CHECK(world.replies == std::vector<std::string>{"live"});
    CHECK(world.loop.held().bytes(base::HeldKind::Body) == 0);
    world.loop.run_dry();
}

TEST_CASE("mirror: the time that the live side took is not waited for once more") {
    World world({shadow_backend(R"({"wait": true})")});
    world.live.scripts[0].delay = 400ms;
    world.fakes[0]->scripts[0].hangs = true;
    const auto call = world.ask("body");
    world.loop.advance(999ms);
    CHECK(world.replies.empty());
    world.loop.advance(1ms);
    CHECK(world.replies == std::vector<std::string>{"live"});
}

TEST_CASE("mirror: an answer does not wait for a copy that was not made") {
    World world({shadow_backend(R"({"wait": true})")});
    world.controls[0]->enabled = false;
    const auto call = world.ask("body");
    world.loop.settle();
    CHECK(world.replies == std::vector<std::string>{"live"});
}

TEST_CASE("mirror: a live answer before the body's end ends copies that wait for the rest") {
    World world({shadow_backend(R"({"wait": true})")});
    world.live.scripts[0].reads_body = false;
    FakeStream body(world.loop, {.pieces = {"ab", "cd"}, .every = 500ms}, world.live_streams);
    const auto call = world.ask({}, &body);
    world.loop.settle();
    CHECK(world.replies == std::vector<std::string>{"live"});
    CHECK(world.dropped(Reason::BodyError) == 1);
    CHECK(body.asked == 0);
    CHECK(world.budget.held.bytes == 0);
}

TEST_CASE("mirror: a copy without the body is waited for, whatever the live side read of it") {
    World world({shadow_backend(R"({"wait": true, "request": {"body": "none"}})"),
                 shadow_backend(R"({"wait": true})", "/other")});
    world.live.scripts[0].reads_body = false;
    world.fakes[0]->scripts[0].delay = 300ms;
    FakeStream body(world.loop, {.pieces = {"ab", "cd"}, .every = 500ms}, world.live_streams);
    const auto call = world.ask({}, &body);
    world.loop.advance(299ms);
    CHECK(world.replies.empty());
    world.loop.advance(1ms);
    CHECK(world.replies == std::vector<std::string>{"live"});
    CHECK(world.dropped(Reason::BodyError, 1) == 1);
}

TEST_CASE("mirror: an answer that streams before its request's body has ended does not wait") {
    World world({shadow_backend(R"({"wait": true})")});
    world.live.scripts[0] = {.pieces = {"one"}, .reads_body = false};
    FakeStream body(world.loop, {.pieces = {"ab", "cd"}, .every = 500ms}, world.live_streams);
    const auto call = world.ask({}, &body);
    world.loop.settle();
    CHECK(world.replies.size() == 1);
    CHECK(world.mirror.in_flight() == 1);
}

TEST_CASE("mirror: an answer that streams waits when the request's body has ended") {
    World world({shadow_backend(R"({"wait": true})")});
    world.live.scripts[0] = {.pieces = {"one"}};
    world.fakes[0]->scripts[0].delay = 300ms;
    FakeStream body(world.loop, {.pieces = {"ab", "cd"}, .every = 10ms}, world.live_streams);
    const auto call = world.ask({}, &body);
    world.loop.advance(319ms);
    CHECK(world.replies.empty());
    world.loop.advance(1ms);
    CHECK(world.replies.size() == 1);
    CHECK(world.fakes[0]->seen[0].body == "abcd");
}

TEST_CASE("mirror: a client that leaves while its answer waits is not answered") {
    World world({shadow_backend(R"({"wait": true})")});
    world.fakes[0]->scripts[0].delay = 300ms;
    auto call = world.ask("body");
    world.loop.advance(100ms);
    call.reset();
    world.loop.run_dry();
    CHECK(world.replies.empty());
    CHECK(world.ledger().finished_total() == 1);
}

TEST_CASE("mirror: a removed shadow gets no more copies, and those under way come to their end") {
    World world({shadow_backend("")});
    world.fakes[0]->scripts[0].delay = 100ms;
    world.serve("one");
    world.mirror.remove(world.plan->endpoints.front().shadows[0].rules->id);
    world.serve("two");
    CHECK(world.mirror.in_flight() == 1);
    world.loop.advance(100ms);
    CHECK(world.mirror.in_flight() == 0);
    CHECK(world.fakes[0]->seen.size() == 1);
    CHECK(world.replies.size() == 2);
}

TEST_CASE("mirror: a shadow in the place of another one begins with a ledger of its own") {
    World world({shadow_backend("")});
    world.serve();
    CHECK(world.ledger().eligible == 1);
    const plan::Backend& backend = world.plan->endpoints.front().shadows[0];
    world.mirror.put({{world.plan, &backend}, world.controls[0], world.fakes[0]});
    CHECK(world.ledger().eligible == 0);
    world.serve();
    CHECK(world.fakes[0]->seen.size() == 2);  // the other one gets no copy
    world.loop.advance(1s);
    CHECK(world.loop.timers().size() == 0);
}

TEST_CASE("mirror: what is given up at the end is accounted for as shutdown") {
    World world({shadow_backend(R"({"limits": {"concurrency": 1}})")});
    world.fakes[0]->scripts[0].hangs = true;
    world.serve("one");
    world.serve("two");
    world.mirror.abandon();
    CHECK(world.mirror.in_flight() == 0);
    CHECK(world.dropped(Reason::Shutdown) == 2);
    CHECK(world.budget.in_flight == 0);
    CHECK(world.budget.held.bytes == 0);
}

TEST_CASE("mirror: a body that is too long to be held for several calls is not copied") {
    const auto copies = [](const std::string& live, FakeStream::Plan streamed) {
        World world(plan_of(
            R"({"version": 3, "extra_config": {"router": {"max_body_bytes": 4}}, "endpoints": [
              {"endpoint": "/e/{id}", "method": "POST", "timeout": "1s", )" +
            live + ", " + shadow_backend("") + "]}]}"));
        world.serve("five5");
        const std::uint64_t whole = world.ledger().eligible;
        FakeStream body(world.loop, std::move(streamed), world.live_streams);
        const auto call = world.ask({}, &body);
        world.loop.settle();
        CHECK(world.live.seen.size() == 2);
        return std::pair(whole, world.ledger().eligible - whole);
    };
    using Copies = std::pair<std::uint64_t, std::uint64_t>;
    const std::string one = R"("backend": [{"host": ["http://a"], "url_pattern": "/a"})";
    const std::string two = one + R"(, {"host": ["http://b"], "url_pattern": "/b"})";
    const FakeStream::Plan known{.pieces = {"five5"}, .length = 5};
    CHECK(copies(one, known) == Copies(1, 1));
    CHECK(copies(two, known) == Copies(0, 0));
    CHECK(copies(two, {.pieces = {"five5"}}) == Copies(0, 1));
    CHECK(copies(two, {.pieces = {"four"}, .length = 4}) == Copies(0, 1));
    CHECK(copies(R"("concurrent_calls": 2, )" + one, known) == Copies(1, 0));
}
