#include <doctest/doctest.h>

#include <chrono>

#include "shadow/breaker.hpp"
#include "unit/shadow/world.hpp"

using namespace aggregator;
using namespace aggregator::shadow;
using namespace aggregator::shadow::testing;
using namespace std::chrono_literals;
using Outcome = Breaker::Outcome;
using Verdict = Breaker::Verdict;

namespace {

const base::Time kStart{1h};

Breaker three_in_ten() {
    return Breaker(Breaker::Config{.errors = 3, .window = 10s, .cooldown = 30s});
}

}  // namespace

TEST_CASE("breaker: opens with the last of so many failures within the window") {
    Breaker breaker = three_in_ten();
    CHECK_FALSE(breaker.ended(Verdict::Pass, Outcome::Failed, kStart));
    CHECK_FALSE(breaker.ended(Verdict::Pass, Outcome::Failed, kStart + 5s));
    CHECK(breaker.ask(kStart + 5s) == Verdict::Pass);
    CHECK(breaker.ended(Verdict::Pass, Outcome::Failed, kStart + 10s));
    CHECK(breaker.ask(kStart + 10s) == Verdict::Refuse);
}

TEST_CASE("breaker: failures that lie further apart do not open it") {
    Breaker breaker = three_in_ten();
    for (int i = 0; i < 10; ++i) {
        CHECK_FALSE(breaker.ended(Verdict::Pass, Outcome::Failed, kStart + i * 6s));
    }
}

TEST_CASE("breaker: answers, and copies that were not sent, do not count") {
    Breaker breaker = three_in_ten();
    for (int i = 0; i < 10; ++i) {
        breaker.ended(Verdict::Pass, Outcome::Answered, kStart);
        breaker.ended(Verdict::Pass, Outcome::NotSent, kStart);
    }
    CHECK(breaker.ask(kStart) == Verdict::Pass);
}

TEST_CASE("breaker: after the pause one copy is tried, and its answer closes") {
    Breaker breaker = three_in_ten();
    for (int i = 0; i < 3; ++i) {
        breaker.ended(Verdict::Pass, Outcome::Failed, kStart);
    }
    CHECK(breaker.ask(kStart + 29s) == Verdict::Refuse);
    CHECK(breaker.ask(kStart + 30s) == Verdict::Trial);
    CHECK(breaker.ask(kStart + 30s) == Verdict::Refuse);
    breaker.ended(Verdict::Trial, Outcome::NotSent, kStart + 30s);
    CHECK(breaker.ask(kStart + 31s) == Verdict::Trial);
    breaker.ended(Verdict::Trial, Outcome::Failed, kStart + 32s);
    CHECK(breaker.ask(kStart + 61s) == Verdict::Refuse);
    CHECK(breaker.ask(kStart + 62s) == Verdict::Trial);
    breaker.ended(Verdict::Trial, Outcome::Answered, kStart + 62s);
    CHECK(breaker.ask(kStart + 62s) == Verdict::Pass);
}

TEST_CASE("breaker: switched off it never opens") {
    Breaker breaker{std::nullopt};
    for (int i = 0; i < 100; ++i) {
        CHECK_FALSE(breaker.ended(Verdict::Pass, Outcome::Failed, kStart));
    }
    CHECK(breaker.ask(kStart) == Verdict::Pass);
}

TEST_CASE("breaker: a shadow that fails is left alone for a while, and comes back") {
    World world({shadow_backend(
        R"({"limits": {"breaker": {"errors": 2, "window": "10s", "cooldown": "5s"}}})")});
    world.fakes[0]->scripts[0].failure = base::Error{base::Code::Connect, "refused"};
    for (int i = 0; i < 4; ++i) {
        world.serve();
    }
    CHECK(world.dropped(Reason::Connect) == 2);
    CHECK(world.dropped(Reason::Breaker) == 2);
    world.fakes[0]->scripts[0].failure.reset();
    world.loop.advance(5s);
    world.serve();
    world.serve();
    CHECK(world.ledger().finished_total() == 2);
    CHECK(world.replies.size() == 6);
}

TEST_CASE("breaker: an answer with an error status is an answer") {
    World world({shadow_backend(R"({"limits": {"breaker": {"errors": 1}}})")});
    world.fakes[0]->scripts[0].status = 503;
    for (int i = 0; i < 3; ++i) {
        world.serve();
    }
    CHECK(world.ledger().finished[4] == 3);
}

