#include "components/circuit_breaker/breaker.hpp"

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "support/gateway.hpp"

using namespace aggregator;
using namespace std::chrono_literals;
using components::Breaker;
using Outcome = Breaker::Outcome;
using State = Breaker::State;

namespace {

constexpr base::Time kNow{1h};

void call(Breaker& breaker, Outcome outcome, base::Time now = kNow) {
    const auto ticket = breaker.admit(now);
    REQUIRE(ticket);
    (void)breaker.report(*ticket, outcome, now);
}

std::string with_breaker(const std::string& keys, const std::string& endpoint = {}) {
    return R"({"version":3,"host":["http://b"],"endpoints":[{"endpoint":"/a",)" + endpoint +
           R"("backend":[{"url_pattern":"/","extra_config":{"qos/circuit-breaker":)" + keys +
           "}}]}]}";
}

}  // namespace

TEST_CASE("breaker: it opens when there are more failures in a row than are borne") {
    Breaker breaker({.max_errors = 2, .open_for = 10s});
    call(breaker, Outcome::Failure);
    call(breaker, Outcome::Failure);
    CHECK(breaker.state() == State::Closed);
    call(breaker, Outcome::Success);
    call(breaker, Outcome::Failure);
    call(breaker, Outcome::Nothing);
    call(breaker, Outcome::Failure);
    CHECK(breaker.state() == State::Closed);
    call(breaker, Outcome::Failure);
    CHECK(breaker.state() == State::Open);
    CHECK_FALSE(breaker.admit(kNow));
    CHECK(breaker.open_left(kNow) == 10s);
    CHECK_FALSE(breaker.admit(kNow + 10s - 1ms));
}

TEST_CASE("breaker: then one call is a trial, and closes it or opens it again") {
    Breaker breaker({.max_errors = 0, .open_for = 10s});
    call(breaker, Outcome::Failure);
    const auto trial = breaker.admit(kNow + 10s);
    REQUIRE(trial);
    CHECK(breaker.state() == State::Trying);
    CHECK_FALSE(breaker.admit(kNow + 10s));
    CHECK(breaker.report(*trial, Outcome::Failure, kNow + 11s) == State::Open);
    CHECK_FALSE(breaker.admit(kNow + 20s));
    const auto next = breaker.admit(kNow + 21s);
    REQUIRE(next);
    CHECK(breaker.report(*next, Outcome::Success, kNow + 21s) == State::Closed);
    CHECK(breaker.admit(kNow + 21s));
    CHECK(breaker.admit(kNow + 21s));
}

TEST_CASE("breaker: a trial that came to nothing lets the next call try at once") {
    Breaker breaker({.max_errors = 0, .open_for = 10s});
    call(breaker, Outcome::Failure);
    const auto trial = breaker.admit(kNow + 10s);
    REQUIRE(trial);
    CHECK(breaker.report(*trial, Outcome::Nothing, kNow + 10s) == State::Open);
    CHECK(breaker.admit(kNow + 10s));
    CHECK_FALSE(breaker.admit(kNow + 10s));
}

TEST_CASE("breaker: what is reported of calls from before a change counts no more") {
    Breaker breaker({.max_errors = 0, .open_for = 10s});
    const auto early = breaker.admit(kNow);
    const auto other = breaker.admit(kNow);
    REQUIRE(early);
    REQUIRE(other);
    (void)breaker.report(*early, Outcome::Failure, kNow);
    CHECK_FALSE(breaker.report(*other, Outcome::Success, kNow));
    CHECK(breaker.state() == State::Open);
    const auto trial = breaker.admit(kNow + 10s);
    REQUIRE(trial);
    CHECK_FALSE(breaker.report(*other, Outcome::Failure, kNow + 10s));
    CHECK(breaker.state() == State::Trying);
}

TEST_CASE("breaker: failures are forgotten when the interval has passed") {
    Breaker breaker({.max_errors = 1, .open_for = 10s, .interval = 5s});
    call(breaker, Outcome::Failure);
    call(breaker, Outcome::Failure, kNow + 5s);
    CHECK(breaker.state() == State::Closed);
    call(breaker, Outcome::Failure, kNow + 9s);
    CHECK(breaker.state() == State::Open);
}

TEST_CASE("breaker: threads open it once, and one of them is the trial") {
    Breaker breaker({.max_errors = 50, .open_for = 10s});
    std::atomic<int> opened{0};
    std::atomic<int> admitted{0};
    const auto run = [](const auto& work) {
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back(work);
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
    };
    run([&] {
        for (int i = 0; i < 1000; ++i) {
            if (const auto ticket = breaker.admit(kNow)) {
                opened += breaker.report(*ticket, Outcome::Failure, kNow) == State::Open ? 1 : 0;
            }
        }
    });
    CHECK(opened == 1);
    run([&] { admitted += breaker.admit(kNow + 10s) ? 1 : 0; });
    CHECK(admitted == 1);
}

TEST_CASE("breaker: an open one refuses with its name and the time that is left") {
    testing::Gateway gateway(with_breaker(R"({"max_errors":1,"timeout":5})"));
    gateway.script(0, {.status = 500});
    for (int i = 0; i < 2; ++i) {
        CHECK(gateway.get("/a").header("X-Aggregator-Error") == "bad_status");
    }
    const auto refused = gateway.get("/a");
    CHECK(refused.status == 500);
    CHECK(refused.header("X-Aggregator-Error") == "breaker_open");
    CHECK(refused.header("Retry-After") == "5");
    CHECK(gateway.backend().seen.size() == 2);
    gateway.loop.advance(5s);
    gateway.script(0, {.body = R"({"a":1})"});
    CHECK(gateway.get("/a").status == 200);
    CHECK(gateway.get("/a").status == 200);
}

