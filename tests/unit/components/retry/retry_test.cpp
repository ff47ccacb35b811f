#include "components/retry/retry.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <aggregator/component/repeat_budget.hpp>

#include "components/retry/retry_after.hpp"
#include "support/gateway.hpp"

using namespace aggregator;
using namespace std::chrono_literals;
using base::Code;
using testing::Gateway;
using testing::Script;

namespace {

std::string with_retry(const std::string& keys, const std::string& endpoint = {},
                       const std::string& more = {}) {
    return R"({"version":3,"host":["http://b"],"endpoints":[{"endpoint":"/a","timeout":"1s",)" +
           endpoint + R"("backend":[{"url_pattern":"/","extra_config":{"backend/retry":)" + keys +
           more + "}}]}]}";
}

std::string no_op(const std::string& keys) {
    return with_retry(keys, R"("output_encoding":"no-op",)");
}

std::string posting(const std::string& keys) { return with_retry(keys, R"("method":"POST",)"); }

Script failing(Code code) { return {.failure = base::Error{code, "failed"}}; }
Script good() { return {.body = R"({"a":1})"}; }

/// How often the backend was called until the reply was there.
std::size_t calls_of(Gateway& gateway, std::vector<Script> scripts) {
    gateway.backend().seen.clear();
    gateway.backend().scripts = std::move(scripts);
    (void)gateway.get("/a");
    return gateway.backend().seen.size();
}

/// The value of a counter of the gateway's only backend.
double counted(Gateway& gateway, std::string_view metric, const std::string& label) {
    base::Figures figures;
    gateway.rows.show(figures);
    for (const base::Figures::Row& row : figures.rows()) {
        if (row.metric->name == metric && row.labels[row.labels.size() - 1] == label) {
            return row.value;
        }
    }
    return -1;
}

}  // namespace

TEST_CASE("retry: a failure is tried again, and the answer that counts is the reply") {
    Gateway gateway(with_retry("{}"));
    gateway.backend().scripts = {{.status = 503}, good()};
    const auto reply = gateway.get("/a");
    CHECK(reply.status == 200);
    CHECK(reply.body == R"({"a":1})");
    CHECK(gateway.backend().seen.size() == 2);
    CHECK(reply.record.parts.at(0).at.tries == 2);
    CHECK(gateway.alive() == 0);
    CHECK(counted(gateway, "aggregator_retries_total", "status") == 1);
}

TEST_CASE("retry: what is not listed is not tried again") {
    Gateway gateway(with_retry("{}"));
    CHECK(calls_of(gateway, {{.status = 500}}) == 1);
    CHECK(calls_of(gateway, {{.status = 404}}) == 1);
    CHECK(calls_of(gateway, {failing(Code::BadResponse)}) == 1);
    CHECK(calls_of(gateway, {failing(Code::TooManyCalls)}) == 1);
    CHECK(calls_of(gateway, {{.body = "{"}}) == 1);
    CHECK(calls_of(gateway, {failing(Code::Reset)}) == 2);
    CHECK(calls_of(gateway, {failing(Code::Connect)}) == 2);
    CHECK(calls_of(gateway, {failing(Code::TlsHandshake)}) == 2);
}

TEST_CASE("retry: `on` says what is tried again") {
    Gateway gateway(with_retry(R"({"on":["reset",429,"500"]})"));
    CHECK(calls_of(gateway, {{.status = 429}}) == 2);
    CHECK(calls_of(gateway, {{.status = 500}}) == 2);
    CHECK(calls_of(gateway, {failing(Code::Reset)}) == 2);
    CHECK(calls_of(gateway, {{.status = 503}}) == 1);
    CHECK(calls_of(gateway, {failing(Code::Connect)}) == 1);
}

TEST_CASE("retry: there are no more tries than attempts, and the last failure is reported") {
    Gateway gateway(with_retry(R"({"attempts":3})"));
    gateway.backend().scripts = {{.status = 503}, failing(Code::Connect), failing(Code::Reset)};
    const auto reply = gateway.get("/a");
    CHECK(reply.header("X-Aggregator-Error") == "reset");
    CHECK(gateway.backend().seen.size() == 3);
    CHECK(reply.record.parts.at(0).at.tries == 3);
}

TEST_CASE("retry: only listed methods are tried again") {
    Gateway gateway(posting("{}"));
    gateway.script(0, {.status = 503});
    CHECK(gateway.ask({.method = "POST", .target = "/a"}).status == 500);
    CHECK(gateway.backend().seen.size() == 1);
}

