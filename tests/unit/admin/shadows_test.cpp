#include <doctest/doctest.h>

#include <string>

#include "unit/admin/world.hpp"

using namespace aggregator;
using testing::Reply;
using testing::value_at;
using testing::World;

namespace {

const shadow::Controls& controls_of(const World& world, std::string_view name) {
    return *world.gateway.find(name)->controls;
}

/// The fault of a patch, as `pointer: detail (hint)`.
std::string fault_of(World& world, const std::string& body) {
    const Reply reply = world.send("PATCH", world.path_of("v2"), body);
    CHECK(reply.status == 400);
    CHECK(value_at(reply.body, "/type") == "\"urn:aggregator:problem:bad-body\"");
    return value_at(reply.body, "/errors");
}

}  // namespace

TEST_CASE("shadows: one is told with its identity, settings, copies and latencies") {
    World world;
    shadow::Ledger ledger;
    ledger.eligible = 10;
    ledger.finished[1] = 4;
    ledger.finished[4] = 1;
    ledger.dropped[static_cast<std::size_t>(shadow::Reason::Sampling)] = 3;
    ledger.in_flight = 2;
    for (int i = 0; i < 5; ++i) {
        ledger.duration.add(std::chrono::milliseconds(20));
    }
    world.gateway.snapshot = [&world, ledger] {
        return admin::Snapshot{.shadows = {{world.gateway.find("v2")->shadow->rules->id, ledger}}};
    };
    world.now += 90 * World::kSecond;
    const Reply reply = world.get(world.path_of("v2"));
    CHECK(reply.status == 200);
    CHECK(value_at(reply.body, "/name") == "\"v2\"");
    CHECK(value_at(reply.body, "/endpoint/pattern") == "\"/users/{id}\"");
    CHECK(value_at(reply.body, "/hosts") == "[\"http://next.test\"]");
    CHECK(value_at(reply.body, "/made_live") == "false");
    CHECK(value_at(reply.body, "/age_seconds") == "90");
    CHECK(value_at(reply.body, "/enabled") == "true");
    CHECK(value_at(reply.body, "/percentage") == "12.5");
    CHECK(value_at(reply.body, "/max_rate") == "null");
    CHECK(value_at(reply.body, "/timeout") == "\"1500ms\"");
    CHECK(value_at(reply.body, "/log") == "\"errors\"");
    CHECK(value_at(reply.body, "/expires") == "null");
    CHECK(value_at(reply.body, "/changed") == "[]");
    CHECK(value_at(reply.body, "/sample/by") == "\"header:X-User\"");
    CHECK(value_at(reply.body, "/copies/eligible") == "10");
    CHECK(value_at(reply.body, "/copies/in_flight") == "2");
    CHECK(value_at(reply.body, "/copies/finished_total") == "5");
    CHECK(value_at(reply.body, "/copies/finished/5xx") == "1");
    CHECK(value_at(reply.body, "/copies/dropped/sampling") == "3");
    CHECK(value_at(reply.body, "/copies/dropped/internal") == "0");
    CHECK(value_at(reply.body, "/duration_seconds/count") == "5");
    CHECK(value_at(reply.body, "/duration_seconds/p50") != "0");
}

TEST_CASE("shadows: all of them are listed in the order of the configuration") {
    World world;
    const Reply reply = world.get("/api/v1/shadows");
    CHECK(value_at(reply.body, "/shadows/0/name") == "\"v2\"");
    CHECK(value_at(reply.body, "/shadows/1/name") == "\"v3\"");
    CHECK(value_at(reply.body, "/shadows/2") == "(none)");
}

TEST_CASE("shadows: an id that is none is told") {
    World world;
    CHECK(world.get("/api/v1/shadows/0123456789abcdef").status == 404);
    CHECK(world.send("PATCH", "/api/v1/shadows/x", "{}").status == 404);
}

TEST_CASE("shadows: a patch changes what it names and nothing else") {
    World world;
    const Reply reply = world.send("PATCH", world.path_of("v2"), R"({
        "enabled": false, "percentage": 0.01, "max_rate": 20.5, "timeout": "3s", "log": "all",
        "expires": "1h"})");
    REQUIRE(reply.status == 200);
    const shadow::Controls& controls = controls_of(world, "v2");
    CHECK_FALSE(controls.enabled.load());
    CHECK(controls.percentage.load() == 0.01);
    CHECK(controls.max_rate.load() == 20.5);
    CHECK(controls.timeout.load() == 3 * World::kSecond);
    CHECK(controls.log.load() == config::ShadowLog::All);
    CHECK(controls.expires.load() == world.now + 3600 * World::kSecond);
    CHECK(value_at(reply.body, "/percentage") == "0.01");
    CHECK(value_at(reply.body, "/expires") == "\"2023-11-14T23:13:20Z\"");
    CHECK(value_at(reply.body, "/changed") ==
          R"(["enabled","percentage","max_rate","timeout","log","expires"])");
    CHECK(
        world.send("PATCH", world.path_of("v2"), R"({"max_rate": null, "expires": null})").status ==
        200);
    CHECK(controls.max_rate.load() == 0);
    CHECK(controls.expires.load() == 0);
    CHECK(controls.percentage.load() == 0.01);
    CHECK_FALSE(controls_of(world, "v3").enabled.load());
}

