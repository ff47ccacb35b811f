#include <doctest/doctest.h>

#include <string>

#include "unit/admin/world.hpp"

using namespace aggregator;
using namespace std::chrono_literals;
using testing::Ask;
using testing::FakeClient;
using testing::FakeStream;
using testing::Reply;
using testing::value_at;
using testing::World;

namespace {

Ask patch_with(const World& world, FakeStream::Plan body) {
    Ask ask{.method = "PATCH", .target = world.path_of("v2")};
    ask.headers = {{"Content-Type", "application/json"}};
    ask.stream = std::move(body);
    return ask;
}

}  // namespace

TEST_CASE("calls: an unknown path is a problem document that names it") {
    World world;
    const Reply reply = world.get("/api/v2/shadows?x=1");
    CHECK(reply.status == 404);
    CHECK(reply.header("Content-Type") == "application/problem+json");
    CHECK(value_at(reply.body, "/type") == "\"urn:aggregator:problem:not-found\"");
    CHECK(value_at(reply.body, "/status") == "404");
    CHECK(value_at(reply.body, "/instance") == "\"/api/v2/shadows\"");
    CHECK(value_at(reply.body, "/title") != "(none)");
    CHECK(value_at(reply.body, "/detail") != "(none)");
}

TEST_CASE("calls: a method that a path does not serve is told with those that it does") {
    World world;
    CHECK(world.ask({.method = "PUT", .target = world.path_of("v2")}).header("Allow") ==
          "GET, HEAD, PATCH");
    CHECK(world.ask({.method = "PUT", .target = world.path_of("v2")}).status == 405);
    CHECK(world.get("/api/v1/shadows/disable-all").header("Allow") == "POST");
    CHECK(world.ask({.method = "OPTIONS", .target = "/api/v1/gateway/routes/x/mirror"})
              .header("Allow") == "GET, HEAD, POST, DELETE");
}

TEST_CASE("calls: HEAD is served as GET") {
    World world;
    CHECK(world.ask({.method = "HEAD", .target = "/api/v1/shadows"}).status == 200);
}

TEST_CASE("calls: no answer may be stored") {
    World world;
    CHECK(world.get("/health").header("Cache-Control") == "no-store");
    CHECK(world.get("/nothing").header("Cache-Control") == "no-store");
}

TEST_CASE("calls: endpoints are told with their backends and shadows") {
    World world;
    const Reply all = world.get("/api/v1/endpoints");
    CHECK(all.status == 200);
    CHECK(value_at(all.body, "/endpoints/0/name") == "\"users-route\"");
    CHECK(value_at(all.body, "/endpoints/0/pattern") == "\"/users/{id}\"");
    CHECK(value_at(all.body, "/endpoints/0/timeout") == "\"2s\"");
    CHECK(value_at(all.body, "/endpoints/0/backends/0/hosts") == "[\"http://users.test\"]");
    CHECK(value_at(all.body, "/endpoints/0/shadows/1/name") == "\"v3\"");
    CHECK(value_at(all.body, "/endpoints/1/name") == "null");
    CHECK(value_at(all.body, "/endpoints/1/method") == "\"POST\"");
    std::string id = value_at(all.body, "/endpoints/1/id");
    id = id.substr(1, id.size() - 2);
    const Reply one = world.get("/api/v1/endpoints/" + id);
    CHECK(one.body == value_at(all.body, "/endpoints/1"));
    CHECK(world.get("/api/v1/endpoints/0000").status == 404);
}

TEST_CASE("calls: the gateway is ready when its workers are") {
    World world;
    CHECK(world.get("/ready").body == R"({"status":"ready"})");
    world.gateway.is_ready = false;
    CHECK(world.get("/ready").status == 503);
    CHECK(world.get("/health").body == R"({"status":"ok"})");
}

TEST_CASE("calls: a streamed body is gathered") {
    World world;
    const Reply reply = world.ask(patch_with(world, {{"{\"percent", "age\":7}"}, 1ms}));
    CHECK(reply.status == 200);
    CHECK(world.gateway.find("v2")->controls->percentage.load() == 7);
}

TEST_CASE("calls: a body of 64 KiB is read and a longer one refused, declared or not") {
    World world;
    const std::string fits = "{\"percentage\":7" + std::string((64 << 10) - 16, ' ') + "}";
    REQUIRE(fits.size() == 64 << 10);
    CHECK(world.ask(patch_with(world, {{fits}})).status == 200);
    CHECK(world.send("PATCH", world.path_of("v2"), fits + " ").status == 413);
    CHECK(world.ask(patch_with(world, {{fits, " "}})).status == 413);
    FakeStream::Plan declared{{"{}"}};
    declared.length = (64u << 10) + 1;
    CHECK(world.ask(patch_with(world, declared)).status == 413);
}

TEST_CASE("calls: a body that breaks off changes nothing") {
    World world;
    FakeStream::Plan broken{{"{\"percentage\":7"}};
    broken.failure = base::Error{base::Code::BadBody, "a chunk is broken"};
    const Reply reply = world.ask(patch_with(world, broken));
    CHECK(reply.status == 400);
    CHECK(value_at(reply.body, "/detail") == "\"a chunk is broken\"");
    CHECK(world.gateway.find("v2")->controls->percentage.load() == 12.5);
}

