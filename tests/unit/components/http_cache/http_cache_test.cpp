#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "components/http_cache/http_cache.hpp"
#include "unit/components/http_cache/caches.hpp"

using namespace aggregator;
using namespace std::chrono_literals;
using testing::answer;
using testing::Ask;
using testing::cached;
using testing::FakeClient;
using testing::FakeService;
using testing::Gateway;
using testing::Headers;
using testing::kStatus;
using testing::Reply;
using testing::Script;

namespace {

Script tagged(const std::string& control, std::string body = "one") {
    return {.headers = {{"Cache-Control", control}, {"ETag", "\"t\""}}, .body = std::move(body)};
}

std::string sent(const testing::Seen& seen, std::string_view name) {
    for (const auto& [key, value] : seen.headers) {
        if (key == name) {
            return value;
        }
    }
    return "none";
}

/// So many clients that ask at the same time.
class Crowd {
public:
    Crowd(Gateway& gateway, std::size_t count, const Ask& ask) : gateway_(gateway) {
        for (std::size_t i = 0; i < count; ++i) {
            clients.push_back(std::make_unique<FakeClient>(gateway.loop));
            clients.back()->send(gateway.front, ask);
        }
    }
    void wait() { gateway_.loop.run_dry(); }
    [[nodiscard]] std::size_t with(std::string_view body) const {
        std::size_t count = 0;
        for (const auto& client : clients) {
            count += client->replies() == 1 && client->reply().body == body ? 1u : 0u;
        }
        return count;
    }
    std::vector<std::unique_ptr<FakeClient>> clients;

private:
    Gateway& gateway_;
};

}  // namespace

TEST_CASE("http cache: what is fresh is given without a call, with its age") {
    Gateway gateway(cached());
    gateway.script(0, answer("max-age=60"));
    CHECK(gateway.get("/a").header("Age").empty());
    gateway.loop.advance(5s);
    const Reply second = gateway.get("/a");
    CHECK(second.body == "one");
    CHECK(second.header("Age") == "5");
    CHECK(second.header(kStatus) == "aggregator; hit");
    CHECK(gateway.backend().seen.size() == 1);
    gateway.loop.advance(55s);
    CHECK(gateway.get("/a").header(kStatus) == "aggregator; fwd=stale; fwd-status=200; stored");
    CHECK(gateway.backend().seen.size() == 2);
}

TEST_CASE("http cache: each target has its own answer") {
    Gateway gateway(cached());
    gateway.script(0, answer("max-age=60"));
    (void)gateway.get("/a?q=1");
    (void)gateway.get("/a?q=2");
    (void)gateway.get("/a?q=1&x=3");
    CHECK(gateway.backend().seen.size() == 2);
}

TEST_CASE("http cache: what is stale is validated, and a 304 makes it fresh again") {
    Gateway gateway(cached());
    gateway.backend().scripts = {
        tagged("max-age=5"),
        {.status = 304, .headers = {{"Cache-Control", "max-age=60"}, {"X", "new"}}}};
    (void)gateway.get("/a");
    gateway.loop.advance(6s);
    const Reply second = gateway.get("/a");
    CHECK(second.status == 200);
    CHECK(second.body == "one");
    CHECK(second.header("X") == "new");
    CHECK(second.header(kStatus) == "aggregator; fwd=stale; fwd-status=304");
    CHECK(sent(gateway.backend().seen.at(1), "If-None-Match") == "\"t\"");
    gateway.loop.advance(50s);
    CHECK(gateway.get("/a").header(kStatus) == "aggregator; hit");
    CHECK(gateway.backend().seen.size() == 2);
}

TEST_CASE("http cache: no-cache is validated before each use") {
    Gateway gateway(cached());
    gateway.backend().scripts = {tagged("no-cache"), {.status = 304}};
    (void)gateway.get("/a");
    CHECK(gateway.get("/a").body == "one");
    CHECK(gateway.get("/a").body == "one");
    CHECK(gateway.backend().seen.size() == 3);
}

TEST_CASE("http cache: a new answer takes the place of what was validated") {
    Gateway gateway(cached());
    gateway.backend().scripts = {tagged("max-age=5"), tagged("max-age=60", "two")};
    (void)gateway.get("/a");
    gateway.loop.advance(6s);
    CHECK(gateway.get("/a").body == "two");
    CHECK(gateway.get("/a").body == "two");
    CHECK(gateway.backend().seen.size() == 2);
}

TEST_CASE("http cache: a client's own conditions are answered from what is stored") {
    Gateway gateway(cached());
    gateway.script(0, tagged("max-age=60"));
    (void)gateway.get("/a");
    const Reply known = gateway.ask({.target = "/a", .headers = {{"If-None-Match", "\"t\""}}});
    CHECK(known.status == 304);
    CHECK(known.body.empty());
    const Reply part = gateway.ask({.target = "/a", .headers = {{"Range", "bytes=1-"}}});
    CHECK(part.status == 206);
    CHECK(part.body == "ne");
    CHECK(gateway.backend().seen.size() == 1);
}

