#include <doctest/doctest.h>

#include <string>

#include "unit/components/auth_validator/tokens.hpp"

using namespace aggregator;
using namespace std::chrono_literals;
using testing::lasting;
using testing::secret;
using testing::set_of;
using testing::token_of;
using testing::TokenGateway;

namespace {

std::string good() { return token_of(lasting(60)); }
std::string of_new_key() { return token_of(lasting(60), secret("b", 'y'), "b"); }

}  // namespace

TEST_CASE("key source: keys are fetched once, however many requests there are") {
    TokenGateway one(R"("cache":false,)");
    one.settle();
    for (int i = 0; i < 100; ++i) {
        CHECK(one.ask(token_of(lasting(60 + i))).status == 200);
    }
    CHECK(one.key_server().seen.size() == 1);
    CHECK(one.key_server().seen[0].target == "/set?x=1");
    CHECK(one.key_server().seen[0].method == "GET");
}

TEST_CASE("key source: keys are fetched again before their time is over") {
    TokenGateway one;
    one.settle();
    one.pass(640s);
    CHECK(one.key_server().seen.size() == 1);
    one.pass(160s);
    CHECK(one.key_server().seen.size() == 2);
}

TEST_CASE("key source: its server's shorter lifetime counts, from a minute on") {
    TokenGateway one;
    one.answer(set_of(secret("a")), "public, Max-Age=1");
    one.settle();
    one.pass(42s);
    CHECK(one.key_server().seen.size() == 1);
    one.pass(12s);
    CHECK(one.key_server().seen.size() == 2);
}

TEST_CASE("key source: a token of a new key waits for one fetch, and what is gone is dead") {
    TokenGateway one;
    one.settle();
    CHECK(one.ask(good()).status == 200);
    one.answer(set_of(secret("b", 'y')));
    testing::FakeClient first(one.gateway.loop);
    testing::FakeClient second(one.gateway.loop);
    const testing::Ask ask{.target = "/a", .headers = {{"Authorization", of_new_key()}}};
    first.send(one.gateway.front, ask);
    second.send(one.gateway.front, ask);
    one.turn();
    REQUIRE(first.replies() == 1);
    REQUIRE(second.replies() == 1);
    CHECK(first.reply().status == 200);
    CHECK(second.reply().status == 200);
    CHECK(one.key_server().seen.size() == 2);
    CHECK(one.ask(good()).status == 401);
}

TEST_CASE("key source: a set that was fetched before somebody asked is no answer to them") {
    TokenGateway one;
    one.settle();
    // A fetch whose answer has not come to the worker when a token of the next key is there.
    one.gateway.background.fake.advance(800s);
    one.answer(set_of(secret("b", 'y')));
    testing::FakeClient client(one.gateway.loop);
    client.send(one.gateway.front, {.target = "/a", .headers = {{"Authorization", of_new_key()}}});
    one.gateway.loop.settle();
    CHECK(client.replies() == 0);
    one.turn();
    REQUIRE(client.replies() == 1);
    CHECK(client.reply().status == 200);
    CHECK(one.key_server().seen.size() == 3);
}

TEST_CASE("key source: a thousand invented keys cost one more fetch") {
    TokenGateway one;
    one.settle();
    for (int i = 0; i < 1000; ++i) {
        const std::string kid = "k" + std::to_string(i);
        testing::FakeClient client(one.gateway.loop);
        client.send(one.gateway.front,
                    {.target = "/a",
                     .headers = {{"Authorization", token_of(lasting(60), secret("a"), kid)}}});
        one.turn();
        REQUIRE(client.replies() == 1);
        CHECK(client.reply().status == 401);
        one.pass(9ms);
    }
    CHECK(one.key_server().seen.size() == 2);
    CHECK(one.ask(good()).status == 200);
}

TEST_CASE("key source: without any keys it is 503, until they come") {
    TokenGateway one;
    one.break_server();
    one.settle();
    testing::FakeClient client(one.gateway.loop);
    client.send(one.gateway.front, {.target = "/a", .headers = {{"Authorization", good()}}});
    one.turn();
    REQUIRE(client.replies() == 1);
    CHECK(client.reply().status == 503);
    bool says_when = false;
    for (const auto& [name, value] : client.reply().headers) {
        says_when = says_when || (name == "Retry-After" && value == "5");
    }
    CHECK(says_when);
    one.answer(set_of(secret("a")));
    one.pass(20s);
    CHECK(one.ask(good()).status == 200);
}

TEST_CASE("key source: requests that come before the keys wait for them, within their time") {
    TokenGateway one;
    one.key_server().scripts = {{.hangs = true}};
    one.settle();
    testing::FakeClient client(one.gateway.loop);
    client.send(one.gateway.front, {.target = "/a", .headers = {{"Authorization", good()}}});
    one.gateway.loop.advance(1900ms);
    CHECK(client.replies() == 0);
    one.gateway.loop.advance(200ms);
    REQUIRE(client.replies() == 1);
    CHECK(client.reply().status == 503);
    testing::FakeClient later(one.gateway.loop);
    later.send(one.gateway.front, {.target = "/a", .headers = {{"Authorization", good()}}});
    one.gateway.loop.settle();
    CHECK(later.replies() == 0);
    one.answer(set_of(secret("a")));
    one.gateway.background.fake.advance(20s);  // the fetch that hangs is given up
    one.turn();
    REQUIRE(later.replies() == 1);
    CHECK(later.reply().status == 503);  // its fetch failed; the next one did not
    CHECK(one.ask(good()).status == 200);
}

