#include <aggregator/engine/endpoint.hpp>

#include <string>

#include <doctest/doctest.h>

#include "support/gateway.hpp"

using namespace aggregator;
using namespace std::chrono_literals;
using base::Code;
using testing::Ask;
using testing::FakeClient;
using testing::FakeStream;
using testing::Gateway;
using testing::Reply;
using testing::Script;

namespace {

// One endpoint /x with `backends` backends; `more` goes into the endpoint, `router` into its
// options.
std::string service(std::size_t backends, const std::string& more = "",
                    const std::string& router = "") {
    std::string text = R"({"version":3,"host":["http://b"],"extra_config":{"router":{)" + router +
                       R"(}},"endpoints":[{"endpoint":"/x","timeout":"100ms",)" + more +
                       R"("backend":[)";
    for (std::size_t i = 0; i < backends; ++i) {
        text +=
            (i > 0 ? "," : "") + std::string(R"({"url_pattern":"/b)") + std::to_string(i) + "\"}";
    }
    return text + "]}]}";
}

std::string upload(std::size_t backends, const std::string& router = "") {
    return service(backends, R"("method":"POST",)", router);
}

Ask post(FakeStream::Plan stream) {
    return {.method = "POST", .target = "/x", .stream = std::move(stream)};
}

// What gzip makes of {"zip":"yes"}.
std::string packed_zip() {
    return std::string(
        "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\x56\xaa\xca\x2c\x50"
        "\xb2\x52\xaa\x4c\x2d\x56\xaa\x05\x00\xf7\x05\x30\xbd\x0d\x00\x00\x00",
        33);
}

const std::string kNoOp = R"("output_encoding":"no-op",)";
const std::string kAcceptEncoding = R"("input_headers":["Accept-Encoding"],)";

}  // namespace

TEST_CASE("endpoint: parts stand in the order of the configuration whoever answers first") {
    Gateway gateway(service(3));
    gateway.script(0, {.body = R"({"a":1,"k":0})", .delay = 30ms});
    gateway.script(1, {.body = R"({"b":1,"k":1})", .delay = 10ms});
    gateway.script(2, {.body = R"({"c":1,"k":2})", .delay = 20ms});
    const Reply reply = gateway.get("/x");
    CHECK(reply.body == R"({"a":1,"k":2,"b":1,"c":1})");
    CHECK(reply.header("X-Aggregator-Completed") == "true");
}

TEST_CASE("endpoint: all backends are asked at once") {
    Gateway gateway(service(3));
    for (std::size_t i = 0; i < 3; ++i) {
        gateway.script(i, {.body = "{}", .delay = 50ms});
    }
    const base::Time began = gateway.loop.now();
    CHECK(gateway.get("/x").at - began == 50ms);
}

TEST_CASE("endpoint: at the deadline the rest is cancelled and the reply is marked incomplete") {
    Gateway gateway(service(2, R"("cache_ttl":"60s",)"));
    gateway.script(0, {.body = R"({"a":1})", .delay = 10ms});
    gateway.script(1, {.hangs = true});
    const base::Time began = gateway.loop.now();
    const Reply reply = gateway.get("/x");
    CHECK(reply.at - began == 100ms);
    CHECK(reply.status == 200);
    CHECK(reply.body == R"({"a":1})");
    CHECK(reply.header("X-Aggregator-Completed") == "false");
    CHECK(reply.header("Cache-Control").empty());
    CHECK(gateway.alive() == 0);
    CHECK(gateway.counters.errors[static_cast<std::size_t>(Code::Timeout)].value() == 1);
}

TEST_CASE("endpoint: an answer that is as late as the deadline is too late") {
    Gateway gateway(service(2));
    gateway.script(0, {.body = R"({"a":1})", .delay = 99ms});
    gateway.script(1, {.body = R"({"b":1})", .delay = 100ms});
    CHECK(gateway.get("/x").body == R"({"a":1})");
    CHECK(gateway.alive() == 0);
}