TEST_CASE("http cache: a client's conditions do not reach the backend with those of the cache") {
    Gateway gateway(cached());
    gateway.backend().scripts = {tagged("max-age=5"), {.status = 304}};
    (void)gateway.get("/a");
    gateway.loop.advance(6s);
    const Reply other = gateway.ask({.target = "/a", .headers = {{"If-None-Match", "\"mine\""}}});
    CHECK(other.status == 200);
    CHECK(other.body == "one");
    CHECK(sent(gateway.backend().seen.at(1), "If-None-Match") == "\"t\"");
}

TEST_CASE("http cache: where replies are made of answers, a client's conditions count nothing") {
    Gateway gateway(cached("{}", {}, "json"));
    gateway.script(0, tagged("max-age=60", R"({"a":1})"));
    (void)gateway.get("/a");
    const Reply known = gateway.ask({.target = "/a", .headers = {{"If-None-Match", "\"t\""}}});
    CHECK(known.status == 200);
    CHECK(known.body == R"({"a":1})");
    CHECK(known.header(kStatus) == "aggregator; hit");
    CHECK(known.header("Age") == "0");
}

TEST_CASE("http cache: answers to requests with credentials are for others only if they say so") {
    const Headers user{{"Authorization", "Basic a"}};
    const Headers other{{"Authorization", "Basic b"}};
    Gateway gateway(cached());
    gateway.script(0, answer("max-age=60"));
    (void)gateway.ask({.target = "/a", .headers = user});
    (void)gateway.ask({.target = "/a", .headers = other});
    CHECK(gateway.backend().seen.size() == 2);
    gateway.script(0, answer("max-age=60, public"));
    (void)gateway.ask({.target = "/a", .headers = user});
    CHECK(gateway.ask({.target = "/a", .headers = other}).header(kStatus) == "aggregator; hit");
    CHECK(gateway.backend().seen.size() == 3);
}

TEST_CASE("http cache: variants are told apart by what Vary names") {
    Gateway gateway(cached());
    gateway.backend().decide = [](const http::Request& request) {
        const http::Field* const language = http::find(request.headers, "Accept-Language");
        return Script{.headers = {{"Cache-Control", "max-age=60"}, {"Vary", "Accept-Language"}},
                      .body = std::string(language->value)};
    };
    for (const char* const language : {"en", "de", "en", "de"}) {
        CHECK(gateway.ask({.target = "/a", .headers = {{"Accept-Language", language}}}).body ==
              language);
    }
    CHECK(gateway.backend().seen.size() == 2);
}

TEST_CASE("http cache: identical requests wait for one answer") {
    Gateway gateway(cached());
    Script slow = answer("max-age=60");
    slow.delay = 1s;
    gateway.script(0, slow);
    Crowd crowd(gateway, 10, {.target = "/a"});
    crowd.wait();
    CHECK(crowd.with("one") == 10);
    CHECK(gateway.backend().seen.size() == 1);
    CHECK(crowd.clients.at(9)->reply().header(kStatus) == "aggregator; fwd=miss; collapsed");
}

TEST_CASE("http cache: requests with credentials or cookies do not wait for each other") {
    for (const char* const name : {"Authorization", "Cookie"}) {
        CAPTURE(name);
        Gateway gateway(cached());
        Script slow = answer("max-age=60, public");
        slow.delay = 1s;
        gateway.script(0, slow);
        Crowd crowd(gateway, 3, {.target = "/a", .headers = {{name, "x"}}});
        crowd.wait();
        CHECK(gateway.backend().seen.size() == 3);
    }
}

TEST_CASE("http cache: with coalesce off every request makes its call") {
    Gateway gateway(cached(R"({"coalesce":false})"));
    Script slow = answer("max-age=60");
    slow.delay = 1s;
    gateway.script(0, slow);
    Crowd crowd(gateway, 3, {.target = "/a"});
    crowd.wait();
    CHECK(gateway.backend().seen.size() == 3);
}

TEST_CASE("http cache: for an answer that cannot be stored nobody waits during 10 seconds") {
    Gateway gateway(cached());
    Script slow = answer("no-store");
    slow.delay = 1s;
    gateway.script(0, slow);
    Crowd first(gateway, 3, {.target = "/a"});
    gateway.loop.advance(500ms);
    CHECK(gateway.backend().seen.size() == 1);
    first.wait();
    CHECK(first.with("one") == 3);
    CHECK(gateway.backend().seen.size() == 3);
    Crowd second(gateway, 3, {.target = "/a"});
    CHECK(gateway.backend().seen.size() == 6);
    second.wait();
    gateway.loop.advance(10s);
    Crowd third(gateway, 3, {.target = "/a"});
    CHECK(gateway.backend().seen.size() == 7);
    third.wait();
}

