#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "unit/components/http_cache/caches.hpp"

using namespace aggregator;
using namespace std::chrono_literals;
using testing::answer;
using testing::cached;
using testing::FakeClient;
using testing::Gateway;
using testing::kStatus;
using testing::Reply;
using testing::Script;

namespace {

std::string changed(const std::string& target, const std::string& host = "http://b") {
    return R"({"version":3,"host":["http://b"],"endpoints":[{"endpoint":"/a","output_encoding":
               "no-op","backend":[{"url_pattern":"/r/a","extra_config":{"qos/http-cache":{}}}]},
               {"endpoint":"/p","method":"POST","output_encoding":"no-op",
                "backend":[{"host":[")" +
           host + R"("],"url_pattern":")" + target + R"("}]}]})";
}

Script failing(base::Code code) { return {.failure = base::Error{code, "x"}}; }

/// How often the backend is asked in all if a POST with that answer comes between two GETs.
std::size_t calls_around(const std::string& configuration, Script posted) {
    Gateway gateway(configuration);
    gateway.backend(0, 0).scripts = {answer("max-age=60")};
    gateway.backend(0, 1).scripts = {std::move(posted)};
    (void)gateway.get("/a");
    (void)gateway.ask({.method = "POST", .target = "/p", .body = "x"});
    (void)gateway.get("/a");
    return gateway.backend(0, 0).seen.size();
}

}  // namespace

TEST_CASE("http cache: stale-if-error gives what is old while the backend fails") {
    for (const base::Code code : {base::Code::Connect, base::Code::Reset, base::Code::Timeout}) {
        Gateway gateway(cached());
        gateway.backend().scripts = {answer("max-age=1, stale-if-error=60"), failing(code)};
        (void)gateway.get("/a");
        gateway.loop.advance(10s);
        const Reply old = gateway.get("/a");
        CHECK(old.body == "one");
        CHECK(old.header("Age") == "10");
        CHECK(old.header(kStatus) ==
              "aggregator; fwd=stale; detail=" + std::string(base::row(code).name));
        gateway.loop.advance(51s);
        CHECK(gateway.get("/a").status == 500);
    }
}

TEST_CASE("http cache: which statuses of a backend are failures to stale-if-error") {
    for (const int status : {500, 502, 503, 504}) {
        Gateway gateway(cached(R"({"stale_if_error":"60s"})"));
        gateway.backend().scripts = {answer("max-age=1"), {.status = status, .body = "broken"}};
        (void)gateway.get("/a");
        gateway.loop.advance(10s);
        const Reply old = gateway.get("/a");
        CHECK(old.status == 200);
        CHECK(old.header(kStatus) == "aggregator; fwd=stale; fwd-status=" + std::to_string(status));
    }
    for (const int status : {404, 501}) {
        Gateway gateway(cached(R"({"stale_if_error":"60s"})"));
        gateway.backend().scripts = {answer("max-age=1"), {.status = status, .body = "broken"}};
        (void)gateway.get("/a");
        gateway.loop.advance(10s);
        CHECK(gateway.get("/a").status == status);
    }
}

TEST_CASE("http cache: must-revalidate is stronger than stale-if-error") {
    Gateway gateway(cached(R"({"stale_if_error":"60s"})"));
    gateway.backend().scripts = {answer("max-age=1, must-revalidate"),
                                 failing(base::Code::Connect)};
    (void)gateway.get("/a");
    gateway.loop.advance(2s);
    CHECK(gateway.get("/a").status == 500);
}

TEST_CASE("http cache: a backend that hangs is a failure at the endpoint's deadline") {
    Gateway gateway(cached());
    gateway.backend().scripts = {answer("max-age=1, stale-if-error=60"), {.hangs = true}};
    (void)gateway.get("/a");
    gateway.loop.advance(2s);
    const base::Time asked = gateway.loop.now();
    const Reply old = gateway.get("/a");
    CHECK(old.body == "one");
    CHECK(old.at - asked <= 3s);
    CHECK(old.at - asked > 2s);
    CHECK(gateway.alive() == 0);
}

