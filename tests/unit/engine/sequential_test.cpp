#include <string>

#include <doctest/doctest.h>

#include "support/gateway.hpp"

using namespace aggregator;
using namespace std::chrono_literals;
using base::Code;
using testing::FakeClient;
using testing::FakeStream;
using testing::Gateway;
using testing::Reply;

namespace {

// When a fake loop begins.
constexpr base::Time kStart{std::chrono::hours(1)};

// A sequential endpoint /x/{id} whose backends have these patterns; `more` goes into its `proxy`.
std::string chain(const std::vector<std::string>& patterns, const std::string& more = "") {
    std::string text = R"({"version":3,"host":["http://b"],"endpoints":[{"endpoint":"/x/{id}",)"
                       R"("method":"POST","timeout":"100ms","input_headers":["*"],)"
                       R"("extra_config":{"proxy":{"sequential":true)" +
                       more + R"(}},"backend":[)";
    for (const std::string& pattern : patterns) {
        text +=
            (text.back() == '[' ? "" : ",") + std::string(R"({"url_pattern":")") + pattern + "\"}";
    }
    return text + "]}]}";
}

Reply post(Gateway& gateway, std::string body = {}) {
    return gateway.ask({.method = "POST",
                        .target = "/x/7",
                        .headers = {{"X-Told", "yes"}},
                        .body = std::move(body)});
}

}  // namespace

TEST_CASE("sequential: a backend is asked when the one before it has answered") {
    Gateway gateway(chain({"/a", "/b"}));
    gateway.script(0, {.body = R"({"a":1})", .delay = 30ms});
    gateway.script(1, {.body = R"({"b":1})", .delay = 20ms});
    const Reply reply = post(gateway);
    CHECK(reply.body == R"({"a":1,"b":1})");
    CHECK(reply.header("X-Aggregator-Completed") == "true");
    CHECK(reply.at - kStart == 50ms);
}

TEST_CASE("sequential: a url_pattern takes values out of earlier answers and of the path") {
    Gateway gateway(chain({"/a/{id}", "/b/{resp0_k.n}?q={resp0_s}", "/c/{resp1_m}/{id}"}));
    gateway.script(0, {.body = R"({"k":{"n":1.50},"s":"a b&c"})"});
    gateway.script(1, {.body = R"({"m":"x/y"})"});
    CHECK(post(gateway).status == 200);
    CHECK(gateway.backend(0).seen.at(0).target == "/a/7");
    CHECK(gateway.backend(1).seen.at(0).target == "/b/1.50?q=a%20b%26c");
    CHECK(gateway.backend(2).seen.at(0).target == "/c/x%2Fy/7");
}

TEST_CASE("sequential: every backend gets the client's headers and body, long after the call") {
    Gateway gateway(chain({"/a", "/b", "/c"}));
    gateway.script(0, {.body = "{}", .delay = 30ms});
    gateway.script(1, {.body = "{}", .delay = 30ms});
    gateway.script(2, {.body = "{}"});
    CHECK(post(gateway, "the body").status == 200);
    for (std::size_t i = 0; i < 3; ++i) {
        const auto& seen = gateway.backend(i).seen.at(0);
        CHECK(seen.body == "the body");
        CHECK(std::ranges::count(seen.headers,
                                 std::pair<std::string, std::string>("X-Told", "yes")) == 1);
    }
}

TEST_CASE("sequential: a streamed body is held for the backends that come later") {
    Gateway gateway(chain({"/a", "/b"}));
    gateway.script(0, {.body = "{}", .delay = 20ms});
    const Reply reply = gateway.ask({.method = "POST",
                                     .target = "/x/7",
                                     .stream = FakeStream::Plan{.pieces = {"one ", "two"}}});
    CHECK(reply.status == 200);
    CHECK(gateway.backend(0).seen.at(0).body == "one two");
    CHECK(gateway.backend(1).seen.at(0).body == "one two");
}

TEST_CASE("sequential: when the first backend fails, its failure is the reply") {
    Gateway gateway(chain({"/a", "/b"}));
    gateway.script(0, {.status = 404});
    const Reply reply = post(gateway);
    CHECK(reply.status == 500);
    CHECK(reply.header("X-Aggregator-Error") == "bad_status");
    CHECK(gateway.backend(1).seen.empty());
}

TEST_CASE("sequential: when a later backend fails, the reply has what came before it") {
    Gateway gateway(chain({"/a", "/b", "/c"}));
    gateway.script(0, {.body = R"({"a":1})"});
    gateway.script(1, {.failure = base::Error{Code::Connect, "refused"}});
    const Reply reply = post(gateway);
    CHECK(reply.status == 200);
    CHECK(reply.body == R"({"a":1})");
    CHECK(reply.header("X-Aggregator-Completed") == "false");
    CHECK(gateway.backend(2).seen.empty());
    CHECK(gateway.alive() == 0);
}

