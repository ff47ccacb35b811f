#include <algorithm>
#include <string>

#include "shadow/trace.hpp"
#include "unit/shadow/world.hpp"

using namespace aggregator;
using namespace aggregator::shadow;
using namespace aggregator::shadow::testing;

namespace {

/// The values of a header that the shadow saw, joined by `|`; `-` if there is none.
std::string seen(const World& world, std::string_view wanted) {
    std::string joined = "-";
    for (const auto& [name, value] : world.fakes[0]->seen.back().headers) {
        if (std::equal(name.begin(), name.end(), wanted.begin(), wanted.end(),
                       [](char a, char b) { return std::tolower(a) == std::tolower(b); })) {
            joined = joined == "-" ? value : joined + "|" + value;
        }
    }
    return joined;
}

std::unique_ptr<World> asked(const std::string& rules, Headers headers) {
    auto world = std::make_unique<World>(std::vector{shadow_backend(rules)});
    world->headers = std::move(headers);
    world->serve("body");
    REQUIRE(world->fakes[0]->seen.size() == 1);
    return world;
}

}  // namespace

TEST_CASE("copy: bears the marker: instance, name, hops") {
    const auto world = asked(R"({"name": "v2"})", {});
    const std::string marker = seen(*world, "X-Shadow");
    CHECK(marker.ends_with(";v2;1"));
    CHECK(marker.size() > std::string(";v2;1").size());
}

TEST_CASE("copy: the marker can have another name, or be left out") {
    CHECK(seen(*asked(R"({"request": {"marker": "X-Copy"}})", {}), "X-Copy") != "-");
    CHECK(seen(*asked(R"({"request": {"marker": false}})", {}), "X-Shadow") == "-");
}

TEST_CASE("copy: credentials do not leave for a host that no live request goes to") {
    const Headers headers = {{"Authorization", "Bearer secret"},
                             {"Cookie", "session=1"},
                             {"X-Api-Key", "k"},
                             {"Accept", "a/b"}};
    const auto world = asked("", headers);
    CHECK(seen(*world, "Authorization") == "-");
    CHECK(seen(*world, "Cookie") == "-");
    CHECK(seen(*world, "X-Api-Key") == "-");
    CHECK(seen(*world, "Accept") == "a/b");
    const auto passed = asked(R"({"request": {"credentials": "pass"}})", headers);
    CHECK(seen(*passed, "Authorization") == "Bearer secret");
}

TEST_CASE("copy: headers are set, added and removed") {
    const auto world = asked(R"({"request": {"headers": {
        "set": [{"name": "X-One", "value": "new"}],
        "add": [{"name": "Accept", "value": "c/d"}],
        "remove": ["X-Two"]}}})",
                             {{"x-one", "old"}, {"X-Two", "2"}, {"Accept", "a/b"}});
    CHECK(seen(*world, "X-One") == "new");
    CHECK(seen(*world, "X-Two") == "-");
    CHECK(seen(*world, "Accept") == "a/b|c/d");
}

TEST_CASE("copy: expressions are filled in, in both spellings") {
    const auto world = asked(R"({"name": "v2", "request": {"headers": [
        {"name": "X-A", "value": "{request.method} {request.path} {param.id} {shadow.name}"},
        {"name": "X-B", "value": "{#request.id}/{request.header.X-C}/{client.ip}/{endpoint}"}]}})",
                             {{"X-C", "c"}});
    CHECK(seen(*world, "X-A") == "POST /e/7 7 v2");
    CHECK(seen(*world, "X-B") == "r-1/c/192.0.2.7//e/{id}");
}

TEST_CASE("copy: the same request has the same id at all shadows") {
    const std::string rules =
        R"({"request": {"headers": [{"name": "X-Request-Id", "value": "{request.id}"}]}})";
    World world({shadow_backend(rules), shadow_backend(rules, "/other")});
    world.request_id = {};
    world.serve();
    const std::string id = seen(world, "X-Request-Id");
    CHECK(id.size() == 16);
    world.fakes[0] = world.fakes[1];
    CHECK(seen(world, "X-Request-Id") == id);
}

TEST_CASE("copy: the Host is the target's, the client's, that with a suffix, or a literal") {
    const auto host_of = [](const std::string& rules) {
        return asked(rules, {})->fakes[0]->seen.back().host;
    };
    CHECK(host_of("").empty());
    CHECK(host_of(R"({"request": {"host": "keep"}})") == "api.example:8080");
    CHECK(host_of(R"({"request": {"host": "suffix"}})") == "api.example-shadow:8080");
    CHECK(host_of(R"({"request": {"host": "suffix", "host_suffix": ".v2"}})") ==
          "api.example.v2:8080");
    CHECK(host_of(R"({"request": {"host": "v2.internal"}})") == "v2.internal");
    const std::string named =
        R"({"request": {"headers": [{"name": "Host", "value": "x-{request.host}"}]}})";
    CHECK(host_of(named) == "x-api.example:8080");
}

TEST_CASE("copy: a suffix stands before the port, and behind the brackets of an address") {
    World world({shadow_backend(R"({"request": {"host": "suffix"}})")});
    for (const char* const host : {"a", "a:1", "[::1]", "[::1]:8080"}) {
        world.host = host;
        world.serve();
    }
    REQUIRE(world.fakes[0]->seen.size() == 4);
    CHECK(world.fakes[0]->seen[0].host == "a-shadow");
    CHECK(world.fakes[0]->seen[1].host == "a-shadow:1");
    CHECK(world.fakes[0]->seen[2].host == "[::1]-shadow");
    CHECK(world.fakes[0]->seen[3].host == "[::1]-shadow:8080");
}

TEST_CASE(
    "copy: no value of the client's can begin a header line of its own, and a tab stays one") {
    World world({shadow_backend(
        R"({"request": {"headers": [{"name": "X-A", "value": "{request.header.X-B}"}]}})")});
    world.headers = {{"X-B", "a\r\nInjected:\t1"}};
    world.serve();
    CHECK(seen(world, "X-A") == "a  Injected:\t1");
}

TEST_CASE("copy: is a child in the client's trace") {
    const std::string parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const std::string child = seen(*asked("", {{"traceparent", parent}}), "traceparent");
    REQUIRE(child.size() == parent.size());
    CHECK(child.substr(0, 36) == parent.substr(0, 36));
    CHECK(child.substr(36, 16) != parent.substr(36, 16));
    CHECK(child.substr(52) == "-01");
}

TEST_CASE("trace: what is malformed has no child") {
    FakeLoop loop;
    for (const char* const parent :
         {"", "00", "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
          "00-00000000000000000000000000000000-b7ad6b7169203331-01",
          "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
          "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
          "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0x"}) {
        CAPTURE(parent);
        CHECK(child_of(parent, loop).empty());
    }
}