TEST_CASE("http cache: while the breaker is open what is old is given") {
    Gateway gateway(cached("{}", R"(,"qos/circuit-breaker":{"max_errors":1,"timeout":3600})"));
    gateway.backend().scripts = {answer("max-age=1, stale-if-error=600"),
                                 failing(base::Code::Connect)};
    (void)gateway.get("/a");
    for (int i = 0; i < 5; ++i) {
        gateway.loop.advance(2s);
        CHECK(gateway.get("/a").body == "one");
    }
    CHECK(gateway.backend().seen.size() == 3);
    CHECK(gateway.get("/a").header(kStatus) == "aggregator; fwd=stale; detail=breaker_open");
}

TEST_CASE("http cache: what is fresh is given while the breaker is open") {
    Gateway gateway(R"({"version":3,"host":["http://b"],"endpoints":[{"endpoint":"/a/{x}",
        "output_encoding":"no-op","backend":[{"url_pattern":"/{x}","extra_config":
        {"qos/http-cache":{},"qos/circuit-breaker":{"max_errors":1,"timeout":3600}}}]}]})");
    gateway.backend().scripts = {answer("max-age=6000"), failing(base::Code::Connect)};
    (void)gateway.get("/a/1");
    for (int i = 0; i < 5; ++i) {
        (void)gateway.get("/a/2");
    }
    CHECK(gateway.backend().seen.size() == 3);
    CHECK(gateway.get("/a/1").body == "one");
}

TEST_CASE("http cache: stale-while-revalidate gives what is old, and fetches once") {
    Gateway gateway(cached());
    Script slow = answer("max-age=60", "two");
    slow.delay = 500ms;
    gateway.backend().scripts = {answer("max-age=1, stale-while-revalidate=60"), slow};
    (void)gateway.get("/a");
    gateway.loop.advance(5s);
    std::vector<std::unique_ptr<FakeClient>> clients;
    for (int i = 0; i < 4; ++i) {
        clients.push_back(std::make_unique<FakeClient>(gateway.loop));
        clients.back()->send(gateway.front, {.target = "/a"});
    }
    gateway.loop.settle();
    for (const auto& client : clients) {
        CHECK(client->reply().body == "one");
        CHECK(client->reply().header(kStatus) == "aggregator; hit; ttl=-4");
    }
    CHECK(gateway.backend().seen.size() == 2);
    gateway.loop.run_dry();
    CHECK(gateway.get("/a").body == "two");
    CHECK(gateway.backend().seen.size() == 2);
    CHECK(gateway.alive() == 0);
}

TEST_CASE("http cache: a fetch that no request waits for ends with the endpoint's time") {
    Gateway gateway(cached());
    gateway.backend().scripts = {answer("max-age=1, stale-while-revalidate=60"), {.hangs = true}};
    (void)gateway.get("/a");
    gateway.loop.advance(2s);
    FakeClient client(gateway.loop);
    client.send(gateway.front, {.target = "/a"});
    gateway.loop.advance(2s);
    CHECK(client.reply().body == "one");
    CHECK(gateway.alive() == 1);
    gateway.loop.advance(1s);
    CHECK(gateway.alive() == 0);
}

TEST_CASE("http cache: a streamed answer is fetched to its end without a client") {
    Gateway gateway(cached());
    Script pieces = answer("max-age=60", {});
    pieces.pieces = {"three ", "four"};
    pieces.piece_every = 100ms;
    gateway.backend().scripts = {answer("max-age=1, stale-while-revalidate=60"), pieces};
    (void)gateway.get("/a");
    gateway.loop.advance(2s);
    CHECK(gateway.get("/a").body == "one");
    CHECK(gateway.get("/a").body == "three four");
    CHECK(gateway.backend().seen.size() == 2);
    CHECK(gateway.alive() == 0);
}

