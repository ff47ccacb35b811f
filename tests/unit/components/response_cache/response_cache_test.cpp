#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "components/response_cache/reply_key.hpp"
#include "support/gateway.hpp"

using namespace aggregator;
using namespace std::chrono_literals;
using testing::FakeClient;
using testing::Gateway;
using testing::Reply;
using testing::Script;

namespace {

constexpr const char* kStatus = "Cache-Status";

/// An endpoint with two backends and a cache with those keys.
std::string kept(const std::string& keys = R"("ttl":"10s")", const std::string& endpoint = {}) {
    return R"({"version":3,"host":["http://b"],"timeout":"3s","endpoints":[{"endpoint":"/a/{id}",
               "input_headers":["Accept-Language","Authorization"],
               "input_query_strings":["q","r"],)" +
           endpoint + R"("extra_config":{"qos/response-cache":{)" + keys +
           R"(}},"backend":[{"url_pattern":"/1"},{"url_pattern":"/2"}]}]})";
}

std::string passed(const std::string& keys = R"("ttl":"10s")") {
    return R"({"version":3,"host":["http://b"],"endpoints":[{"endpoint":"/a",
               "output_encoding":"no-op","extra_config":{"qos/response-cache":{)" +
           keys + R"(}},"backend":[{"url_pattern":"/1"}]}]})";
}

void answer_both(Gateway& gateway) {
    gateway.script(0, {.body = R"({"a":1})"});
    gateway.script(1, {.body = R"({"b":2})"});
}

std::size_t calls(Gateway& gateway) { return gateway.backend(0).seen.size(); }

}  // namespace

TEST_CASE("response cache: a finished reply is given again until its time is over") {
    Gateway gateway(kept());
    answer_both(gateway);
    const Reply first = gateway.get("/a/1");
    CHECK(first.header(kStatus) == "aggregator; fwd=miss; stored");
    CHECK(first.header("Age").empty());
    gateway.loop.advance(4s);
    const Reply second = gateway.get("/a/1");
    CHECK(second.body == R"({"a":1,"b":2})");
    CHECK(second.header(kStatus) == "aggregator; hit");
    CHECK(second.header("Age") == "4");
    CHECK(second.header("X-Aggregator-Completed") == "true");
    CHECK(second.header("ETag") == first.header("ETag"));
    CHECK(second.record.endpoint == "/a/{id}");
    CHECK(second.record.completed);
    CHECK(calls(gateway) == 1);
    gateway.loop.advance(6s);
    (void)gateway.get("/a/1");
    CHECK(calls(gateway) == 2);
}

TEST_CASE("response cache: all that a backend could see makes a difference, and nothing else") {
    Gateway gateway(kept());
    answer_both(gateway);
    const auto ask = [&](const std::string& target, const testing::Headers& headers = {}) {
        (void)gateway.ask({.target = target, .headers = headers});
        return calls(gateway);
    };
    CHECK(ask("/a/1?q=1") == 1);
    CHECK(ask("/a/1?q=1&x=9") == 1);
    CHECK(ask("/a/1?q=2") == 2);
    CHECK(ask("/a/2?q=1") == 3);
    CHECK(ask("/a/1?r=3&q=1") == 4);
    CHECK(ask("/a/1?q=1&r=3") == 4);
    CHECK(ask("/a/1?q=1", {{"X-Other", "1"}}) == 4);
    CHECK(ask("/a/1?q=1", {{"accept-language", "de"}}) == 5);
    CHECK(ask("/a/1?q=1", {{"Authorization", "a"}}) == 6);
    CHECK(ask("/a/1?q=1", {{"Authorization", "b"}}) == 7);
    CHECK(ask("/a/1?q=1", {{"Authorization", "a"}}) == 7);
}

TEST_CASE("response cache: no text can look like two others") {
    const auto plan = testing::plan_of(kept());
    components::ReplyKey keys(plan->endpoints.front());
    const auto key = [&keys](const std::vector<http::Field>& headers, std::string_view target) {
        http::Request request;
        request.headers = headers;
        request.target = target;
        return keys.of(request);
    };
    CHECK(key({{"Accept-Language", "a"}, {"Accept-Language", "b"}}, "/") !=
          key({{"Accept-Language", "a1:b"}}, "/"));
    CHECK(key({{"Accept-Language", "a"}, {"Accept-Language", "b"}}, "/") !=
          key({{"Accept-Language", "a:b"}}, "/"));
    CHECK(key({{"Accept-Language", "a"}}, "/") != key({{"Authorization", "a"}}, "/"));
    CHECK(key({}, "/?q=a&r=b") != key({}, "/?q=a%26r=b"));
    CHECK(key({}, "/?q=%61") == key({}, "/?q=a"));
}

