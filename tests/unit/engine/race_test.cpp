#include <aggregator/engine/race.hpp>

#include <string>

#include <doctest/doctest.h>

#include "support/gateway.hpp"
#include "support/repeated.hpp"

using namespace aggregator;
using namespace std::chrono_literals;
using base::Code;
using testing::FakeClient;
using testing::FakeStream;
using testing::Gateway;
using testing::repeated;
using testing::Reply;
using testing::Script;

namespace {

// When a fake loop begins.
constexpr base::Time kRaceStart{std::chrono::hours(1)};

// An endpoint /x that asks its backend `calls` times at once; `more` goes into the endpoint,
// `backend` into the backend.
std::string racing(int calls, const std::string& more = "", const std::string& backend = "") {
    return R"({"version":3,"host":["http://b"],"endpoints":[{"endpoint":"/x","method":"POST",)"
           R"("timeout":"100ms",)" +
           more + R"("concurrent_calls":)" + std::to_string(calls) +
           R"(,"backend":[{"url_pattern":"/b")" + backend + "}]}]}";
}

Reply post(const std::string& service, std::vector<Script> scripts) {
    Gateway gateway(service);
    gateway.backend().scripts = std::move(scripts);
    const Reply reply = gateway.ask({.method = "POST", .target = "/x", .body = "text"});
    CHECK(gateway.alive() == 0);
    return reply;
}

const std::string kRaceDetails = R"(,"extra_config":{"backend/http":{"return_error_details":"d"}})";

}  // namespace

TEST_CASE("race: the first good answer is the reply, and the other calls end") {
    Gateway gateway(racing(3));
    gateway.backend().scripts = {{.body = R"({"a":1})", .delay = 30ms},
                                 {.body = R"({"a":2})", .delay = 10ms},
                                 {.hangs = true}};
    const Reply reply = gateway.ask({.method = "POST", .target = "/x", .body = "text"});
    CHECK(reply.body == R"({"a":2})");
    CHECK(reply.header("X-Aggregator-Completed") == "true");
    CHECK(reply.at - kRaceStart == 10ms);
    CHECK(gateway.backend().seen.size() == 3);
    CHECK(gateway.alive() == 0);
    for (const auto& seen : gateway.backend().seen) {
        CHECK(seen.body == "text");
    }
}

TEST_CASE("race: failures and answers that cannot be read do not win") {
    const std::string service = racing(4);
    const Reply reply = post(service, {{.failure = base::Error{Code::Connect, "refused"}},
                                       {.status = 503, .delay = 1ms},
                                       {.body = R"({"a":)", .delay = 2ms},
                                       {.body = R"({"a":4})", .delay = 3ms}});
    CHECK(reply.body == R"({"a":4})");
    CHECK(reply.status == 200);
}

TEST_CASE("race: when no call is good the last answer counts, or else the last failure") {
    const std::string service = racing(2);
    CHECK(
        post(service, {{.status = 404}, {.status = 503, .delay = 5ms}}).record.parts.at(0).status ==
        503);
    CHECK(post(service,
               {{.status = 404}, {.failure = base::Error{Code::Reset, "gone"}, .delay = 5ms}})
              .header("X-Aggregator-Error") == "bad_status");
    CHECK(post(service, {{.failure = base::Error{Code::Connect, "refused"}},
                         {.failure = base::Error{Code::Reset, "gone"}, .delay = 5ms}})
              .header("X-Aggregator-Error") == "reset");
}

TEST_CASE("race: details of a failure do not win over a good answer, but over a failure") {
    const std::string service = racing(2, "", kRaceDetails);
    CHECK(
        post(service, {{.status = 404, .body = "no"}, {.body = R"({"a":1})", .delay = 5ms}}).body ==
        R"({"a":1})");
    const Reply reply = post(service, {{.status = 404, .body = "no"},
                                       {.failure = base::Error{Code::Reset, ""}, .delay = 5ms}});
    CHECK(reply.body == R"({"error_d":{"http_status_code":404,"http_body":"no"}})");
    CHECK(reply.header("X-Aggregator-Completed") == "false");
}

TEST_CASE("race: an answer that takes too much work does not win") {
    const std::string little = R"("extra_config":{"router":{"max_answer_work":9000}},)";
    const std::string service =
        R"({"version":3,)" + little + racing(2, "", R"(,"encoding":"xml")").substr(13);
    const Script costly{.body = "<r>" + repeated("<a/>", 500) + "</r>"};
    const Script cheap{.body = "<r>1</r>", .delay = 5ms};
    CHECK(post(service, {costly, cheap}).body == R"({"r":"1"})");
    CHECK(post(service, {costly}).header("X-Aggregator-Error") == "answer_too_costly");
}

TEST_CASE("race: the deadline ends every call") {
    const std::string service = racing(3);
    const Reply reply = post(service, {{.hangs = true}});
    CHECK(reply.at - kRaceStart == 100ms);
    CHECK(reply.header("X-Aggregator-Error") == "timeout");
}

TEST_CASE("race: a streamed body goes to every call") {
    Gateway gateway(racing(2));
    gateway.backend().scripts = {{.status = 500}, {.body = R"({"a":1})", .delay = 5ms}};
    const Reply reply = gateway.ask(
        {.method = "POST", .target = "/x", .stream = FakeStream::Plan{.pieces = {"one ", "two"}}});
    CHECK(reply.body == R"({"a":1})");
    CHECK(gateway.backend().seen.at(0).body == "one two");
    CHECK(gateway.backend().seen.at(1).body == "one two");
}

TEST_CASE("race: calls that read before call() returned share a body of several chunks") {
    Gateway gateway(racing(3));
    const std::string body = std::string(16384, 'a') + std::string(16384, 'b') + "c";
    gateway.backend().scripts = {{.status = 500, .starts_in_call = true},
                                 {.body = R"({"a":1})", .delay = 5ms, .starts_in_call = true},
                                 {.hangs = true, .start_after = 3ms}};
    const Reply reply = gateway.ask(
        {.method = "POST", .target = "/x", .stream = FakeStream::Plan{.pieces = {body}}});
    CHECK(reply.body == R"({"a":1})");
    for (const auto& seen : gateway.backend().seen) {
        CHECK(seen.body == body);
    }
}

TEST_CASE("race: a call that failed is gone while the others go on") {
    Gateway gateway(racing(2));
    gateway.backend().scripts = {{.status = 500}, {.hangs = true}};
    FakeClient client(gateway.loop);
    client.send(gateway.front,
                {.method = "POST", .target = "/x", .stream = FakeStream::Plan{.pieces = {"one"}}});
    gateway.loop.advance(10ms);
    CHECK(gateway.alive() == 1);
    client.leave();
    gateway.loop.run_dry();
}

TEST_CASE("race: a no-op endpoint streams the first answer, whatever its status") {
    const Reply reply =
        post(racing(2, R"("output_encoding":"no-op",)"),
             {{.status = 404, .pieces = {"a", "b"}, .piece_every = 1ms}, {.delay = 50ms}});
    CHECK(reply.status == 404);
    CHECK(reply.body == "ab");
}

TEST_CASE("race: a client that leaves ends every call") {
    Gateway gateway(racing(3));
    gateway.script(0, {.hangs = true});
    FakeClient client(gateway.loop);
    client.send(gateway.front, {.method = "POST", .target = "/x"});
    gateway.loop.advance(10ms);
    CHECK(gateway.alive() == 3);
    client.leave();
    CHECK(gateway.alive() == 0);
    gateway.loop.run_dry();
}