TEST_CASE("endpoint: when nobody answers in time the reply names the deadline") {
    Gateway gateway(service(2));
    gateway.script(0, {.hangs = true});
    gateway.script(1, {.hangs = true});
    const Reply reply = gateway.get("/x");
    CHECK(reply.status == 500);
    CHECK(reply.body.empty());
    CHECK(reply.header("X-Aggregator-Error") == "timeout");
    CHECK(reply.header("X-Aggregator-Completed") == "false");
    CHECK(reply.header("Content-Type").empty());
}

TEST_CASE("endpoint: what a request has waited before is not given to backends once more") {
    Gateway gateway(service(2));
    gateway.script(0, {.body = R"({"a":1})", .delay = 20ms});
    gateway.script(1, {.hangs = true});
    const base::Time began = gateway.loop.now();
    const Reply some = gateway.ask({.target = "/x", .deadline = began + 30ms});
    CHECK(some.at - began == 30ms);
    CHECK(some.body == R"({"a":1})");
    const base::Time again = gateway.loop.now();
    const Reply all = gateway.ask({.target = "/x", .deadline = again + 1h});
    CHECK(all.at - again == 100ms);
}

TEST_CASE("endpoint: a request whose time is over asks no backend") {
    for (const char* const more : {"", R"("extra_config":{"proxy":{"sequential":true}},)"}) {
        Gateway gateway(service(2, more));
        const Reply reply = gateway.ask({.target = "/x", .deadline = gateway.loop.now()});
        CHECK(reply.status == 500);
        CHECK(reply.header("X-Aggregator-Error") == "timeout");
        CHECK(gateway.backend(0).seen.empty());
        CHECK(gateway.backend(1).seen.empty());
    }
}

TEST_CASE("endpoint: a client that leaves cancels every call and leaves nothing behind") {
    Gateway gateway(service(3));
    for (std::size_t i = 0; i < 3; ++i) {
        gateway.script(i, {.body = "{}", .delay = 50ms});
    }
    FakeClient client(gateway.loop);
    client.send(gateway.front, {.target = "/x"});
    gateway.loop.advance(10ms);
    CHECK(gateway.alive() == 3);
    client.leave();
    CHECK(gateway.alive() == 0);
    CHECK(gateway.loop.timers().size() == 0);
    gateway.loop.run_dry();
    CHECK(client.replies() == 0);
}

TEST_CASE("endpoint: a whole body goes to every backend") {
    Gateway gateway(upload(2));
    gateway.script(0, {.body = "{}"});
    gateway.script(1, {.body = "{}"});
    gateway.ask({.method = "POST", .target = "/x", .body = "payload"});
    CHECK(gateway.backend(0).seen.at(0).body == "payload");
    CHECK(gateway.backend(1).seen.at(0).body == "payload");
}

TEST_CASE("endpoint: a streamed body goes to every backend as it comes") {
    Gateway gateway(upload(3));
    for (std::size_t i = 0; i < 3; ++i) {
        gateway.script(i, {.body = "{}"});
    }
    const Reply reply = gateway.ask(post({.pieces = {"one ", "two ", "three"}, .every = 5ms}));
    CHECK(reply.status == 200);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(gateway.backend(i).seen.at(0).body == "one two three");
        CHECK(gateway.backend(i).seen.at(0).body_complete);
    }
}

TEST_CASE("endpoint: a backend that does not read the body holds nobody back") {
    Gateway gateway(upload(2));
    gateway.script(0, {.body = R"({"a":1})", .reads_body = false});
    gateway.script(1, {.body = R"({"b":1})"});
    const Reply reply = gateway.ask(post({.pieces = {std::string(100000, 'x'), "end"}}));
    CHECK(reply.body == R"({"a":1,"b":1})");
    CHECK(gateway.backend(1).seen.at(0).body.size() == 100003);
}