TEST_CASE("response cache: a reply with a part missing is stored only if that is wanted") {
    for (const bool wanted : {false, true}) {
        Gateway gateway(kept(wanted ? R"("ttl":"10s","incomplete":true)" : R"("ttl":"10s")"));
        gateway.script(0, {.body = R"({"a":1})"});
        gateway.script(1, {.status = 500});
        CHECK(gateway.get("/a/1").status == 200);
        CHECK(gateway.get("/a/1").status == 200);
        CHECK(calls(gateway) == (wanted ? 1 : 2));
    }
}

TEST_CASE("response cache: failures are not stored") {
    Gateway gateway(kept());
    gateway.script(0, {.status = 500});
    gateway.script(1, {.status = 500});
    CHECK(gateway.get("/a/1").status == 500);
    CHECK(gateway.get("/a/1").header(kStatus) == "aggregator; fwd=miss");
    CHECK(calls(gateway) == 2);
}

TEST_CASE("response cache: who has a reply gets 304") {
    Gateway gateway(kept());
    answer_both(gateway);
    const std::string tag = gateway.get("/a/1").header("ETag");
    CHECK(tag.size() == 34);
    const Reply known = gateway.ask({.target = "/a/1", .headers = {{"If-None-Match", tag}}});
    CHECK(known.status == 304);
    CHECK(known.body.empty());
    CHECK(known.header("ETag") == tag);
    gateway.loop.advance(11s);
    CHECK(gateway.ask({.target = "/a/1", .headers = {{"If-None-Match", tag}}}).status == 304);
    CHECK(calls(gateway) == 2);
}

TEST_CASE("response cache: without etag there is none, and nobody gets 304") {
    Gateway gateway(kept(R"("ttl":"10s","etag":false)"));
    answer_both(gateway);
    CHECK(gateway.get("/a/1").header("ETag").empty());
    CHECK(gateway.ask({.target = "/a/1", .headers = {{"If-None-Match", "*"}}}).status == 200);
}

TEST_CASE("response cache: identical requests wait for one reply") {
    Gateway gateway(kept());
    answer_both(gateway);
    gateway.backend(0).scripts[0].delay = 1s;
    std::vector<std::unique_ptr<FakeClient>> clients;
    for (int i = 0; i < 5; ++i) {
        clients.push_back(std::make_unique<FakeClient>(gateway.loop));
        clients.back()->send(gateway.front, {.target = "/a/1"});
    }
    gateway.loop.run_dry();
    for (const auto& client : clients) {
        CHECK(client->reply().body == R"({"a":1,"b":2})");
    }
    CHECK(clients.back()->reply().header(kStatus) == "aggregator; fwd=miss; collapsed");
    CHECK(calls(gateway) == 1);
}

TEST_CASE(
    "response cache: who waits for another's reply has the endpoint's time, not twice of it") {
    Gateway gateway(kept());
    gateway.script(0, {.hangs = true});
    gateway.script(1, {.hangs = true});
    const base::Time began = gateway.loop.now();
    FakeClient first(gateway.loop);
    FakeClient second(gateway.loop);
    first.send(gateway.front, {.target = "/a/1"});
    gateway.loop.advance(1s);
    second.send(gateway.front, {.target = "/a/1"});
    gateway.loop.advance(2s);
    REQUIRE(first.replies() == 1);
    CHECK(second.replies() == 0);
    CHECK(calls(gateway) == 2);
    gateway.loop.run_dry();
    REQUIRE(second.replies() == 1);
    CHECK(second.reply().at - began == 4s);
    CHECK(second.reply().header("X-Aggregator-Error") == "timeout");
}

TEST_CASE("response cache: who waits for a reply that is read slowly is answered in time") {
    Gateway gateway(passed());
    gateway.script(0, {.pieces = {"a", "b", "c", "d", "e", "f"}, .piece_every = 350ms});
    FakeClient first(gateway.loop);
    FakeClient second(gateway.loop);
    first.pause();
    first.send(gateway.front, {.target = "/a"});
    gateway.loop.advance(100ms);
    const base::Time began = gateway.loop.now();
    second.send(gateway.front, {.target = "/a"});
    gateway.loop.run_dry();
    REQUIRE(second.replies() == 1);
    CHECK(second.reply().at - began <= 2s);
}

TEST_CASE("response cache: stale_if_error gives what is old while a new reply is a failure") {
    Gateway gateway(kept(R"("ttl":"1s","stale_if_error":"1m")"));
    gateway.backend(0).scripts = {{.body = R"({"a":1})"}, {.status = 500}};
    gateway.backend(1).scripts = {{.body = R"({"b":2})"}, {.status = 500}};
    (void)gateway.get("/a/1");
    gateway.loop.advance(30s);
    const Reply old = gateway.get("/a/1");
    CHECK(old.status == 200);
    CHECK(old.header(kStatus) == "aggregator; fwd=stale");
    gateway.loop.advance(40s);
    CHECK(gateway.get("/a/1").status == 500);
}