TEST_CASE("http cache: what a client wants of an answer counts") {
    const auto ask = [](Gateway& gateway, const std::string& control) {
        return gateway.ask({.target = "/a", .headers = {{"Cache-Control", control}}});
    };
    Gateway gateway(cached());
    gateway.script(0, answer("max-age=60"));
    CHECK(ask(gateway, "only-if-cached").status == 504);
    CHECK(gateway.backend().seen.empty());
    CHECK(ask(gateway, "no-store").status == 200);
    CHECK(ask(gateway, "only-if-cached").status == 504);
    (void)gateway.get("/a");
    gateway.loop.advance(10s);
    CHECK(ask(gateway, "only-if-cached").body == "one");
    CHECK(ask(gateway, "max-age=10").header(kStatus) == "aggregator; hit");
    CHECK(ask(gateway, "min-fresh=50").header(kStatus) == "aggregator; hit");
    CHECK(gateway.backend().seen.size() == 2);
    CHECK(ask(gateway, "max-age=9").header(kStatus).starts_with("aggregator; fwd=request"));
    gateway.loop.advance(70s);
    CHECK(ask(gateway, "max-stale=11").header(kStatus) == "aggregator; hit; ttl=-10");
    CHECK(gateway.backend().seen.size() == 3);
}

TEST_CASE("http cache: a request that changes a resource makes it forgotten") {
    const std::string same = changed("/r/a");
    CHECK(calls_around(same, {.body = "done"}) == 2);
    CHECK(calls_around(same, {.status = 303}) == 2);
    CHECK(calls_around(same, {.status = 404}) == 1);
    CHECK(calls_around(same, {.status = 500}) == 1);
    CHECK(calls_around(changed("/r/b"), {.body = "done"}) == 1);
    CHECK(calls_around(changed("/r/a", "http://c"), {.body = "done"}) == 1);
}

TEST_CASE("http cache: what Location and Content-Location name is forgotten with it") {
    const std::string other = changed("/r/b");
    for (const char* const name : {"Location", "Content-Location"}) {
        CHECK(calls_around(other, {.status = 201, .headers = {{name, "a"}}}) == 2);
        CHECK(calls_around(other, {.status = 201, .headers = {{name, "http://b/r/a"}}}) == 2);
        CHECK(calls_around(other, {.status = 201, .headers = {{name, "http://c/r/a"}}}) == 1);
    }
}

TEST_CASE("http cache: an answer that was on its way when its resource changed is not stored") {
    Gateway gateway(changed("/r/a"));
    Script slow = answer("max-age=60");
    slow.delay = 500ms;
    gateway.backend(0, 0).scripts = {slow};
    gateway.backend(0, 1).scripts = {{.body = "done"}};
    FakeClient client(gateway.loop);
    client.send(gateway.front, {.target = "/a"});
    gateway.loop.advance(100ms);
    (void)gateway.ask({.method = "POST", .target = "/p", .body = "x"});
    gateway.loop.run_dry();
    CHECK(client.reply().body == "one");
    (void)gateway.get("/a");
    CHECK(gateway.backend(0, 0).seen.size() == 2);
}

TEST_CASE("http cache: its calls are counted by what it did") {
    Gateway gateway(cached(R"({"max_items":1})"));
    gateway.script(0, answer("max-age=60"));
    (void)gateway.get("/a");
    (void)gateway.get("/a");
    base::Figures figures;
    gateway.rows.show(figures);
    gateway.books.back()->show(figures);
    double hits = 0;
    double entries = 0;
    for (const auto& row : figures.rows()) {
        hits += row.metric->name == "aggregator_cache_requests_total" && row.labels[2] == "hit"
                    ? row.value
                    : 0;
        entries += row.metric->name == "aggregator_cache_entries" ? row.value : 0;
    }
    CHECK(hits == 1);
    CHECK(entries == 1);
    CHECK(gateway.books.back()->purge("somebody") == 0);
    CHECK(gateway.books.back()->purge("0 b") == 1);
    gateway.loop.settle();
    CHECK(gateway.get("/a").header(kStatus) == "aggregator; fwd=miss; stored");
}
