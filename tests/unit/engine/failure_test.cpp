// What clients see of failures: statuses, bodies, details, static data.
#include <string>

#include <doctest/doctest.h>

#include "support/gateway.hpp"

using namespace aggregator;
using namespace std::chrono_literals;
using base::Code;
using testing::Gateway;
using testing::Reply;
using testing::Script;

namespace {

constexpr auto kFailure = [](Code code) { return Script{.failure = base::Error{code, "why"}}; };

struct Setup {
    std::size_t backends = 1;
    std::string endpoint = "";  // more keys of the endpoint, each with a comma after it
    std::string backend = "";   // the backends' `extra_config`
    std::string router = "";    // the service's `router`
};

Gateway gateway_of(const Setup& setup) {
    std::string text = R"({"version":3,"host":["http://b"],"extra_config":{"router":{)" +
                       setup.router + R"(}},"endpoints":[{"endpoint":"/x","cache_ttl":"60s",)" +
                       setup.endpoint + R"("backend":[)";
    for (std::size_t i = 0; i < setup.backends; ++i) {
        text += std::string(i > 0 ? "," : "") + R"({"url_pattern":"/b","extra_config":{)" +
                setup.backend + "}}";
    }
    return Gateway(text + "]}]}");
}

const std::string kCode = R"("backend/http":{"return_error_code":true})";
const std::string kDetails = R"("backend/http":{"return_error_details":"d"})";
const std::string kMessages = R"("return_error_msg":true)";

std::string fixed(const std::string& strategy, const std::string& data = R"({"s":1})") {
    return R"("extra_config":{"proxy":{"static":{"strategy":")" + strategy + R"(","data":)" + data +
           "}}},";
}

}  // namespace

TEST_CASE("failure: the text names the status, the method, the pattern and the final URL") {
    auto gateway = gateway_of({.router = kMessages});
    gateway.script(0, {.status = 404});
    CHECK(gateway.get("/x").body == "invalid status code 404 [GET /b]");
}

TEST_CASE("failure: return_error_code hands on the status, and with messages body and type") {
    auto silent = gateway_of({.backend = kCode});
    silent.script(0, {.status = 404, .body = "no such thing"});
    Reply reply = silent.get("/x");
    CHECK(reply.status == 404);
    CHECK(reply.body.empty());
    CHECK(reply.header("X-Aggregator-Error") == "bad_status");
    auto open = gateway_of({.backend = kCode, .router = kMessages});
    open.script(0, {.status = 418, .headers = {{"Content-Type", "x/y"}}, .body = "tea"});
    reply = open.get("/x");
    CHECK(reply.status == 418);
    CHECK(reply.body == "tea");
    CHECK(reply.header("Content-Type") == "x/y");
    open.script(0, {.status = 418, .body = "tea"});
    CHECK(open.get("/x").header("Content-Type") == "text/plain; charset=utf-8");
    open.script(0, kFailure(Code::Reset));
    CHECK(open.get("/x").status == 500);
}

TEST_CASE("failure: of several backends that all fail, no status is handed on") {
    auto gateway = gateway_of({.backends = 2, .backend = kCode, .router = kMessages});
    gateway.script(0, {.status = 404, .body = "one"});
    gateway.script(1, {.status = 403, .body = "two"});
    const Reply reply = gateway.get("/x");
    CHECK(reply.status == 500);
    CHECK(reply.body == "one\ntwo");
    CHECK(reply.header("Content-Type") == "text/plain; charset=utf-8");
}

TEST_CASE("failure: details are a part of the reply, which is incomplete") {
    auto gateway = gateway_of({.backend = kDetails});
    gateway.script(0, {.status = 404,
                       .headers = {{"Content-Type", "application/json"}},
                       .body = R"({"m":"no"})"});
    const Reply reply = gateway.get("/x");
    CHECK(reply.status == 200);
    CHECK(reply.body == R"({"error_d":{"http_status_code":404,"http_body":"{\"m\":\"no\"}",)"
                        R"("http_body_encoding":"application/json"}})");
    CHECK(reply.header("X-Aggregator-Completed") == "false");
    CHECK(reply.header("Cache-Control").empty());
    CHECK(reply.header("X-Aggregator-Error").empty());
    gateway.script(0, {.status = 204});
    CHECK(gateway.get("/x").body == R"({"error_d":{"http_status_code":204}})");
    gateway.script(0, kFailure(Code::Connect));
    CHECK(gateway.get("/x").status == 500);
}

