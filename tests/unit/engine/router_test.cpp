#include <aggregator/engine/router.hpp>

#include <regex>
#include <string>

#include <doctest/doctest.h>

#include "engine/redirect.hpp"
#include "support/gateway.hpp"

using namespace aggregator;
using base::Code;
using testing::Gateway;
using testing::Reply;

namespace {

std::string service(const std::string& router = "") {
    return R"({"version":3,"host":["http://b"],"extra_config":{"router":{)" + router +
           R"(}},"endpoints":[
        {"endpoint":"/users/{id}","backend":[{"url_pattern":"/u/{id}"}]},
        {"endpoint":"/users/me","backend":[{"url_pattern":"/me"}]},
        {"endpoint":"/users/{id}","method":"DELETE","backend":[{"url_pattern":"/u/{id}"}]},
        {"endpoint":"/Shop/Cart","method":"POST","backend":[{"url_pattern":"/cart"}]},
        {"endpoint":"/dir/","backend":[{"url_pattern":"/dir"}]}]})";
}

// A gateway whose backends all answer {}.
struct Site : Gateway {
    explicit Site(const std::string& options = "") : Gateway(service(options)) {
        for (auto& of_endpoint : fakes.back()->backends) {
            of_endpoint.front()->scripts = {{.body = "{}"}};
        }
    }
    // What the backend of endpoint `index` was asked for, or nothing.
    std::string asked(std::size_t index) {
        const auto& seen = backend(0, index).seen;
        return seen.empty() ? "" : seen.back().target;
    }
};

/// Lets everything pass.
struct Guard final : http::Service {
    explicit Guard(http::Service& next) : inner(next) {}
    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                   http::Done done) override {
        asked.emplace_back(request.target);
        return inner.call(request, std::move(done));
    }
    http::Service& inner;
    std::vector<std::string> asked;
};

}  // namespace

TEST_CASE("router: a request reaches its endpoint with its values") {
    Site site;
    CHECK(site.get("/users/42").status == 200);
    CHECK(site.asked(0) == "/u/42");
    CHECK(site.get("/users/me?x=1").status == 200);
    CHECK(site.asked(1) == "/me");
    CHECK(site.ask({.method = "DELETE", .target = "/users/me"}).status == 200);
    CHECK(site.asked(2) == "/u/me");
}

TEST_CASE("router: values are decoded once") {
    Site site;
    CHECK(site.get("/users/a%20b").status == 200);
    CHECK(site.asked(0) == "/u/a%20b");
    CHECK(site.get("/%75sers/%6De").status == 200);
    CHECK(site.asked(1) == "/me");
}

TEST_CASE("router: an escaped slash is a slash") {
    CHECK(Site().get("/users/a%2Fb").status == 404);
}

TEST_CASE("router: values that are still escaped, or would leave their place, are refused") {
    Site site;
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"/users/%2541", "error: encoded url params"},
        {"/users/a%3Fb", "error: encoded url params"},
        {"/users/a%23b", "error: encoded url params"},
        {"/users/a%25zz", "error: invalid URL escape \"%zz\""},
        {"/users/%25", "error: invalid URL escape \"%\""},
    };
    for (const auto& [path, body] : cases) {
        const std::string target = path;
        CAPTURE(target);
        const Reply reply = site.get(target);
        CHECK(reply.status == 400);
        CHECK(reply.body == body);
        CHECK(reply.header("Content-Type") == "text/plain; charset=utf-8");
        CHECK(reply.header("X-Aggregator-Error") == "encoded_params");
        CHECK(reply.header("X-Aggregator").empty());
    }
    CHECK(site.asked(0).empty());
    CHECK(Site(R"("disable_path_decoding":true)").get("/users/%2541").status == 200);
}

TEST_CASE("router: a trailing slash too much or too few is redirected") {
    Site site;
    const Reply get = site.get("/users/42/?q=1&r=%20");
    CHECK(get.status == 301);
    CHECK(get.header("Location") == "/users/42?q=1&r=%20");
    CHECK(get.body == "<a href=\"/users/42?q=1&#38;r=%20\">Moved Permanently</a>.\n\n");
    CHECK(get.header("Content-Type") == "text/html; charset=utf-8");
    CHECK(get.header("X-Aggregator").empty());
    const Reply other = site.ask({.method = "DELETE", .target = "/users/42/"});
    CHECK(other.status == 307);
    CHECK(other.header("Location") == "/users/42");
    CHECK(other.body.empty());
    CHECK(site.get("/dir").header("Location") == "/dir/");
}