TEST_CASE("key source: the wait for keys takes of the endpoint's time, and adds nothing to it") {
    TokenGateway one({}, R"("timeout":"500ms",)");
    one.backend().scripts = {{.body = "{}", .delay = 150ms}, {.hangs = true}};
    testing::FakeClient quick(one.gateway.loop);
    testing::FakeClient slow(one.gateway.loop);
    const testing::Ask ask{.target = "/a", .headers = {{"Authorization", good()}}};
    const base::Time began = one.gateway.loop.now();
    quick.send(one.gateway.front, ask);
    slow.send(one.gateway.front, ask);
    one.gateway.loop.advance(300ms);
    one.settle();  // the keys come
    CHECK(one.backend().seen.size() == 2);
    one.gateway.loop.advance(199ms);
    REQUIRE(quick.replies() == 1);
    CHECK(quick.reply().status == 200);
    CHECK(slow.replies() == 0);
    one.gateway.loop.advance(1ms);
    REQUIRE(slow.replies() == 1);
    CHECK(slow.reply().at - began == 500ms);
    CHECK(slow.reply().header("X-Aggregator-Error") == "timeout");
}

TEST_CASE("key source: a client that leaves while it waits is forgotten") {
    TokenGateway one;
    one.key_server().scripts = {{.hangs = true}};
    one.settle();
    {
        testing::FakeClient client(one.gateway.loop);
        client.send(one.gateway.front, {.target = "/a", .headers = {{"Authorization", good()}}});
        one.gateway.loop.settle();
    }
    one.answer(set_of(secret("a")));
    one.gateway.background.fake.advance(20s);
    one.turn();
    CHECK(one.ask(good()).status == 200);
    CHECK(one.backend().seen.size() == 1);
}

TEST_CASE("key source: of those that wait, others may go while one is let through") {
    TokenGateway one;
    testing::FakeClient clients[3] = {testing::FakeClient(one.gateway.loop),
                                      testing::FakeClient(one.gateway.loop),
                                      testing::FakeClient(one.gateway.loop)};
    for (testing::FakeClient& client : clients) {
        client.send(one.gateway.front, {.target = "/a", .headers = {{"Authorization", good()}}});
    }
    one.gateway.backend().decide = [&clients, calls = 0](const http::Request&) mutable {
        if (++calls == 1) {
            clients[1].leave();
            clients[2].leave();
        }
        return testing::Script{.body = "{}"};
    };
    one.settle();
    CHECK(clients[0].replies() == 1);
    CHECK(one.gateway.backend().seen.size() == 1);
}

TEST_CASE("key source: old keys serve while their server is down, for a day") {
    TokenGateway one;
    one.settle();
    one.break_server();
    one.pass(1h);
    CHECK(one.ask(good()).status == 200);
    one.pass(22h);
    CHECK(one.ask(good()).status == 200);
    one.pass(3h);
    CHECK(one.ask(good()).status == 503);
}

TEST_CASE("key source: old keys are dead when their time is over, whenever a fetch was tried") {
    TokenGateway one(R"("cache_duration":100,"jwk_stale":"50s",)");
    one.settle();
    one.break_server();
    one.pass(149s);
    CHECK(one.ask(good()).status == 200);
    one.pass(1s);
    CHECK(one.ask(good()).status == 503);
    one.answer(set_of(secret("a")));
    one.pass(60s);
    CHECK(one.ask(good()).status == 200);
    TokenGateway none(R"("cache_duration":100,"jwk_stale":"0s",)");
    none.settle();
    none.break_server();
    none.pass(99s);
    CHECK(none.ask(good()).status == 200);
    none.pass(1s);
    CHECK(none.ask(good()).status == 503);
}

TEST_CASE("key source: an answer that is no set of keys changes nothing") {
    const testing::Headers json{{"Content-Type", "application/json"}};
    const std::string other = set_of(secret("b", 'y'));
    for (const testing::Script& lie :
         {testing::Script{.status = 500, .headers = json, .body = other},
          testing::Script{.status = 204, .headers = json},
          testing::Script{.headers = {{"Content-Type", "text/html"}}, .body = other},
          testing::Script{.headers = json, .body = "{"},
          testing::Script{.headers = json, .body = R"({"keys":[],"keys":[]})"},
          testing::Script{.headers = json, .body = other + other},
          testing::Script{.body = other}}) {
        TokenGateway one;
        one.settle();
        one.key_server().scripts = {lie};
        one.pass(900s);
        CHECK(one.key_server().seen.size() > 1);
        CHECK(one.ask(good()).status == 200);
        CHECK(one.ask(of_new_key()).status == 401);
    }
}

TEST_CASE("key source: a worker of which nothing is asked any more leaves the source alone") {
    TokenGateway one;
    one.settle();
    one.gateway.exchange(
        R"({"version":3,"endpoints":[{"endpoint":"/a","backend":[{"host":["http://b"]}]}]})");
    one.gateway.loop.settle();
    one.gateway.script(0, {.body = "{}"});
    one.pass(900s);
    CHECK(one.gateway.get("/a").status == 200);
}