TEST_CASE("failure: details win over the code, and of one name the later backend's stay") {
    const std::string both =
        R"("backend/http":{"return_error_code":true,"return_error_details":"d"})";
    auto gateway = gateway_of({.backends = 2, .backend = both});
    gateway.script(0, {.status = 404});
    gateway.script(1, {.status = 500});
    const Reply reply = gateway.get("/x");
    CHECK(reply.status == 200);
    CHECK(reply.body == R"({"error_d":{"http_status_code":500}})");
}

TEST_CASE("static: data is put over the reply when its strategy says so") {
    const auto get = [](const std::string& strategy, const Script& script) {
        auto gateway = gateway_of({.endpoint = fixed(strategy)});
        gateway.script(0, script);
        const Reply reply = gateway.get("/x");
        return std::to_string(reply.status) + " " + reply.body + " " +
               reply.header("X-Aggregator-Completed");
    };
    const Script good{.body = R"({"a":1,"s":0})"};
    const Script null{.body = "null"};
    const Script bad{.status = 500};
    CHECK(get("always", good) == R"(200 {"a":1,"s":1} true)");
    CHECK(get("always", bad) == R"(200 {"s":1} false)");
    CHECK(get("success", good) == R"(200 {"a":1,"s":1} true)");
    CHECK(get("success", bad) == "500  false");
    CHECK(get("success", null) == R"(200 {"s":1} true)");
    CHECK(get("errored", good) == R"(200 {"a":1,"s":0} true)");
    CHECK(get("errored", bad) == R"(200 {"s":1} false)");
    CHECK(get("complete", good) == R"(200 {"a":1,"s":1} true)");
    CHECK(get("complete", bad) == "500  false");
    CHECK(get("incomplete", good) == R"(200 {"a":1,"s":0} true)");
    CHECK(get("incomplete", bad) == R"(200 {"s":1} false)");
}

TEST_CASE("static: details of a failure are incomplete, and no error") {
    const auto get = [](const std::string& strategy) {
        auto gateway =
            gateway_of({.endpoint = fixed(strategy, R"({"error_d":0})"), .backend = kDetails});
        gateway.script(0, {.status = 404});
        return gateway.get("/x").body;
    };
    const std::string details = R"({"error_d":{"http_status_code":404}})";
    CHECK(get("success") == R"({"error_d":0})");
    CHECK(get("incomplete") == R"({"error_d":0})");
    CHECK(get("errored") == details);
    CHECK(get("complete") == details);
}

TEST_CASE("static: a part that failed makes the merged reply errored and incomplete") {
    const auto get = [](const std::string& strategy) {
        auto gateway = gateway_of({.backends = 2, .endpoint = fixed(strategy)});
        gateway.script(0, {.body = R"({"a":1})"});
        gateway.script(1, {.status = 500});
        return gateway.get("/x").body;
    };
    CHECK(get("errored") == R"({"a":1,"s":1})");
    CHECK(get("incomplete") == R"({"a":1,"s":1})");
    CHECK(get("success") == R"({"a":1})");
    CHECK(get("complete") == R"({"a":1})");
}

TEST_CASE("static: keys with escapes and values of any kind come out as they were written") {
    auto gateway =
        gateway_of({.endpoint = fixed("always", R"({"a\"b":[1.0,{"c":null}],"z":1e21})")});
    gateway.script(0, {.body = R"({"a\u0022b":0})"});
    CHECK(gateway.get("/x").body == R"({"a\u0022b":[1.0,{"c":null}],"z":1e21})");
}

TEST_CASE("static: a no-op endpoint that fails answers with an empty body") {
    const std::string no_op = R"("output_encoding":"no-op",)";
    auto gateway = gateway_of({.endpoint = no_op + fixed("errored")});
    gateway.script(0, kFailure(Code::Connect));
    Reply reply = gateway.get("/x");
    CHECK(reply.status == 200);
    CHECK(reply.body.empty());
    CHECK(reply.header("X-Aggregator-Completed") == "false");
    auto always = gateway_of({.endpoint = no_op + fixed("always")});
    always.script(0, {.status = 404, .body = "as it is"});
    reply = always.get("/x");
    CHECK(reply.status == 404);
    CHECK(reply.body == "as it is");
    CHECK(reply.header("X-Aggregator-Completed") == "true");
    CHECK(reply.header("Cache-Control") == "public, max-age=60");
}