TEST_CASE("router: X-Forwarded-Prefix stands in front of the trailing slash's Location") {
    const Reply reply =
        Site().ask({.target = "/dir", .headers = {{"X-Forwarded-Prefix", "//api/<v1>//"}}});
    CHECK(reply.header("Location") == "/api/v1/dir/");
}

TEST_CASE("router: a path that is only spelled otherwise is redirected") {
    Site site;
    CHECK(site.get("//users///42").header("Location") == "/users/42");
    CHECK(site.get("/a/../users/./42").header("Location") == "/users/42");
    CHECK(site.get("/USERS/Me").header("Location") == "/users/me");
    CHECK(site.get("/USERS/AbC").header("Location") == "/users/AbC");
    CHECK(site.get("/USERS/me/").header("Location") == "/users/me");
    const Reply post = site.ask({.method = "POST", .target = "/shop/CART"});
    CHECK(post.status == 307);
    CHECK(post.header("Location") == "/Shop/Cart");
}

TEST_CASE("router: a Location is encoded and never names another host") {
    Site site;
    CHECK(site.get("/users/a%20%22b%0d%0a%E9/").header("Location") == "/users/a%20%22b%0D%0A%E9");
    CHECK(engine::redirect_to({"GET", {}, "//evil.example/x", {}}).headers.back().second ==
          "/evil.example/x");
}

TEST_CASE("router: redirects can be switched off, each kind by itself") {
    CHECK(Site(R"("disable_redirect_trailing_slash":true)").get("/users/42/").status == 301);
    CHECK(Site(R"("disable_redirect_fixed_path":true)").get("/USERS/me").status == 404);
    CHECK(Site(R"("disable_redirect_fixed_path":true)").get("/users/42/").status == 301);
    Site none(R"("disable_redirect_fixed_path":true,"disable_redirect_trailing_slash":true)");
    CHECK(none.get("/users/42/").status == 404);
}

TEST_CASE("router: extra slashes can be ignored instead of redirected") {
    Site site(R"("remove_extra_slash":true)");
    CHECK(site.get("//users///42").status == 200);
    CHECK(site.asked(0) == "/u/42");
    CHECK(site.get("/x/../users/./43").status == 200);
    CHECK(site.asked(0) == "/u/43");
}

TEST_CASE("router: an unknown path is 404 with its name") {
    const Reply reply = Site().get("/nowhere");
    CHECK(reply.status == 404);
    CHECK(reply.body == "404 page not found");
    CHECK(reply.header("Content-Type") == "text/plain");
    CHECK_FALSE(reply.header("X-Aggregator").empty());
    CHECK(reply.header("X-Aggregator-Completed") == "false");
    CHECK(reply.header("X-Aggregator-Error") == "not_found");
    CHECK(reply.record.failure == Code::NotFound);
}

TEST_CASE("router: a path that is known for other methods is 405 and tells them") {
    Site site;
    const Reply reply = site.ask({.method = "PUT", .target = "/users/42"});
    CHECK(reply.status == 405);
    CHECK(reply.header("Allow") == "DELETE, GET");
    CHECK(reply.body == "405 method not allowed");
    CHECK(reply.header("X-Aggregator-Completed") == "false");
    CHECK(reply.record.failure == Code::MethodNotAllowed);
    CHECK(site.ask({.method = "HEAD", .target = "/users/42"}).status == 405);
    CHECK(site.ask({.method = "OPTIONS", .target = "/users/42"}).status == 405);
    CHECK(site.ask({.method = "TRACE", .target = "/users/42"}).status == 405);
    CHECK(site.ask({.method = "PUT", .target = "/nowhere"}).status == 404);
    CHECK(Site(R"("disable_handle_method_not_allowed":true)")
              .ask({.method = "PUT", .target = "/users/42"})
              .status == 404);
}

TEST_CASE("router: bodies of 404 and 405 can be the operator's") {
    Site site(R"("error_body":{"404":{"e":"gone"},"405":["no"]})");
    const Reply missing = site.get("/nowhere");
    CHECK(missing.body == R"({"e":"gone"})");
    CHECK(missing.header("Content-Type") == "application/json; charset=utf-8");
    CHECK(site.ask({.method = "PUT", .target = "/users/42"}).body == R"(["no"])");
}