TEST_CASE("sequential: the deadline ends the whole chain") {
    Gateway gateway(chain({"/a", "/b", "/c"}));
    gateway.script(0, {.body = R"({"a":1})", .delay = 60ms});
    gateway.script(1, {.delay = 60ms});
    const Reply reply = post(gateway);
    CHECK(reply.at - kStart == 100ms);
    CHECK(reply.body == R"({"a":1})");
    CHECK(reply.header("X-Aggregator-Completed") == "false");
    CHECK(gateway.alive() == 0);
}

TEST_CASE("sequential: a `null` answer does not stop the chain, but something is missing") {
    Gateway gateway(chain({"/a", "/b"}));
    gateway.script(0, {.body = "null"});
    gateway.script(1, {.body = R"({"b":1})"});
    const Reply reply = post(gateway);
    CHECK(reply.body == R"({"b":1})");
    CHECK(reply.header("X-Aggregator-Completed") == "false");
}

TEST_CASE("sequential: a value that is missing leaves its placeholder in the target") {
    Gateway gateway(chain({"/a", "/b/{resp0_zip}"}));
    gateway.script(0, {.body = R"({"a":1})"});
    CHECK(post(gateway).status == 200);
    CHECK(gateway.backend(1).seen.at(0).target == "/b/%7B%7B.Resp0_zip%7D%7D");
}

TEST_CASE("sequential: a value of dots never becomes a part of a path") {
    Gateway gateway(chain({"/a", "/b/{resp0_v}/secret"}));
    gateway.script(0, {.body = R"({"v":".."})"});
    const Reply reply = post(gateway);
    CHECK(reply.body == R"({"v":".."})");
    CHECK(reply.header("X-Aggregator-Completed") == "false");
    CHECK(gateway.backend(1).seen.empty());
    CHECK(reply.record.parts.at(1).failure == Code::BadPlaceholder);
}

TEST_CASE("sequential: a propagated value is the one that was there first") {
    const auto third_target = [](const std::string& more) {
        Gateway gateway(chain({"/a", "/b", "/c/{resp0_id}"}, more));
        gateway.script(0, {.body = R"({"id":"old"})"});
        gateway.script(1, {.body = R"({"id":"new"})"});
        CHECK(post(gateway).status == 200);
        return gateway.backend(2).seen.at(0).target;
    };
    CHECK(third_target("") == "/c/new");
    CHECK(third_target(R"(,"sequential_propagated_params":["resp0_id"])") == "/c/old");
}

TEST_CASE("sequential: a client that leaves ends the chain") {
    Gateway gateway(chain({"/a", "/b"}));
    gateway.script(0, {.body = "{}", .delay = 20ms});
    gateway.script(1, {.hangs = true});
    FakeClient client(gateway.loop);
    client.send(gateway.front, {.method = "POST", .target = "/x/7"});
    gateway.loop.advance(50ms);
    CHECK(gateway.alive() == 1);
    client.leave();
    CHECK(gateway.alive() == 0);
    gateway.loop.run_dry();
    CHECK(client.replies() == 0);
}

TEST_CASE("sequential: a backend's time begins when it is asked") {
    Gateway gateway(chain({"/a", "/b"}));
    gateway.script(0, {.body = "{}", .delay = 90ms});
    gateway.script(1, {.body = "{}", .delay = 5ms});
    const http::AccessRecord record = post(gateway).record;
    REQUIRE(record.parts.size() == 2);
    CHECK(record.parts[0].took == 90ms);
    CHECK(record.parts[1].took == 5ms);
}

TEST_CASE("sequential: the record tells which backends were asked, also of a client that left") {
    Gateway gateway(chain({"/a", "/b", "/c"}));
    gateway.script(0, {.body = "{}", .delay = 10ms});
    gateway.script(1, {.hangs = true});
    FakeClient client(gateway.loop);
    client.send(gateway.front, {.method = "POST", .target = "/x/7"});
    gateway.loop.advance(20ms);
    client.leave();
    const auto& parts = client.reply().record.parts;
    REQUIRE(parts.size() == 3);
    CHECK(parts[0].asked);
    CHECK(parts[1].asked);
    CHECK(parts[1].status == 0);
    CHECK_FALSE(parts[1].failure);
    CHECK_FALSE(parts[2].asked);
}

TEST_CASE("sequential: a body that is refused counts for no backend") {
    Gateway gateway(chain({"/a", "/b"}));
    const std::uint64_t above = gateway.plan().service.router.max_body_bytes + 1;
    const http::AccessRecord record =
        gateway.ask({.method = "POST", .target = "/x/7", .body = std::string(above, 'x')}).record;
    REQUIRE(record.parts.size() == 2);
    CHECK(record.failure == Code::BodyTooLarge);
    for (const auto& part : record.parts) {
        CHECK_FALSE(part.failure);
        CHECK_FALSE(part.asked);
    }
}