TEST_CASE("breaker: what clients give up is no failure, what comes too late is one") {
    testing::Gateway gateway(with_breaker(R"({"max_errors":1,"timeout":60})"));
    gateway.script(0, {.hangs = true});
    for (int i = 0; i < 5; ++i) {
        testing::FakeClient client(gateway.loop);
        client.send(gateway.front, {.target = "/a"});
        gateway.loop.advance(1ms);
        client.leave();
    }
    CHECK(gateway.backend().seen.size() == 5);
    for (int i = 0; i < 4; ++i) {
        (void)gateway.get("/a");
    }
    CHECK(gateway.backend().seen.size() == 7);
}

TEST_CASE("breaker: with precise statuses it is 503") {
    testing::Gateway gateway(
        R"({"version":3,"host":["http://b"],"extra_config":{"router":{"error_status":"precise"}},)"
        R"("endpoints":[{"endpoint":"/a","backend":[{"url_pattern":"/","extra_config":)"
        R"({"qos/circuit-breaker":{"timeout":7}}}]}]})");
    gateway.script(0, {.failure = base::Error{base::Code::Reset, "reset"}});
    CHECK(gateway.get("/a").status == 502);
    const auto refused = gateway.get("/a");
    CHECK(refused.status == 503);
    CHECK(refused.header("Retry-After") == "7");
}

TEST_CASE("breaker: each attempt of a race passes it by itself, and losers are nothing") {
    testing::Gateway gateway(
        with_breaker(R"({"max_errors":1,"timeout":60})", R"("concurrent_calls":3,)"));
    gateway.script(0, {.body = R"({"a":1})"});
    for (int i = 0; i < 3; ++i) {
        CHECK(gateway.get("/a").status == 200);
    }
    CHECK(gateway.backend().seen.size() == 9);
}

TEST_CASE("breaker: a body that breaks off is a failure of a no-op backend") {
    testing::Gateway gateway(
        with_breaker(R"({"max_errors":1,"timeout":60})", R"("output_encoding":"no-op",)"));
    gateway.script(0, {.body = "whole"});
    CHECK(gateway.get("/a").status == 200);
    gateway.script(0, {.status = 503, .body = "late"});
    CHECK(gateway.get("/a").status == 503);
    CHECK(gateway.get("/a").status == 503);
    CHECK(gateway.get("/a").header("X-Aggregator-Error") == "breaker_open");
}

TEST_CASE("breaker: a trial that began to answer lets others through while its body comes") {
    testing::Gateway gateway(
        with_breaker(R"({"timeout":1})", R"("timeout":"60s","output_encoding":"no-op",)"));
    gateway.script(0, {.status = 503});
    CHECK(gateway.get("/a").status == 503);
    CHECK(gateway.get("/a").header("X-Aggregator-Error") == "breaker_open");
    gateway.loop.advance(1s);
    gateway.script(0, {.pieces = {"a", "b", "c"}, .piece_every = 2s});
    testing::FakeClient slow(gateway.loop);
    slow.send(gateway.front, {.target = "/a"});
    gateway.loop.advance(10ms);
    for (int i = 0; i < 3; ++i) {
        gateway.script(0, {.body = "whole"});
        testing::FakeClient other(gateway.loop);
        other.send(gateway.front, {.target = "/a"});
        gateway.loop.advance(10ms);
        REQUIRE(other.replies() == 1);
        CHECK(other.reply().status == 200);
    }
    gateway.loop.run_dry();
    CHECK(slow.reply().body == "abc");
}

TEST_CASE("breaker: what goes wrong with a trial after its success is a failure of its own") {
    for (const std::uint32_t borne : {0U, 1U}) {
        Breaker breaker({.max_errors = borne, .open_for = 10s});
        while (breaker.state() == State::Closed) {
            call(breaker, Outcome::Failure);
        }
        const auto trial = breaker.admit(kNow + 10s);
        REQUIRE(trial);
        CHECK(trial->trial);
        CHECK(breaker.report(*trial, Outcome::Success, kNow + 10s) == State::Closed);
        const auto rest = Breaker::rest_of(*trial);
        CHECK_FALSE(rest.trial);
        CHECK((breaker.report(rest, Outcome::Failure, kNow + 11s) == State::Open) == (borne == 0));
        call(breaker, Outcome::Failure, kNow + 30s);
        CHECK(breaker.state() == State::Open);
    }
}

TEST_CASE("breaker: a trial whose whole answer is there does not wait for its client") {
    testing::Gateway gateway(with_breaker(R"({"timeout":1})"));
    const auto status_beside = [&gateway](const std::string& answer) {
        gateway.script(0, {.status = 500});
        while (gateway.get("/a").header("X-Aggregator-Error") != "breaker_open") {}
        gateway.loop.advance(1s);
        gateway.script(0, {.body = answer});
        testing::FakeClient reads_nothing(gateway.loop);
        reads_nothing.linger();
        reads_nothing.send(gateway.front, {.target = "/a"});
        gateway.loop.advance(1ms);
        return gateway.get("/a").header("X-Aggregator-Error");
    };
    CHECK(status_beside(R"({"a":1})").empty());
    CHECK(status_beside("no JSON") == "breaker_open");
}
