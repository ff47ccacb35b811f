#include <doctest/doctest.h>

#include <string>

#include <aggregator/base/constant_time.hpp>

#include "admin/access.hpp"
#include "unit/admin/world.hpp"

using namespace aggregator;
using testing::Reply;
using testing::World;

namespace {

Reply get_with_host(World& world, const std::string& host, const testing::Headers& headers = {}) {
    std::vector<http::Field> fields;
    for (const auto& [name, value] : headers) {
        fields.push_back({name, value});
    }
    http::Request request;
    request.method = "GET";
    request.target = "/api/v1/shadows";
    request.host = host;
    request.headers = fields;
    Reply reply;
    const auto call = world.interface.call(
        request, [&reply](const http::Result<http::Response>& r) { reply.status = r->status; });
    world.loop.settle();
    return reply;
}

}  // namespace

TEST_CASE("access: a comparison in constant time tells equal texts from others") {
    CHECK(base::equal_in_constant_time("abc", "abc"));
    CHECK_FALSE(base::equal_in_constant_time("abd", "abc"));
    CHECK_FALSE(base::equal_in_constant_time("abcabc", "abc"));
    CHECK_FALSE(base::equal_in_constant_time("ab", "abc"));
    CHECK_FALSE(base::equal_in_constant_time("", "abc"));
}

TEST_CASE("access: without the token nothing but health is served, known or not") {
    World world;
    world.credentials.clear();
    for (const char* const path :
         {"/api/v1/shadows", "/metrics", "/nothing", "/api/v1/endpoints", "/api/v1/openapi.json"}) {
        const Reply reply = world.get(path);
        CHECK_MESSAGE(reply.status == 401, path);
        CHECK(reply.header("WWW-Authenticate") == "Bearer realm=\"aggregator\"");
        CHECK(reply.header("Content-Type") == "application/problem+json");
    }
    CHECK(world.get("/health").status == 200);
    CHECK(world.get("/ready").status == 200);
}

TEST_CASE("access: a wrong token, another scheme and a token with more behind it are refused") {
    World world;
    world.credentials.clear();
    const auto status = [&world](const char* value) {
        return world.get("/api/v1/shadows", {{"Authorization", value}}).status;
    };
    CHECK(status("Bearer s3creT") == 401);
    CHECK(status("Bearer s3cret2") == 401);
    CHECK(status("Bearer ") == 401);
    CHECK(status("Basic s3cret") == 401);
    CHECK(status("s3cret") == 401);
    CHECK(status("Bearer s3cret") == 200);
    CHECK(status("bearer s3cret") == 200);
    const Reply wrong = world.get("/metrics", {{"Authorization", "Bearer x"}});
    CHECK(wrong.header("WWW-Authenticate").find("invalid_token") != std::string::npos);
}

TEST_CASE("access: metrics are public only where the configuration says so") {
    config::AdminConfig config = testing::guarded();
    config.metrics_public = true;
    World world(config);
    world.credentials.clear();
    CHECK(world.get("/metrics").status == 200);
    CHECK(world.get("/api/v1/shadows").status == 401);
}

TEST_CASE("access: a body without the token is not read") {
    World world;
    world.credentials.clear();
    testing::Ask ask{.method = "PATCH", .target = world.path_of("v2")};
    ask.stream = testing::FakeStream::Plan{{"{\"percentage\":", "5}"}, std::chrono::hours(1)};
    CHECK(world.ask(std::move(ask)).status == 401);
}

TEST_CASE("access: without a token, what a page on the same machine sends is refused") {
    World world(config::AdminConfig{});
    CHECK(get_with_host(world, "127.0.0.1:8090").status == 200);
    CHECK(get_with_host(world, "[::1]:8090").status == 200);
    CHECK(get_with_host(world, "localhost:8090").status == 200);
    CHECK(get_with_host(world, "rebound.test:8090").status == 403);
    CHECK(get_with_host(world, "localhost:8090", {{"Origin", "http://evil.test"}}).status == 403);
    CHECK(get_with_host(world, "localhost:8090", {{"Origin", "http://localhost:8090"}}).status ==
          200);
}