TEST_CASE("endpoint: a streamed body for several backends has a limit") {
    const std::string limited = R"("max_body_bytes":10)";
    SUBCASE("told by its declared length, before anybody is asked") {
        Gateway gateway(upload(2, limited));
        const Reply reply = gateway.ask(post({.pieces = {"12345678901"}, .length = 11}));
        CHECK(reply.status == 413);
        CHECK(reply.header("X-Aggregator-Error") == "body_too_large");
        CHECK(gateway.backend(0).seen.empty());
    }
    SUBCASE("or while it comes") {
        Gateway gateway(upload(2, limited));
        gateway.script(0, {.body = "{}", .reads_body = false});
        gateway.script(1, {.body = "{}"});
        const Reply reply = gateway.ask(post({.pieces = {"123456", "78901"}, .every = 1ms}));
        CHECK(reply.status == 413);
        CHECK(gateway.alive() == 0);
    }
    SUBCASE("that it may reach") {
        Gateway gateway(upload(2, limited));
        gateway.script(0, {.body = "{}"});
        gateway.script(1, {.body = "{}"});
        CHECK(gateway.ask(post({.pieces = {"12345", "67890"}, .length = 10})).status == 200);
    }
    SUBCASE("that a single backend's has not") {
        Gateway gateway(upload(1, limited));
        gateway.script(0, {.body = "{}"});
        CHECK(gateway.ask(post({.pieces = {"123456", "78901"}})).status == 200);
        CHECK(gateway.backend(0).seen.at(0).body == "12345678901");
    }
}

TEST_CASE("endpoint: a client's broken body ends the exchange with the client's error") {
    Gateway gateway(upload(2));
    gateway.script(0, {.body = R"({"a":1})", .reads_body = false});
    gateway.script(1, {.body = "{}"});
    const Reply reply = gateway.ask(
        post({.pieces = {"some"}, .every = 1ms, .failure = base::Error{Code::BadBody, "x"}}));
    CHECK(reply.status == 400);
    CHECK(reply.header("X-Aggregator-Error") == "bad_body");
    CHECK(gateway.alive() == 0);
}

TEST_CASE("endpoint: the access record tells the endpoint, the parts and the outcome") {
    Gateway gateway(service(3));
    gateway.script(0, {.body = "{}", .delay = 20ms});
    gateway.script(1, {.status = 404, .body = "{}", .delay = 10ms});
    gateway.script(2, {.hangs = true});
    const http::AccessRecord record = gateway.get("/x").record;
    CHECK(record.endpoint == "/x");
    CHECK_FALSE(record.completed);
    CHECK_FALSE(record.failure);
    REQUIRE(record.parts.size() == 3);
    CHECK(record.parts[0].status == 200);
    CHECK_FALSE(record.parts[0].failure);
    CHECK(record.parts[0].took == 20ms);
    CHECK(record.parts[1].status == 404);
    CHECK(record.parts[1].failure == Code::BadStatus);
    CHECK(record.parts[1].took == 10ms);
    CHECK(record.parts[2].status == 0);
    CHECK(record.parts[2].failure == Code::Timeout);
    CHECK(record.parts[2].took == 100ms);
}

TEST_CASE("endpoint: the access record of a failed request names its failure") {
    Gateway gateway(service(1));
    gateway.script(0, {.failure = base::Error{Code::Connect, "refused"}});
    const http::AccessRecord record = gateway.get("/x").record;
    CHECK(record.failure == Code::Connect);
    CHECK_FALSE(record.completed);
}

TEST_CASE("endpoint: calls that were cut off stay silent while the client keeps its call") {
    Gateway gateway(service(2));
    gateway.script(0, {.body = R"({"a":1})"});
    gateway.script(1, {.body = R"({"b":1})", .delay = 150ms});
    FakeClient client(gateway.loop);
    client.linger();
    client.send(gateway.front, {.target = "/x"});
    gateway.loop.advance(100ms);
    CHECK(client.replies() == 1);
    CHECK(gateway.backend(1).live_calls == 0);
    gateway.loop.advance(100ms);
    CHECK(client.replies() == 1);
}

TEST_CASE("endpoint: a gzip answer is undone before it is read") {
    const std::string packed = packed_zip();
    Gateway gateway(service(2));
    gateway.script(0, {.headers = {{"content-encoding", "gzip"}}, .body = packed});
    gateway.script(1, {.body = R"({"b":1})", .delay = 1ms});
    CHECK(gateway.get("/x").body == R"({"zip":"yes","b":1})");
    gateway.script(1, {.headers = {{"Content-Encoding", "gzip"}}, .body = packed, .delay = 1ms});
    CHECK(gateway.get("/x").body == R"({"zip":"yes"})");
}