TEST_CASE("calls: a body that does not come is given up after ten seconds") {
    World world;
    FakeClient client(world.loop);
    Ask ask = patch_with(world, {{"{", "}"}, 1h});
    ask.headers.push_back(world.credentials.front());
    client.send(world.interface, std::move(ask));
    world.loop.advance(9999ms);
    CHECK(client.replies() == 0);
    world.loop.advance(1ms);
    CHECK(client.reply().status == 408);
}

TEST_CASE("calls: workers that do not answer are told after ten seconds, and may answer later") {
    World world;
    world.gateway.holds_back = true;
    CHECK(world.get("/api/v1/shadows").status == 503);
    world.gateway.release();
    world.loop.settle();
    CHECK(world.get("/api/v1/shadows").status == 200);
}

TEST_CASE("calls: a client that leaves before the answer is forgotten") {
    World world;
    world.gateway.holds_back = true;
    FakeClient client(world.loop);
    client.send(world.interface,
                {.target = "/api/v1/shadows", .headers = {world.credentials.front()}});
    world.loop.settle();
    client.leave();
    world.gateway.release();
    world.loop.run_dry();
    CHECK(client.replies() == 0);
}

TEST_CASE("calls: a body of another type is refused, with the types that a patch may have") {
    World world;
    Ask ask{.method = "PATCH", .target = world.path_of("v2"), .body = "{}"};
    CHECK(world.ask(ask).status == 415);
    ask.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    CHECK(world.ask(ask).header("Accept-Patch") ==
          "application/json, application/merge-patch+json");
    ask.headers = {{"Content-Type", "application/merge-patch+json"}};
    CHECK(world.ask(ask).status == 200);
    ask.headers = {{"Content-Type", "Application/JSON; charset=utf-8"}};
    CHECK(world.ask(ask).status == 200);
}

TEST_CASE("calls: stored answers are forgotten, of one backend or of all") {
    World world;
    const auto purge = [&world](const std::string& query) {
        return world.ask({.method = "DELETE", .target = "/api/v1/cache" + query});
    };
    const Reply all = purge("");
    CHECK(all.status == 200);
    CHECK(value_at(all.body, "/purged") == "7");
    CHECK(purge("?backend=0%20users:80").status == 200);
    CHECK(world.gateway.purged == std::vector<std::string>{"", "0 users:80"});
}

TEST_CASE("calls: nothing is forgotten if it is not clear of which backend") {
    World world;
    for (const char* const query : {"?backend=", "?backends=a", "?backend=a&x=1"}) {
        CAPTURE(query);
        CHECK(world.ask({.method = "DELETE", .target = std::string("/api/v1/cache") + query})
                  .status == 400);
    }
    CHECK(world.gateway.purged.empty());
}

TEST_CASE("calls: hosts are listed with their state") {
    World world;
    CHECK(world.ask({.method = "GET", .target = "/api/v1/hosts"}).body == R"({"hosts":[]})");
    world.gateway.live_hosts = {
        {.endpoint = "GET /a", .backend = "0 a.test", .host = "one.test", .state = "in"},
        {.endpoint = "GET /a",
         .backend = "0 a.test",
         .host = "two.test",
         .state = "out",
         .left = std::chrono::milliseconds(1500),
         .ejections = {{"connect", 2}}}};
    const Reply reply = world.ask({.method = "GET", .target = "/api/v1/hosts"});
    CHECK(reply.status == 200);
    CHECK(value_at(reply.body, "/hosts/0/state") == "\"in\"");
    CHECK(value_at(reply.body, "/hosts/1/left") == "\"1500ms\"");
    CHECK(value_at(reply.body, "/hosts/1/ejections/connect") == "2");
    CHECK(reply.body.find("left") == reply.body.rfind("left"));
}

TEST_CASE("calls: hosts are restored, all or those that are named") {
    World world;
    world.gateway.live_hosts = {
        {.endpoint = "GET /a", .backend = "0 a.test", .host = "one.test", .state = "out"}};
    const auto restore = [&world](const std::string& query) {
        return world.ask({.method = "POST", .target = "/api/v1/hosts/restore" + query});
    };
    CHECK(value_at(restore("").body, "/restored") == "2");
    CHECK(restore("?host=one.test&backend=GET%20/a").status == 200);
    CHECK(restore("?backend=0%20a.test").status == 200);
    CHECK(world.gateway.restored == std::vector<std::string>{"|", "GET /a|one.test", "0 a.test|"});
    world.gateway.restored.clear();
    for (const char* const query : {"?host=", "?backend=", "?hosts=one.test", "?x=1"}) {
        CAPTURE(query);
        CHECK(restore(query).status == 400);
    }
    CHECK(restore("?host=two.test").status == 404);
    CHECK(restore("?backend=GET%20/b").status == 404);
    CHECK(world.gateway.restored.empty());
}