TEST_CASE("response cache: stale_while_revalidate gives what is old, and makes one new reply") {
    Gateway gateway(kept(R"("ttl":"1s","stale_while_revalidate":"1m")"));
    answer_both(gateway);
    gateway.backend(0).scripts = {{.body = R"({"a":1})"}, {.body = R"({"a":9})"}};
    (void)gateway.get("/a/1");
    gateway.loop.advance(5s);
    CHECK(gateway.get("/a/1").header(kStatus) == "aggregator; hit; ttl=-4");
    CHECK(gateway.get("/a/1").body == R"({"a":9,"b":2})");
    CHECK(calls(gateway) == 2);
    CHECK(gateway.alive() == 0);
}

TEST_CASE("response cache: with ttl backends the answer with the shortest time counts") {
    Gateway gateway(kept(R"("ttl":"backends")"));
    gateway.script(0, {.headers = {{"Cache-Control", "max-age=60"}}, .body = R"({"a":1})"});
    gateway.script(1, {.headers = {{"Cache-Control", "max-age=5"}}, .body = R"({"b":1})"});
    (void)gateway.get("/a/1");
    gateway.loop.advance(4s);
    (void)gateway.get("/a/1");
    CHECK(calls(gateway) == 1);
    gateway.loop.advance(1s);
    (void)gateway.get("/a/1");
    CHECK(calls(gateway) == 2);
    gateway.script(1, {.body = R"({"b":1})"});
    gateway.loop.advance(10s);
    (void)gateway.get("/a/1");
    (void)gateway.get("/a/1");
    CHECK(calls(gateway) == 4);
}

TEST_CASE("response cache: what is passed on is stored when it is whole") {
    Gateway gateway(passed());
    Script pieces;
    pieces.pieces = {"one ", "two"};
    pieces.piece_every = 100ms;
    gateway.script(0, pieces);
    CHECK(gateway.get("/a").body == "one two");
    CHECK(gateway.get("/a").body == "one two");
    CHECK(calls(gateway) == 1);
    CHECK(gateway.alive() == 0);
}

TEST_CASE(
    "response cache: what a backend says is for one user is not stored where it is passed on") {
    for (const testing::Headers& headers : {testing::Headers{{"Cache-Control", "private"}},
                                            testing::Headers{{"Cache-Control", "no-store"}},
                                            testing::Headers{{"Set-Cookie", "a=b"}}}) {
        Gateway gateway(passed());
        gateway.script(0, {.headers = headers, .body = "one"});
        (void)gateway.get("/a");
        (void)gateway.get("/a");
        CHECK(calls(gateway) == 2);
    }
}

TEST_CASE("response cache: only the listed statuses are stored") {
    Gateway gateway(passed(R"("ttl":"10s","statuses":[404])"));
    gateway.script(0, {.status = 404, .body = "none"});
    (void)gateway.get("/a");
    CHECK(gateway.get("/a").status == 404);
    CHECK(calls(gateway) == 1);
    gateway.loop.advance(11s);
    gateway.script(0, {.body = "one"});
    (void)gateway.get("/a");
    (void)gateway.get("/a");
    CHECK(calls(gateway) == 3);
}

TEST_CASE("response cache: a stored reply sends no copies to shadows") {
    Gateway gateway(R"({"version":3,"host":["http://b"],"endpoints":[{"endpoint":"/a",
        "extra_config":{"qos/response-cache":{"ttl":"10s"}},"backend":[{"url_pattern":"/1"},
        {"url_pattern":"/2","extra_config":{"proxy":{"shadow":true}}}]}]})");
    gateway.script(0, {.body = R"({"a":1})"});
    for (const auto& shadow : gateway.fakes.back()->shadows.at(0)) {
        shadow->scripts = {{.body = "{}"}};
    }
    (void)gateway.get("/a");
    (void)gateway.get("/a");
    CHECK(gateway.fakes.back()->shadows.at(0).at(0)->seen.size() == 1);
}

TEST_CASE("response cache: it can be emptied") {
    Gateway gateway(kept());
    answer_both(gateway);
    (void)gateway.get("/a/1");
    CHECK(gateway.books.back()->purge("GET /b") == 0);
    CHECK(gateway.books.back()->purge("GET /a/{id}") == 1);
    gateway.loop.settle();
    (void)gateway.get("/a/1");
    CHECK(calls(gateway) == 2);
}