TEST_CASE("endpoint: a gzip answer has a limit too") {
    Gateway gateway(service(1, "", R"("max_answer_bytes":12)"));
    gateway.script(0, {.headers = {{"Content-Encoding", "gzip"}}, .body = packed_zip()});
    CHECK(gateway.get("/x").header("X-Aggregator-Error") == "answer_too_large");
}

TEST_CASE("endpoint: a large reply comes through whole") {
    Gateway gateway(service(2));
    const std::string big = "\"" + std::string(300000, 'x') + "\"";
    gateway.script(0, {.body = R"({"a":)" + big + "}"});
    gateway.script(1, {.body = R"({"b":)" + big + "}", .delay = 1ms});
    CHECK(gateway.get("/x").body == R"({"a":)" + big + R"(,"b":)" + big + "}");
    gateway.script(0, {.body = R"({"a":1})"});
    gateway.script(1, {.body = R"({"b":2})"});
    CHECK(gateway.get("/x").body == R"({"a":1,"b":2})");
}

TEST_CASE("endpoint: a streamed answer where a whole one is needed fails that backend alone") {
    Gateway gateway(service(2));
    gateway.script(0, {.body = R"({"a":1})"});
    gateway.script(1, {.pieces = {"{}"}});
    const Reply reply = gateway.get("/x");
    CHECK(reply.body == R"({"a":1})");
    CHECK(reply.record.parts.at(1).failure == Code::Internal);
    CHECK(gateway.alive() == 0);
}

TEST_CASE("no-op: status, headers and body pass, but not what belongs to the connection") {
    Gateway gateway(service(1, kNoOp + kAcceptEncoding));
    gateway.script(0, {.status = 418,
                       .headers = {{"X-Up", "1"},
                                   {"X-Up", "2"},
                                   {"Keep-Alive", "x"},
                                   {"Upgrade", "x"},
                                   {"Connection", "close, x-private"},
                                   {"X-Private", "1"},
                                   {"Content-Encoding", "gzip"}},
                       .body = "teapot"});
    const Reply reply = gateway.ask({.target = "/x", .headers = {{"Accept-Encoding", "gzip"}}});
    CHECK(reply.status == 418);
    CHECK(reply.body == "teapot");
    CHECK(reply.headers.at(0).first == "X-Aggregator");
    CHECK(reply.header("X-Aggregator-Completed") == "false");
    CHECK(reply.header("X-Up") == "1, 2");
    CHECK(reply.header("Content-Encoding") == "gzip");
    CHECK(reply.header("Keep-Alive").empty());
    CHECK(reply.header("Upgrade").empty());
    CHECK(reply.header("Connection").empty());
    CHECK(reply.header("X-Private").empty());
}

TEST_CASE("no-op: a stream passes as it comes") {
    Gateway gateway(service(1, kNoOp));
    gateway.script(0, {.pieces = {"one ", "two ", "three"}, .piece_every = 10ms});
    FakeClient client(gateway.loop);
    client.send(gateway.front, {.target = "/x"});
    gateway.loop.advance(25ms);
    CHECK(client.so_far() == "one two ");
    CHECK(client.replies() == 0);
    gateway.loop.run_dry();
    CHECK(client.replies() == 1);
    CHECK(client.reply().body == "one two three");
    CHECK_FALSE(client.reply().error);
    CHECK(gateway.alive() == 0);
    CHECK(gateway.loop.timers().size() == 0);
}

TEST_CASE("no-op: the deadline cuts a running stream off") {
    Gateway gateway(service(1, kNoOp));
    gateway.script(0, {.pieces = std::vector<std::string>(10, "x"), .piece_every = 30ms});
    const base::Time began = gateway.loop.now();
    const Reply reply = gateway.get("/x");
    CHECK(reply.body == "xxx");
    REQUIRE(reply.error);
    CHECK(reply.error->code == Code::Timeout);
    CHECK(reply.at - began == 100ms);
    CHECK(gateway.alive() == 0);
}

