#include "components/hedge/hedge.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "components/hedge/latencies.hpp"
#include "support/gateway.hpp"

using namespace aggregator;
using namespace std::chrono_literals;
using base::Code;
using components::Latencies;
using testing::Gateway;
using testing::Script;

namespace {

std::string with_hedge(const std::string& keys, const std::string& endpoint = {},
                       const std::string& more = {}) {
    return R"({"version":3,"host":["http://b"],"endpoints":[{"endpoint":"/a","timeout":"2s",)" +
           endpoint + R"("backend":[{"url_pattern":"/","extra_config":{"backend/hedge":)" + keys +
           more + "}}]}]}";
}

Script good(base::Duration delay = {}) { return {.body = R"({"a":1})", .delay = delay}; }

double counted(Gateway& gateway, const std::string& outcome) {
    base::Figures figures;
    gateway.rows.show(figures);
    for (const base::Figures::Row& row : figures.rows()) {
        if (row.metric->name == "aggregator_hedges_total" && row.labels[2] == outcome) {
            return row.value;
        }
    }
    return -1;
}

}  // namespace

TEST_CASE("hedge: a slow backend is called once more, and the first answer counts") {
    Gateway gateway(with_hedge(R"({"after":"50ms"})"));
    gateway.backend().scripts = {good(1s), good()};
    const auto began = gateway.loop.now();
    const auto reply = gateway.get("/a");
    CHECK(reply.status == 200);
    CHECK(reply.at - began == 50ms);
    CHECK(gateway.backend().seen.size() == 2);
    CHECK(gateway.alive() == 0);
    CHECK(reply.record.parts.at(0).at.tries == 2);
    CHECK(counted(gateway, "taken") == 1);
}

TEST_CASE("hedge: the first call may still be the first to answer") {
    Gateway gateway(with_hedge(R"({"after":"50ms"})"));
    gateway.backend().scripts = {good(80ms), good(1s)};
    const auto began = gateway.loop.now();
    CHECK(gateway.get("/a").at - began == 80ms);
    CHECK(gateway.backend().seen.size() == 2);
    CHECK(counted(gateway, "dropped") == 1);
    CHECK(gateway.alive() == 0);
}

TEST_CASE("hedge: a backend that answers in time is called once") {
    Gateway gateway(with_hedge(R"({"after":"50ms"})"));
    gateway.script(0, good(49ms));
    CHECK(gateway.get("/a").status == 200);
    CHECK(gateway.backend().seen.size() == 1);
    CHECK(gateway.loop.timers().size() == 0);
}

TEST_CASE("hedge: only GET, HEAD and OPTIONS without a streamed body are called again") {
    Gateway post(with_hedge(R"({"after":"50ms"})", R"("method":"POST",)"));
    post.script(0, good(1s));
    CHECK(post.ask({.method = "POST", .target = "/a"}).status == 200);
    CHECK(post.backend().seen.size() == 1);
}

TEST_CASE("hedge: a failure waits for the other call, and counts if that fails too") {
    Gateway gateway(with_hedge(R"({"after":"50ms"})"));
    gateway.backend().scripts = {good(100ms), {.status = 500}};
    CHECK(gateway.get("/a").status == 200);
    gateway.backend().seen.clear();
    gateway.backend().scripts = {{.failure = base::Error{Code::Reset, "reset"}, .delay = 100ms},
                                 {.status = 500, .delay = 10ms}};
    CHECK(gateway.get("/a").header("X-Aggregator-Error") == "reset");
    gateway.backend().seen.clear();
    gateway.backend().scripts = {{.failure = base::Error{Code::Reset, "reset"}}};
    CHECK(gateway.get("/a").header("X-Aggregator-Error") == "reset");
    CHECK(gateway.backend().seen.size() == 1);
    CHECK(gateway.alive() == 0);
}

TEST_CASE("hedge: `max` says how many further calls there are") {
    Gateway gateway(with_hedge(R"({"after":"50ms","max":3})"));
    gateway.backend().scripts = {good(1s), good(1s), good(1s), good(10ms)};
    const auto began = gateway.loop.now();
    CHECK(gateway.get("/a").at - began == 160ms);
    CHECK(gateway.backend().seen.size() == 4);
}