TEST_CASE("router: OPTIONS is answered for known paths if asked for") {
    Site site(R"("auto_options":true)");
    const Reply reply = site.ask({.method = "OPTIONS", .target = "/users/42"});
    CHECK(reply.status == 200);
    CHECK(reply.header("Allow") == "DELETE, GET");
    CHECK(reply.body.empty());
    CHECK_FALSE(reply.header("X-Aggregator").empty());
    CHECK(site.ask({.method = "OPTIONS", .target = "/nowhere"}).status == 404);
    const Reply other = site.ask({.method = "OPTIONS", .target = "/users/42/"});
    CHECK(other.status == 307);
    CHECK(other.header("Location") == "/users/42");
    CHECK(site.ask({.method = "OPTIONS", .target = "/USERS//42"}).header("Location") ==
          "/users/42");
    CHECK(site.ask({.method = "PUT", .target = "/users/42"}).header("Allow") ==
          "DELETE, GET, OPTIONS");
}

TEST_CASE("router: the health route says ok and the time") {
    Site site;
    site.loop.advance(std::chrono::milliseconds(1500));
    const Reply reply = site.get("/__health");
    CHECK(reply.status == 200);
    CHECK(reply.header("Content-Type") == "application/json; charset=utf-8");
    CHECK(reply.header("X-Aggregator").empty());
    CHECK(std::regex_match(
        reply.body, std::regex(R"(\{"agents":\{\},"now":"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} )"
                               R"(\+0000 UTC m=\+1\.500000000","status":"ok"\})")));
}

TEST_CASE("router: the health route is for GET, can be moved and taken away") {
    Site site;
    const Reply post = site.ask({.method = "POST", .target = "/__health"});
    CHECK(post.status == 405);
    CHECK(post.header("Allow") == "GET");
    CHECK(site.get("/__HEALTH/").header("Location") == "/__health");
    CHECK(Site(R"("health_path":"/alive")").get("/alive").status == 200);
    CHECK(Site(R"("health_path":"/alive")").get("/__health").status == 404);
    CHECK(Site(R"("disable_health":true)").get("/__health").status == 404);
}

TEST_CASE("router: local replies come in a later turn and can be cancelled") {
    Site site;
    testing::FakeClient client(site.loop);
    client.send(site.front, {.target = "/nowhere"});
    CHECK(client.replies() == 0);
    client.leave();
    site.loop.run_dry();
    CHECK(client.replies() == 0);
    CHECK(site.loop.timers().size() == 0);
}

TEST_CASE("router: the headers' names and the version in them can be changed") {
    Gateway gateway(R"({"version":3,"host":["http://b"],"extra_config":{"router":
        {"header_prefix":"X-Krakend","hide_version_header":true}},"endpoints":[]})");
    const Reply reply = gateway.get("/x");
    CHECK(reply.header("X-Krakend") == "undefined");
    CHECK(reply.header("X-Krakend-Completed") == "false");
    CHECK(reply.header("X-Krakend-Error") == "not_found");
}

TEST_CASE("router: what guards it is asked for all but the built-in routes, and hands on") {
    testing::FakeLoop loop(1);
    base::Counters counters;
    const auto plan = testing::plan_of(service());
    engine::Workspace workspace(loop, *plan, counters);
    testing::FakeService fake(loop, {.body = "{}"});
    const std::vector<http::Service*> endpoints(plan->endpoints.size(), &fake);
    engine::Router router(workspace, endpoints);
    Guard guard(router.guarded());
    router.guard(guard);
    const auto ask = [&](std::string method, std::string target) {
        testing::FakeClient client(loop);
        client.send(router, {.method = std::move(method), .target = std::move(target)});
        loop.run_dry();
        return client.reply().status;
    };
    CHECK(ask("GET", "/__health") == 200);
    CHECK(guard.asked.empty());
    CHECK(ask("GET", "/users/a%20b") == 200);
    CHECK(ask("GET", "/none") == 404);
    CHECK(ask("POST", "/__health") == 405);
    CHECK(ask("GET", "/dir") == 301);
    CHECK(guard.asked == std::vector<std::string>{"/users/a%20b", "/none", "/__health", "/dir"});
    CHECK(fake.seen.size() == 1);
}

TEST_CASE("redirect: what may stand in front of a Location") {
    CHECK(engine::safe_prefix("/api") == "/api");
    CHECK(engine::safe_prefix("api/") == "/api");
    CHECK(engine::safe_prefix("//evil.example") == "/evilexample");
    CHECK(engine::safe_prefix("/a//b/./c") == "/a/b/c");
    CHECK(engine::safe_prefix("\r\n") == "");
    CHECK(engine::safe_prefix("/") == "");
}
