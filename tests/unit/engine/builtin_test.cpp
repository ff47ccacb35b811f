#include "engine/builtin.hpp"

#include <string>

#include <doctest/doctest.h>

#include "engine/describe.hpp"
#include "support/gateway.hpp"

using namespace aggregator;
using base::Code;
using std::chrono::milliseconds;
using testing::FakeStream;
using testing::Gateway;
using testing::Reply;

namespace {

constexpr const char* kOpen = R"("debug_endpoint":true,"echo_endpoint":true,)";

// A gateway with both endpoints, or with what `keys` says of them. `router` are router options.
Gateway site(const std::string& keys = kOpen, const std::string& router = "") {
    return Gateway(R"({"version":3,"timeout":"1s","host":["http://b"],)" + keys +
                   R"("extra_config":{"router":{)" + router +
                   R"(}},"endpoints":[{"endpoint":"/{a}/{b}","backend":[{}]}]})");
}

FakeStream::Plan slowly(std::vector<std::string> pieces) {
    return {.pieces = std::move(pieces), .every = milliseconds(10)};
}

std::string described(const std::string& target, const std::vector<http::Field>& headers) {
    http::Request request;
    request.method = "PUT";
    request.target = target;
    request.host = "shop.test:80";
    request.headers = headers;
    const engine::Echo echo = engine::describe_echo(request, "/__echo/x y");
    return echo.before_body + "BODY" + echo.after_body;
}

}  // namespace

TEST_CASE("echo: tells a request in a fixed order") {
    CHECK(described("/__echo/x%20y?b=2&a=1&b=%33", {{"host", "shop.test:80"}, {"x-A", "1"}}) ==
          R"({"req_uri":"/__echo/x%20y?b=2&a=1&b=%33",)"
          R"("req_uri_details":{"user":"","host":"shop.test:80","path":"/__echo/x y",)"
          R"("query":"b=2&a=1&b=%33","fragment":""},"req_method":"PUT",)"
          R"("req_querystring":{"a":["1"],"b":["2","3"]},"req_body":BODY,)"
          R"("req_headers":{"X-A":["1"]}})");
}

TEST_CASE("echo: values of one name are one list, whatever its capitals") {
    const std::string text =
        described("/__echo/", {{"accept", "a"}, {"Via", "v"}, {"ACCEPT", "b"}});
    CHECK(text.ends_with(R"("req_headers":{"Accept":["a","b"],"Via":["v"]}})"));
    CHECK(text.find(R"("req_querystring":{},)") != std::string::npos);
}

TEST_CASE("echo: whatever bytes a request has, the answer is JSON") {
    Gateway gateway = site();
    const Reply reply = gateway.ask({.method = "POST",
                                     .target = "/__echo/%FF%22?q=%FE&;=1&x=%zz",
                                     .headers = {{"X", "\xFF\""}},
                                     .body = "\"\n\xFF"});
    CHECK(reply.status == 200);
    std::vector<json::Member> members;
    const auto root = json::scan(reply.body, members);
    REQUIRE(root);
    CHECK(root->value == reply.body);
    CHECK(members.size() == 6);
    CHECK(reply.body.find(R"("req_body":"\"\n)"
                          "\xEF\xBF\xBD\"") != std::string::npos);
    CHECK(reply.body.find(R"("req_querystring":{"q":)") != std::string::npos);
}

TEST_CASE("built-ins: debug says pong to any method, in JSON, without the version") {
    Gateway gateway = site();
    for (const std::string method : {"GET", "POST", "OPTIONS", "PATCH", "BREW"}) {
        const Reply reply = gateway.ask({.method = method, .target = "/__debug/a/b?c"});
        CHECK(reply.status == 200);
        CHECK(reply.body == R"({"message":"pong"})");
        CHECK(reply.header("Content-Type") == "application/json; charset=utf-8");
        CHECK(reply.header("X-Aggregator").empty());
    }
    CHECK(gateway.get("/__debug/").status == 200);
}

TEST_CASE("built-ins: are there only if they are switched on, and each by itself") {
    Gateway none = site("");
    none.script(0, {.body = "{}"});
    CHECK(none.get("/__debug/x").body == "{}");
    CHECK(none.get("/__echo/").status == 404);
    Gateway one = site(R"("echo_endpoint":true,)");
    one.script(0, {.body = "{}"});
    CHECK(one.get("/__debug/x").body == "{}");
    CHECK(one.get("/__echo/x").body.starts_with("{\"req_uri\""));
    CHECK(one.get("/__echoes/x").body == "{}");
}