TEST_CASE("hedge: when all calls are slow, one of twenty is called again") {
    Gateway gateway(with_hedge(R"({"after":"1ms"})"));
    gateway.script(0, good(5ms));
    for (int i = 0; i < 1000; ++i) {
        (void)gateway.get("/a");
    }
    CHECK(gateway.backend().seen.size() == 1000 + 10 + 50);
    CHECK(counted(gateway, "no_budget") == 940);
}

TEST_CASE("hedge: p95 is what 95 of 100 calls took, once there are 100") {
    Latencies latencies;
    for (int i = 1; i < 100; ++i) {
        latencies.add(std::chrono::milliseconds(i));
        CHECK_FALSE(latencies.p95());
    }
    latencies.add(100ms);
    CHECK(latencies.p95() == 95ms);
    for (std::size_t i = 0; i < Latencies::kKept; ++i) {
        latencies.add(7ms);
    }
    CHECK(latencies.p95() == 7ms);
}

TEST_CASE("hedge: by p95 the slowest calls are made again") {
    Gateway gateway(with_hedge(R"({"after":"p95"})"));
    gateway.script(0, good(10ms));
    gateway.backend().decide = [&gateway](const http::Request&) {
        return good(gateway.backend().seen.size() < 100 ? 10ms : 500ms);
    };
    for (int i = 0; i < 100; ++i) {
        (void)gateway.get("/a");
    }
    CHECK(gateway.backend().seen.size() == 100);
    const auto began = gateway.loop.now();
    CHECK(gateway.get("/a").at - began == 500ms);
    CHECK(gateway.backend().seen.size() == 102);
}

TEST_CASE("hedge: a call that lost is nothing for the breaker, one that is late is a failure") {
    Gateway gateway(with_hedge(R"({"after":"50ms"})", {},
                               R"(,"qos/circuit-breaker":{"max_errors":1,"timeout":60})"));
    gateway.backend().decide = [&gateway](const http::Request&) {
        return gateway.backend().seen.size() % 2 == 0 ? Script{.hangs = true} : good();
    };
    for (int i = 0; i < 5; ++i) {
        CHECK(gateway.get("/a").status == 200);
    }
    gateway.backend().decide = [](const http::Request&) { return Script{.hangs = true}; };
    CHECK(gateway.get("/a").header("X-Aggregator-Error") == "timeout");
    CHECK(gateway.get("/a").header("X-Aggregator-Error") == "breaker_open");
}

TEST_CASE("hedge: a streamed answer counts with its head") {
    Gateway gateway(with_hedge(R"({"after":"50ms"})", R"("output_encoding":"no-op",)"));
    gateway.backend().scripts = {{.pieces = {"a", "b"}, .delay = 1s},
                                 {.pieces = {"c", "d"}, .piece_every = 60ms}};
    CHECK(gateway.get("/a").body == "cd");
    CHECK(gateway.backend().seen.size() == 2);
    CHECK(gateway.alive() == 0);
}

TEST_CASE("hedge: each call has tries of its own") {
    Gateway gateway(with_hedge(R"({"after":"50ms"})", {}, R"(,"backend/retry":{"backoff":"0s"})"));
    gateway.backend().scripts = {good(1s), {.status = 503}, good()};
    const auto reply = gateway.get("/a");
    CHECK(reply.status == 200);
    CHECK(gateway.backend().seen.size() == 3);
    CHECK(reply.record.parts.at(0).at.tries == 3);
}

TEST_CASE("hedge: a client that leaves ends both calls") {
    Gateway gateway(with_hedge(R"({"after":"50ms"})"));
    gateway.script(0, {.hangs = true});
    testing::FakeClient client(gateway.loop);
    client.send(gateway.front, {.target = "/a"});
    gateway.loop.advance(100ms);
    CHECK(gateway.alive() == 2);
    client.leave();
    CHECK(gateway.alive() == 0);
    CHECK(gateway.loop.timers().size() == 0);
}
