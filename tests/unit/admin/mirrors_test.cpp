#include <doctest/doctest.h>

#include <string>

#include "unit/admin/world.hpp"

using namespace aggregator;
using testing::Reply;
using testing::value_at;
using testing::World;

namespace {

constexpr const char* kMirrorPath = "/api/v1/gateway/routes/users-route/mirror";
constexpr const char* kMirrorWish =
    R"({"mirrorHost":"mirror.test","mirrorPort":8080,"percentage":50,"synchronous":false,)"
    R"("logResponses":true})";

}  // namespace

TEST_CASE("mirrors: one is made, shown and taken away") {
    World world;
    CHECK(world.get(kMirrorPath).status == 404);
    const Reply made = world.send("POST", kMirrorPath, kMirrorWish);
    CHECK(made.status == 201);
    CHECK(made.header("Location") == kMirrorPath);
    CHECK(made.header("ETag") != "");
    CHECK(value_at(made.body, "/name") == "\"mirror\"");
    CHECK(value_at(made.body, "/made_live") == "true");
    CHECK(value_at(made.body, "/hosts") == "[\"http://mirror.test:8080\"]");
    CHECK(value_at(made.body, "/percentage") == "50");
    CHECK(value_at(made.body, "/wait") == "false");
    CHECK(value_at(made.body, "/log") == "\"all\"");
    const admin::LiveShadow* const live = world.gateway.find("mirror");
    REQUIRE(live != nullptr);
    CHECK(live->endpoint == 0);
    CHECK(live->made_live);
    CHECK(world.get(kMirrorPath).body == made.body);
    CHECK(world.get(world.path_of("mirror")).body == made.body);
    const Reply gone = world.ask({.method = "DELETE", .target = kMirrorPath});
    CHECK(gone.status == 204);
    CHECK(gone.body.empty());
    CHECK(world.gateway.find("mirror") == nullptr);
    CHECK(world.ask({.method = "DELETE", .target = kMirrorPath}).status == 404);
}

TEST_CASE("mirrors: host and port are enough") {
    World world;
    const Reply made =
        world.send("POST", kMirrorPath, R"({"mirrorHost":"mirror.test","mirrorPort":80})");
    CHECK(made.status == 201);
    CHECK(value_at(made.body, "/percentage") == "100");
    CHECK(value_at(made.body, "/wait") == "false");
    CHECK(value_at(made.body, "/log") == "\"all\"");
}

TEST_CASE("mirrors: a second one replaces the first, and its settings") {
    World world;
    const Reply first = world.send("POST", kMirrorPath, kMirrorWish);
    CHECK(world.send("PATCH", world.path_of("mirror"), R"({"timeout":"9s"})").status == 200);
    const Reply second = world.send(
        "POST", kMirrorPath,
        R"({"mirrorHost":"a.lab.test","mirrorPort":81,"synchronous":true,"logResponses":false})");
    CHECK(second.status == 200);
    CHECK(second.header("Location") == "");
    CHECK(second.header("ETag") != first.header("ETag"));
    CHECK(value_at(second.body, "/id") == value_at(first.body, "/id"));
    CHECK(value_at(second.body, "/hosts") == "[\"http://a.lab.test:81\"]");
    CHECK(value_at(second.body, "/timeout") == "\"2s\"");
    CHECK(value_at(second.body, "/wait") == "true");
    CHECK(value_at(second.body, "/log") == "\"off\"");
}

TEST_CASE("mirrors: an endpoint is found by its name or by method and path") {
    World world;
    const auto status = [&world](const std::string& name) {
        const std::string path = "/api/v1/gateway/routes/" + name + "/mirror";
        return world.send("POST", path, kMirrorWish).status;
    };
    CHECK(status("GET%20%2Fusers%2F%7Bid%7D") == 201);
    CHECK(status("GET%20/users/{id}") == 200);
    CHECK(status("POST%20%2Forders") == 201);
    CHECK(status("users") == 404);
    CHECK(status("GET%20%2Forders") == 404);
    CHECK(world.gateway.shadows().size() == 4);
}

TEST_CASE("mirrors: a host that is not allowed is refused with the reason") {
    World world;
    const Reply reply =
        world.send("POST", kMirrorPath, R"({"mirrorHost":"evil.test","mirrorPort":80})");
    CHECK(reply.status == 400);
    CHECK(value_at(reply.body, "/errors/0/pointer") == "\"/mirrorHost\"");
    CHECK(value_at(reply.body, "/errors/0/detail").find("allowed_hosts") != std::string::npos);
    CHECK(world.gateway.find("mirror") == nullptr);
}