TEST_CASE("breaker: what the shadow failed at counts, what the client or the gateway did not") {
    using base::Code;
    const auto drops_after = [](Code code, Reason reason) {
        World world({shadow_backend(R"({"limits": {"breaker": {"errors": 1}}})")});
        world.fakes[0]->scripts[0].failure = base::Error{code, "so"};
        world.serve();
        CAPTURE(base::row(code).name);
        CHECK(world.dropped(reason) == 1);
        world.serve();
        return world.dropped(Reason::Breaker);
    };
    for (const Code code : {Code::TlsHandshake, Code::TlsUntrusted, Code::TlsExpired,
                            Code::TlsWrongName, Code::TlsNotSpoken}) {
        CHECK(drops_after(code, Reason::Tls) == 1);
    }
    CHECK(drops_after(Code::Resolve, Reason::Resolve) == 1);
    CHECK(drops_after(Code::NoHosts, Reason::Resolve) == 1);
    CHECK(drops_after(Code::Connect, Reason::Connect) == 1);
    CHECK(drops_after(Code::Timeout, Reason::Timeout) == 1);
    CHECK(drops_after(Code::Reset, Reason::Reset) == 1);
    CHECK(drops_after(Code::Closed, Reason::Reset) == 1);
    CHECK(drops_after(Code::BadResponse, Reason::BadResponse) == 1);
    CHECK(drops_after(Code::TooManyRedirects, Reason::BadResponse) == 1);
    CHECK(drops_after(Code::Lagging, Reason::Lagging) == 1);
    CHECK(drops_after(Code::TooManyCalls, Reason::Budget) == 0);
    CHECK(drops_after(Code::BodyTooLarge, Reason::BodyTooLarge) == 0);
    CHECK(drops_after(Code::ClientClosed, Reason::BodyError) == 0);
    CHECK(drops_after(Code::BadBody, Reason::BodyError) == 0);
    CHECK(drops_after(Code::RequestTimeout, Reason::BodyError) == 0);
    CHECK(drops_after(Code::Internal, Reason::Internal) == 0);
}

TEST_CASE("breaker: failures from before it opened are forgotten when it closes") {
    Breaker breaker(Breaker::Config{.errors = 3, .window = 60s, .cooldown = 5s});
    for (int i = 0; i < 3; ++i) {
        breaker.ended(Verdict::Pass, Outcome::Failed, kStart);
    }
    REQUIRE(breaker.ask(kStart + 5s) == Verdict::Trial);
    breaker.ended(Verdict::Trial, Outcome::Answered, kStart + 5s);
    CHECK_FALSE(breaker.ended(Verdict::Pass, Outcome::Failed, kStart + 6s));
    CHECK_FALSE(breaker.ended(Verdict::Pass, Outcome::Failed, kStart + 7s));
    CHECK(breaker.ask(kStart + 7s) == Verdict::Pass);
    CHECK(breaker.ended(Verdict::Pass, Outcome::Failed, kStart + 8s));
}

TEST_CASE("breaker: failures of copies that were under way when it opened do not prolong it") {
    Breaker breaker = three_in_ten();
    for (int i = 0; i < 3; ++i) {
        breaker.ended(Verdict::Pass, Outcome::Failed, kStart);
    }
    for (int i = 0; i < 6; ++i) {
        CHECK_FALSE(breaker.ended(Verdict::Pass, Outcome::Failed, kStart + 20s));
    }
    CHECK(breaker.ask(kStart + 30s) == Verdict::Trial);
}

TEST_CASE("breaker: the window is measured from the oldest failure each time it has been closed") {
    Breaker breaker = three_in_ten();
    for (const auto when : {0s, 20s, 21s}) {
        CHECK_FALSE(breaker.ended(Verdict::Pass, Outcome::Failed, kStart + when));
    }
    CHECK(breaker.ended(Verdict::Pass, Outcome::Failed, kStart + 22s));
    const base::Time closed = kStart + 52s;
    REQUIRE(breaker.ask(closed) == Verdict::Trial);
    breaker.ended(Verdict::Trial, Outcome::Answered, closed);
    for (const auto when : {0s, 9s, 12s}) {
        CHECK_FALSE(breaker.ended(Verdict::Pass, Outcome::Failed, closed + when));
    }
    CHECK(breaker.ended(Verdict::Pass, Outcome::Failed, closed + 13s));
}