TEST_CASE("built-ins: a path without the slash, or in other letters, is redirected") {
    Gateway gateway = site();
    const Reply get = gateway.get("/__debug?a=1");
    CHECK(get.status == 301);
    CHECK(get.header("Location") == "/__debug/?a=1");
    CHECK(gateway.ask({.method = "POST", .target = "/__echo"}).status == 307);
    CHECK(gateway.ask({.method = "PUT", .target = "/x/../__ECHO/Some/where"}).header("Location") ==
          "/__echo/Some/where");
    const std::string off =
        R"("disable_redirect_trailing_slash":true,"disable_redirect_fixed_path":true)";
    Gateway strict = site(kOpen, off);
    CHECK(strict.get("/__debug").status == 404);
}

TEST_CASE("built-ins: the rest of the path is checked as a parameter is") {
    Gateway gateway = site();
    for (const std::string target : {"/__debug/%2541", "/__echo/a%3Fb", "/__echo/x/%23"}) {
        const Reply reply = gateway.get(target);
        CHECK(reply.status == 400);
        CHECK(reply.body == "error: encoded url params");
    }
    Gateway unchecked = site(kOpen, R"("disable_path_decoding":true)");
    CHECK(unchecked.get("/__echo/a%3Fb").status == 200);
}

TEST_CASE("built-ins: a streamed body is collected") {
    Gateway gateway = site();
    const Reply reply = gateway.ask(
        {.method = "POST", .target = "/__echo/", .stream = slowly({"one ", "two ", "three"})});
    CHECK(reply.status == 200);
    CHECK(reply.body.find(R"("req_body":"one two three")") != std::string::npos);
    CHECK(gateway.ask({.method = "POST", .target = "/__debug/", .stream = slowly({"x"})}).body ==
          R"({"message":"pong"})");
}

TEST_CASE("built-ins: a body above the limit is 413, whether it was told of or not") {
    const std::string limit = R"("max_body_bytes":8)";
    for (const std::string target : {"/__echo/", "/__debug/"}) {
        Gateway gateway = site(kOpen, limit);
        CHECK(gateway.ask({.target = target, .body = "12345678"}).status == 200);
        const Reply whole = gateway.ask({.target = target, .body = "123456789"});
        CHECK(whole.status == 413);
        CHECK(whole.header("X-Aggregator-Error") == "body_too_large");
        CHECK(whole.record.failure == Code::BodyTooLarge);
        CHECK(gateway.ask({.target = target, .stream = slowly({"12345", "6789"})}).status == 413);
        FakeStream::Plan declared = slowly({"1"});
        declared.length = 9;
        CHECK(gateway.ask({.target = target, .stream = declared}).status == 413);
    }
}

TEST_CASE("built-ins: a body that breaks or never ends is refused by its name") {
    Gateway gateway = site();
    FakeStream::Plan broken = slowly({"1"});
    broken.failure = base::Error{Code::BadBody, "a chunk has no size"};
    const Reply bad = gateway.ask({.target = "/__echo/", .stream = broken});
    CHECK(bad.status == 400);
    CHECK(bad.body == "400 a chunk has no size");
    FakeStream::Plan late = slowly({"1", "2"});
    late.every = std::chrono::seconds(2);
    const Reply slow = gateway.ask({.target = "/__debug/", .stream = late});
    CHECK(slow.status == 408);
    CHECK(slow.header("X-Aggregator-Error") == "request_timeout");
}

TEST_CASE("built-ins: a client that leaves takes its call along") {
    Gateway gateway = site();
    for (const auto& stream :
         {std::optional<FakeStream::Plan>(), std::optional(slowly({"1", "2"}))}) {
        testing::FakeClient client(gateway.loop);
        client.send(gateway.front, {.target = "/__echo/", .stream = stream});
        gateway.loop.advance(milliseconds(stream ? 15 : 0));
        client.leave();
        gateway.loop.run_dry();
        CHECK(gateway.loop.timers().size() == 0);
    }
}