TEST_CASE("no-op: the deadline also ends a stream whose client is slow to ask for more") {
    Gateway gateway(service(1, kNoOp));
    gateway.script(0, {.pieces = {"one", "two", "three"}});
    FakeClient client(gateway.loop);
    client.pause();
    client.send(gateway.front, {.target = "/x"});
    gateway.loop.advance(200ms);
    CHECK(client.replies() == 0);
    client.resume();
    CHECK(client.so_far().empty());
    REQUIRE(client.reply().error);
    CHECK(client.reply().error->code == Code::Timeout);
    CHECK(gateway.alive() == 0);
}

TEST_CASE("no-op: a stream that broke tells its own failure") {
    Gateway gateway(service(1, kNoOp));
    gateway.script(0, {.pieces = {"one"}, .failure = base::Error{Code::Reset, "gone"}});
    const Reply reply = gateway.get("/x");
    CHECK(reply.body == "one");
    REQUIRE(reply.error);
    CHECK(reply.error->code == Code::Reset);
}

TEST_CASE("no-op: a client that leaves in the middle of a stream ends it") {
    Gateway gateway(service(1, kNoOp));
    gateway.script(0, {.pieces = std::vector<std::string>(10, "x"), .piece_every = 5ms});
    FakeClient client(gateway.loop);
    client.send(gateway.front, {.target = "/x"});
    gateway.loop.advance(12ms);
    CHECK(gateway.alive() == 2);
    client.leave();
    CHECK(gateway.alive() == 0);
    CHECK(gateway.loop.timers().size() == 0);
}

TEST_CASE("no-op: a failure is a reply like everywhere") {
    Gateway gateway(service(1, kNoOp));
    gateway.script(0, {.failure = base::Error{Code::Resolve, "no such host"}});
    const Reply reply = gateway.get("/x");
    CHECK(reply.status == 500);
    CHECK(reply.header("X-Aggregator-Error") == "resolve");
}

TEST_CASE("no-op: gzip that the gateway asked for is undone, whole or streamed") {
    Gateway gateway(service(1, kNoOp));
    const testing::Headers packed{{"Content-Encoding", "gzip"}, {"ETag", "x"}};
    const std::string zip = packed_zip();
    for (const Script& script :
         {Script{.headers = packed, .body = zip},
          Script{.headers = packed, .pieces = {zip.substr(0, 5), zip.substr(5)}}}) {
        gateway.script(0, script);
        const Reply reply = gateway.get("/x");
        CHECK(reply.body == R"({"zip":"yes"})");
        CHECK(reply.header("Content-Encoding").empty());
        CHECK(reply.header("ETag") == "x");
    }
    CHECK(gateway.backend().seen.at(0).headers.at(0).second == "gzip");
}

TEST_CASE("no-op: gzip that the client asked for passes as it is") {
    Gateway gateway(service(1, kNoOp + kAcceptEncoding));
    gateway.script(0, {.headers = {{"Content-Encoding", "gzip"}}, .body = packed_zip()});
    const Reply reply = gateway.ask({.target = "/x", .headers = {{"Accept-Encoding", "gzip"}}});
    CHECK(reply.body == packed_zip());
    CHECK(reply.header("Content-Encoding") == "gzip");
}

TEST_CASE("no-op: gzip that is damaged is the backend's failure, or cuts the stream off") {
    Gateway gateway(service(1, kNoOp));
    const testing::Headers packed{{"Content-Encoding", "gzip"}};
    gateway.script(0, {.headers = packed, .body = "not gzip"});
    CHECK(gateway.get("/x").header("X-Aggregator-Error") == "bad_encoding");
    gateway.script(0, {.headers = packed, .pieces = {packed_zip().substr(0, 20)}});
    const Reply cut = gateway.get("/x");
    CHECK(cut.status == 200);
    REQUIRE(cut.error);
    CHECK(cut.error->code == Code::BadEncoding);
}