TEST_CASE("mirrors: one that the workers could not reach is refused with the reason") {
    World world;
    world.gateway.missing = "no certificate authorities";
    const Reply reply = world.send("POST", kMirrorPath, kMirrorWish);
    CHECK(reply.status == 400);
    CHECK(value_at(reply.body, "/errors/0/detail") == "\"no certificate authorities\"");
    CHECK(world.gateway.find("mirror") == nullptr);
}

TEST_CASE("mirrors: each wrong or missing value is told with its place") {
    World world;
    const auto faults = [&world](const std::string& body) {
        const Reply reply = world.send("POST", kMirrorPath, body);
        CHECK(reply.status == 400);
        return value_at(reply.body, "/errors");
    };
    CHECK(faults("{}").find("the member is missing") != std::string::npos);
    CHECK(faults(R"({"mirrorHost":1,"mirrorPort":80})").find("/mirrorHost") != std::string::npos);
    CHECK(faults(R"({"mirrorHost":"mirror.test","mirrorPort":0})").find("/mirrorPort") !=
          std::string::npos);
    CHECK(faults(R"({"mirrorHost":"mirror.test","mirrorPort":80.5})").find("/mirrorPort") !=
          std::string::npos);
    CHECK(faults(R"({"mirrorHost":"mirror.test","mirrorPort":80,"percentage":-1})")
              .find("/percentage") != std::string::npos);
    CHECK(faults(R"({"mirrorHost":"mirror.test","mirrorPort":80,"synchronus":true})")
              .find("synchronous") != std::string::npos);
    CHECK(world.gateway.find("mirror") == nullptr);
}

TEST_CASE("mirrors: a configured shadow of that name stands against one") {
    auto taken = std::make_shared<plan::Plan>();
    plan::Plan& plan = *taken;
    plan.endpoints = testing::plan_of(testing::kConfiguration)->endpoints;
    auto rules = std::make_shared<plan::ShadowRules>(*plan.endpoints[0].shadows[0].rules);
    rules->config.name = "mirror";
    plan.endpoints[0].shadows[0].rules = rules;
    testing::FakeLoop loop;
    base::Log log{{.level = base::LogLevel::Error}};
    testing::FakeGateway gateway(loop, taken);
    const config::AdminConfig config = testing::guarded();
    admin::Interface interface({loop, gateway, log, config});
    testing::FakeClient client(loop);
    client.send(interface, {.method = "POST",
                            .target = kMirrorPath,
                            .headers = {{"Authorization", "Bearer s3cret"},
                                        {"Content-Type", "application/json"}},
                            .body = kMirrorWish});
    loop.settle();
    CHECK(client.reply().status == 409);
}

TEST_CASE("mirrors: the answer comes once every worker has it") {
    World world;
    world.gateway.holds_back = true;
    testing::FakeClient client(world.loop);
    client.send(world.interface,
                {.method = "POST",
                 .target = kMirrorPath,
                 .headers = {world.credentials.front(), {"Content-Type", "application/json"}},
                 .body = kMirrorWish});
    world.loop.settle();
    CHECK(client.replies() == 0);
    CHECK(world.gateway.find("mirror") != nullptr);
    world.gateway.release();
    world.loop.settle();
    CHECK(client.reply().status == 201);
}

TEST_CASE("mirrors: If-Match guards the replacing and the removing") {
    World world;
    CHECK(world.send("POST", kMirrorPath, kMirrorWish, {{"If-Match", "*"}}).status == 412);
    const std::string tag = world.send("POST", kMirrorPath, kMirrorWish).header("ETag");
    const auto remove = [&world](const std::string& match) {
        return world
            .ask({.method = "DELETE", .target = kMirrorPath, .headers = {{"If-Match", match}}})
            .status;
    };
    CHECK(remove("\"0\"") == 412);
    CHECK(world.send("POST", kMirrorPath, kMirrorWish, {{"If-Match", "\"0\""}}).status == 412);
    CHECK(remove(tag) == 204);
}

TEST_CASE("mirrors: If-Match does not take a later mirror for the one that was seen") {
    World world;
    const auto spec = [](const std::string& host) {
        return R"({"mirrorHost":")" + host + R"(","mirrorPort":80})";
    };
    const auto put = [&](const std::string& host) {
        return world.send("POST", kMirrorPath, spec(host)).header("ETag");
    };
    const auto remove = [&world](const std::string& match) {
        return world
            .ask({.method = "DELETE", .target = kMirrorPath, .headers = {{"If-Match", match}}})
            .status;
    };
    const std::string first = put("mirror.test");
    CHECK(remove("*") == 204);
    const std::string second = put("a.lab.test");
    CHECK(remove(first) == 412);
    CHECK(world.send("POST", kMirrorPath, spec("mirror.test"), {{"If-Match", first}}).status ==
          412);
    CHECK(remove(second) == 204);
    CHECK(put("a.lab.test") != second);
    CHECK(remove(second) == 412);
}