TEST_CASE("retry: a body goes with each try from its first byte on") {
    Gateway gateway(posting(R"({"methods":["POST"],"unsafe":true,"attempts":3})"));
    const std::string large(40'000, 'x');
    for (const Script& first :
         {Script{.status = 503}, Script{.status = 503, .reads_body = false},
          Script{.status = 503, .starts_in_call = true}, failing(Code::Reset)}) {
        gateway.backend().seen.clear();
        gateway.backend().scripts = {first, failing(Code::Connect), good()};
        const auto reply = gateway.ask({.method = "POST",
                                        .target = "/a",
                                        .stream = {{.pieces = {"abc", large, "z"}, .every = 1ms}}});
        CHECK(reply.status == 200);
        REQUIRE(gateway.backend().seen.size() == 3);
        CHECK(gateway.backend().seen[2].body == "abc" + large + "z");
        CHECK(gateway.backend().seen[2].body_complete);
    }
    gateway.backend().seen.clear();
    gateway.backend().scripts = {{.status = 503}, good()};
    CHECK(gateway.ask({.method = "POST", .target = "/a", .body = "whole"}).status == 200);
    CHECK(gateway.backend().seen.at(1).body == "whole");
    CHECK(gateway.alive() == 0);
}

TEST_CASE("retry: a body that is longer than what is held is sent once") {
    Gateway gateway(
        R"({"version":3,"host":["http://b"],"extra_config":{"router":{"max_body_bytes":1000}},)"
        R"("endpoints":[{"endpoint":"/a","method":"PUT","output_encoding":"no-op","backend":[)"
        R"({"url_pattern":"/","extra_config":{"backend/retry":{}}}]}]})");
    gateway.backend().scripts = {{.status = 503, .body = "busy"}, {.body = "good"}};
    const auto put = [&gateway](std::size_t size) {
        return gateway
            .ask({.method = "PUT",
                  .target = "/a",
                  .stream = {{.pieces = {std::string(size / 2, 'x'), std::string(size / 2, 'y')},
                              .every = 1ms}}})
            .status;
    };
    const int status = put(2000);
    CHECK(status == 503);
    CHECK(gateway.backend().seen.size() == 1);
    CHECK(gateway.backend().seen.at(0).body.size() == 2000);
    CHECK(counted(gateway, "aggregator_retries_refused_total", "body") == 1);
}

TEST_CASE("retry: once the head of a streamed answer is there, nothing is tried again") {
    Gateway gateway(no_op("{}"));
    gateway.script(
        0,
        {.pieces = {"abc", "def"}, .piece_every = 1ms, .failure = base::Error{Code::Reset, "cut"}});
    const auto reply = gateway.get("/a");
    CHECK(reply.status == 200);
    CHECK(reply.error);
    CHECK(gateway.backend().seen.size() == 1);
}

TEST_CASE("retry: a streamed answer whose status is listed is dropped for the next one") {
    Gateway gateway(no_op("{}"));
    gateway.backend().scripts = {{.status = 503, .pieces = {"a", "b"}, .piece_every = 1ms},
                                 {.pieces = {"c", "d"}, .piece_every = 1ms}};
    const auto reply = gateway.get("/a");
    CHECK(reply.status == 200);
    CHECK(reply.body == "cd");
    CHECK(gateway.alive() == 0);
}

TEST_CASE("retry: each try has its own time limit, and a late one is tried again") {
    Gateway gateway(with_retry(R"({"try_timeout":"100ms","backoff":"0s"})"));
    gateway.backend().scripts = {{.hangs = true}, good()};
    const auto began = gateway.loop.now();
    const auto reply = gateway.get("/a");
    CHECK(reply.status == 200);
    CHECK(reply.at - began == 100ms);
    CHECK(gateway.alive() == 0);
    CHECK(counted(gateway, "aggregator_retries_total", "timeout") == 1);
}

TEST_CASE("retry: without a limit of its own a try may use the whole timeout, once") {
    Gateway gateway(with_retry("{}"));
    gateway.script(0, {.hangs = true});
    CHECK(gateway.get("/a").header("X-Aggregator-Error") == "timeout");
    CHECK(gateway.backend().seen.size() == 1);
}

TEST_CASE("retry: the pauses are random, and double up to a quarter of a second") {
    Gateway gateway(with_retry(R"({"attempts":5,"backoff":"100ms"})"));
    gateway.script(0, {.status = 503});
    base::Duration longest{};
    base::Duration shortest = 10s;
    for (int i = 0; i < 200; ++i) {
        gateway.loop.advance(1s);
        const auto began = gateway.loop.now();
        const base::Duration took = gateway.get("/a").at - began;
        longest = std::max(longest, took);
        shortest = std::min(shortest, took);
    }
    CHECK(longest <= 100ms + 200ms + 250ms + 250ms);
    CHECK(longest > 450ms);
    CHECK(shortest < 350ms);
}

TEST_CASE("retry: a Retry-After is waited for if it ends in time") {
    Gateway gateway(with_retry(R"({"backoff":"0s"})", R"("cache_ttl":"1s",)"));
    gateway.backend().scripts = {{.status = 503, .headers = {{"Retry-After", "0"}}}, good()};
    CHECK(gateway.get("/a").status == 200);
    gateway.backend().seen.clear();
    gateway.backend().scripts = {{.status = 503, .headers = {{"Retry-After", "1"}}}, good()};
    const auto began = gateway.loop.now();
    const auto reply = gateway.get("/a");
    CHECK(reply.status == 500);
    CHECK(reply.at == began);
    CHECK(gateway.backend().seen.size() == 1);
    CHECK(counted(gateway, "aggregator_retries_refused_total", "time") == 1);
}

TEST_CASE("retry: Retry-After is read as seconds, or as the time from Date to a date") {
    using components::retry_after_of;
    const auto read = [](std::string_view text, std::string_view date = {}) {
        const std::vector<http::Field> fields{{"Retry-After", text}, {"Date", date}};
        return retry_after_of(fields);
    };
    CHECK(read("7") == 7s);
    CHECK(read("99999999999999999999") == 365 * 24h);
    CHECK(read("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:27 GMT") == 10s);
    CHECK(read("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 09:00:00 GMT") == 0s);
    CHECK(read("Tue, 01 Mar 2022 00:00:00 GMT", "Mon, 28 Feb 2022 23:59:00 GMT") == 60s);
    CHECK(read("Sun, 06 Nov 1994 08:49:37 GMT") == 0s);
    for (const char* const bad : {"", "-1", "1.5", "soon", "+3", "Sun, 36 Nov 1994 08:49:37 GMT",
                                  "Sun, 06 Nix 1994 08:49:37 GMT"}) {
        CHECK_FALSE(read(bad));
    }
    CHECK_FALSE(retry_after_of({}));
}

TEST_CASE("retry: when all calls fail, a fifth of them is made again") {
    Gateway gateway(with_retry(R"({"backoff":"0s","budget_min":0})"));
    gateway.script(0, {.status = 503});
    for (int i = 0; i < 1000; ++i) {
        (void)gateway.get("/a");
    }
    CHECK(gateway.backend().seen.size() == 1200);
    CHECK(counted(gateway, "aggregator_retries_refused_total", "budget") == 800);
}

TEST_CASE("retry budget: a second brings its own, and little is saved") {
    base::Time now{1h};
    component::RepeatBudget budget({.share = 0.2, .per_second = 3}, now);
    const auto taken = [&] {
        int count = 0;
        while (budget.take(now)) {
            ++count;
        }
        return count;
    };
    CHECK(taken() == 3);
    now += 1s;
    CHECK(taken() == 3);
    now += 1h;
    CHECK(taken() == 3);
    now += 500ms;
    CHECK(taken() == 1);
    for (int i = 0; i < 5; ++i) {
        budget.note_call();
    }
    CHECK(taken() == 1);
    for (int i = 0; i < 10'000; ++i) {
        budget.note_call();
    }
    CHECK(taken() == 100);
}

TEST_CASE("retry: a breaker that opened ends the tries") {
    Gateway gateway(with_retry(R"({"attempts":5,"backoff":"0s"})", {},
                               R"(,"qos/circuit-breaker":{"max_errors":1,"timeout":60})"));
    gateway.script(0, {.status = 503});
    const auto reply = gateway.get("/a");
    CHECK(reply.header("X-Aggregator-Error") == "breaker_open");
    CHECK(gateway.backend().seen.size() == 2);
    CHECK(reply.record.parts.at(0).at.tries == 2);
    (void)gateway.get("/a");
    CHECK(gateway.backend().seen.size() == 2);
}

TEST_CASE("retry: a try that is late is a failure for the breaker") {
    Gateway gateway(with_retry(R"({"try_timeout":"100ms","backoff":"0s"})", {},
                               R"(,"qos/circuit-breaker":{"max_errors":1,"timeout":60})"));
    gateway.script(0, {.hangs = true});
    CHECK(gateway.get("/a").header("X-Aggregator-Error") == "timeout");
    CHECK(gateway.get("/a").header("X-Aggregator-Error") == "breaker_open");
    CHECK(gateway.backend().seen.size() == 2);
}

TEST_CASE("retry: a client that leaves ends the call, and a pause as well") {
    Gateway gateway(with_retry(R"({"backoff":"250ms"})"));
    gateway.script(0, {.status = 503});
    for (int i = 0; i < 20; ++i) {
        testing::FakeClient client(gateway.loop);
        client.send(gateway.front, {.target = "/a"});
        gateway.loop.advance(1ms);
        client.leave();
        CHECK(gateway.alive() == 0);
    }
    gateway.loop.run_dry();
    CHECK(gateway.alive() == 0);
    CHECK(gateway.loop.timers().size() == 0);
}