TEST_CASE("http cache: who waits for a client that has gone makes a call") {
    Gateway gateway(cached());
    Script slow = answer("max-age=60");
    slow.delay = 1s;
    gateway.script(0, slow);
    Crowd crowd(gateway, 2, {.target = "/a"});
    crowd.clients.front()->leave();
    crowd.wait();
    CHECK(crowd.with("one") == 1);
    CHECK(gateway.backend().seen.size() == 2);
}

TEST_CASE("http cache: who waits for another variant makes a call") {
    Gateway gateway(cached());
    gateway.backend().decide = [](const http::Request& request) {
        return Script{.headers = {{"Cache-Control", "max-age=60"}, {"Vary", "X"}},
                      .body = std::string(http::find(request.headers, "X")->value),
                      .delay = 1s};
    };
    FakeClient one(gateway.loop);
    FakeClient other(gateway.loop);
    one.send(gateway.front, {.target = "/a", .headers = {{"X", "1"}}});
    other.send(gateway.front, {.target = "/a", .headers = {{"X", "2"}}});
    gateway.loop.run_dry();
    CHECK(one.reply().body == "1");
    CHECK(other.reply().body == "2");
}

TEST_CASE("http cache: a streamed answer is stored when it is whole") {
    Gateway gateway(cached());
    Script pieces = answer("max-age=60", {});
    pieces.pieces = {"one ", "two"};
    pieces.piece_every = 100ms;
    gateway.script(0, pieces);
    Crowd crowd(gateway, 3, {.target = "/a"});
    crowd.wait();
    CHECK(crowd.with("one two") == 3);
    CHECK(gateway.get("/a").body == "one two");
    CHECK(gateway.backend().seen.size() == 1);
    CHECK(gateway.alive() == 0);
}

TEST_CASE("http cache: a client that does not read does not hold those who wait") {
    Gateway gateway(cached());
    Script pieces = answer("max-age=60", {});
    pieces.pieces = {"one ", "two"};
    pieces.piece_every = 100ms;
    gateway.script(0, pieces);
    FakeClient idle(gateway.loop);
    idle.pause();
    idle.send(gateway.front, {.target = "/a"});
    FakeClient other(gateway.loop);
    other.send(gateway.front, {.target = "/a"});
    gateway.loop.advance(1s);
    CHECK(other.reply().body == "one two");
    CHECK(gateway.backend().seen.size() == 1);
}

TEST_CASE("http cache: a streamed answer that breaks off is not stored") {
    Gateway gateway(cached());
    Script broken = answer("max-age=60", {});
    broken.pieces = {"one "};
    broken.failure = base::Error{base::Code::Reset, "x"};
    gateway.script(0, broken);
    CHECK(gateway.get("/a").error);
    CHECK(gateway.get("/a").error);
    CHECK(gateway.backend().seen.size() == 2);
}

TEST_CASE("http cache: an answer of more than max_entry passes") {
    Gateway gateway(cached(R"({"max_entry":6})"));
    Script pieces = answer("max-age=60", {});
    pieces.pieces = {"one ", "two"};
    gateway.script(0, pieces);
    CHECK(gateway.get("/a").body == "one two");
    CHECK(gateway.get("/a").body == "one two");
    CHECK(gateway.backend().seen.size() == 2);
}

TEST_CASE("http cache: HEAD is answered with what GET brought") {
    Gateway gateway(cached());
    FakeService backend(gateway.loop, tagged("max-age=60"));
    const plan::Endpoint& endpoint = gateway.plan().endpoints.front();
    const auto service = components::kHttpCache.wrap({.loop = gateway.loop,
                                                      .log = gateway.log,
                                                      .rows = gateway.rows,
                                                      .counters = gateway.counters,
                                                      .plan = gateway.plan(),
                                                      .endpoint = &endpoint,
                                                      .backend = &endpoint.backends.front(),
                                                      .shared = gateway.books.back().get()},
                                                     backend);
    REQUIRE(service != nullptr);
    for (const char* const method : {"HEAD", "GET", "HEAD", "HEAD"}) {
        FakeClient client(gateway.loop);
        client.send(*service, {.method = method, .target = "/a"});
        gateway.loop.run_dry();
        CHECK(client.reply().header("ETag") == "\"t\"");
    }
    REQUIRE(backend.seen.size() == 2);
    CHECK(backend.seen[0].method == "HEAD");
    CHECK(backend.seen[1].method == "GET");
}