TEST_CASE("shadows: each wrong value of a patch is told with its place") {
    World world;
    CHECK(fault_of(world, R"({"percentage": 101})") ==
          R"([{"pointer":"/percentage","detail":"expected a number from 0 to 100, found 101"}])");
    CHECK(fault_of(world, R"({"percentage": "5"})").find("found \\\"5\\\"") != std::string::npos);
    CHECK(fault_of(world, R"({"percentage": 1e999})").find("/percentage") != std::string::npos);
    CHECK(fault_of(world, R"({"enabled": 1})").find("true or false") != std::string::npos);
    CHECK(fault_of(world, R"({"max_rate": -1})").find("/max_rate") != std::string::npos);
    CHECK(fault_of(world, R"({"timeout": "0s"})").find("more than nothing") != std::string::npos);
    for (const char* const timeout : {"24h1ns", "2562047h47m"}) {
        const std::string body = R"({"timeout": ")" + std::string(timeout) + "\"}";
        CHECK(fault_of(world, body).find("at most 24h") != std::string::npos);
    }
    CHECK(fault_of(world, R"({"timeout": "2"})").find("1500ms") != std::string::npos);
    CHECK(fault_of(world, R"({"log": "error"})").find("did you mean \\\"errors\\\"?") !=
          std::string::npos);
    CHECK(fault_of(world, R"({"expires": "soon"})").find("/expires") != std::string::npos);
    CHECK(fault_of(world, R"({"expires": "2001-01-01T00:00:00Z"})").find("over") !=
          std::string::npos);
}

TEST_CASE("shadows: all that is wrong with a patch is told at once, and nothing is changed") {
    World world;
    const std::string faults =
        fault_of(world, R"({"enabled": false, "percentag": 5, "log": 1, "a/b": 2, "enabled": 1})");
    CHECK(faults.find("did you mean \\\"percentage\\\"?") != std::string::npos);
    CHECK(faults.find("\"/log\"") != std::string::npos);
    CHECK(faults.find("\"/a~1b\"") != std::string::npos);
    CHECK(faults.find("stands twice") != std::string::npos);
    CHECK(controls_of(world, "v2").enabled.load());
}

TEST_CASE("shadows: a body that is no JSON object is told") {
    World world;
    CHECK(fault_of(world, "").find("not JSON") != std::string::npos);
    CHECK(fault_of(world, "{\"percentage\": 5,}").find("line 1, column 17") != std::string::npos);
    CHECK(fault_of(world, "{} // all").find("a comment") != std::string::npos);
    CHECK(fault_of(world, "[]").find("expected an object") != std::string::npos);
    CHECK(fault_of(world, "{\"log\": {\"a\": [" + std::string(99, '1') + "]}}")
              .find("another value") != std::string::npos);
}

TEST_CASE("shadows: a patch for another version than the present one is refused") {
    World world;
    const std::string path = world.path_of("v2");
    const std::string first = world.get(path).header("ETag");
    CHECK(first.size() == 18);
    CHECK(world.get(path).header("ETag") == first);
    const Reply changed = world.send("PATCH", path, R"({"percentage": 5})", {{"If-Match", first}});
    CHECK(changed.status == 200);
    CHECK(changed.header("ETag") != first);
    const Reply late = world.send("PATCH", path, R"({"percentage": 6})", {{"If-Match", first}});
    CHECK(late.status == 412);
    CHECK(late.header("ETag") == changed.header("ETag"));
    CHECK(controls_of(world, "v2").percentage.load() == 5);
    const auto status = [&](const std::string& tags) {
        return world.send("PATCH", path, "{}", {{"If-Match", tags}}).status;
    };
    CHECK(status("W/" + world.get(path).header("ETag")) == 412);
    CHECK(status("\"x\", " + world.get(path).header("ETag")) == 200);
    CHECK(status("*") == 200);
}

TEST_CASE("shadows: a change and its undoing give another version") {
    World world;
    const std::string path = world.path_of("v2");
    const std::string first = world.get(path).header("ETag");
    CHECK(world.send("PATCH", path, R"({"percentage": 5})").status == 200);
    CHECK(world.send("PATCH", path, R"({"percentage": 12.5})").header("ETag") != first);
}

TEST_CASE("shadows: the emergency stop switches all of them off") {
    World world;
    const Reply reply =
        world.ask({.method = "POST", .target = "/api/v1/shadows/disable-all", .body = "anything"});
    CHECK(reply.status == 200);
    CHECK(reply.body == R"({"disabled":2})");
    CHECK_FALSE(controls_of(world, "v2").enabled.load());
    CHECK_FALSE(controls_of(world, "v3").enabled.load());
    CHECK(controls_of(world, "v2").percentage.load() == 12.5);
}
