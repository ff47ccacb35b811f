#include "components/rate_limit/settings.hpp"

#include <array>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "components/rate_limit/client_key.hpp"
#include "components/rate_limit/replies.hpp"
#include "support/gateway.hpp"

using namespace aggregator;
using namespace std::chrono_literals;
using components::ClientKey;
using components::LimitSettings;
using components::Strategy;

namespace {

std::string service_of(const std::string& at_service, const std::string& at_endpoint,
                       const std::string& at_backend = {}) {
    return R"({"version":3,"host":["http://b"],"extra_config":{)" + at_service +
           R"(},"endpoints":[{"endpoint":"/a/{id}","extra_config":{)" + at_endpoint +
           R"(},"backend":[{"url_pattern":"/","extra_config":{)" + at_backend +
           R"(}},{"url_pattern":"/s","extra_config":{"proxy":{"shadow":true}}}]}]})";
}

std::string router_limit(const std::string& keys) { return R"("qos/ratelimit/router":)" + keys; }

/// What was wrong with a configuration: its rules, separated by blanks.
std::string faults_of(const std::string& text) {
    const auto loaded = config::load_text(text, "t", {}, component::readers());
    std::string rules;
    for (const reading::Diagnostic& one : loaded.diagnostics) {
        if (one.severity == reading::Severity::Error) {
            rules += (rules.empty() ? "" : " ") + one.rule;
        }
    }
    return rules;
}

std::shared_ptr<const LimitSettings> limit_of(const std::string& keys) {
    const auto loaded =
        config::load_text(service_of({}, router_limit(keys)), "t", {}, component::readers());
    REQUIRE(loaded.service);
    return std::static_pointer_cast<const LimitSettings>(
        loaded.service->endpoints.at(0).components.at(0).settings);
}

/// A gateway whose backends answer.
struct Answering final : testing::Gateway {
    explicit Answering(const std::string& text) : Gateway(text) {
        script(0, {.body = R"({"a":1})"});
    }
};

/// How many of so many requests are answered with 200.
int served(testing::Gateway& gateway, int requests, const testing::Headers& headers = {}) {
    int count = 0;
    for (int i = 0; i < requests; ++i) {
        count += gateway.ask({.target = "/a/1", .headers = headers}).status == 200 ? 1 : 0;
    }
    return count;
}

class FakeClaims final : public http::Claims {
public:
    [[nodiscard]] std::optional<std::string_view> text(std::string_view name) const override {
        return name == "sub" ? std::optional<std::string_view>("alice") : std::nullopt;
    }
};

}  // namespace

TEST_CASE("rate limit: a bucket is as large as the rate is written, or as it is said") {
    CHECK(limit_of(R"({"max_rate":50,"every":"10m"})")->common == token_bucket::Rate{12s, 50});
    CHECK(limit_of(R"({"max_rate":0.3})")->common->capacity == 1);
    CHECK(limit_of(R"({"max_rate":2.5})")->common->capacity == 3);
    CHECK(limit_of(R"({"max_rate":5,"capacity":20,"every":"500ms"})")->common ==
          token_bucket::Rate{100ms, 20});
    const auto both =
        limit_of(R"({"max_rate":100,"client_max_rate":5,"client_capacity":7,"strategy":"ip"})");
    CHECK(both->common->capacity == 100);
    CHECK(both->client == token_bucket::Rate{200ms, 7});
    CHECK_FALSE(limit_of(R"({"max_rate":0})")->common);
}

TEST_CASE("rate limit: what would limit nothing, or nobody, is refused") {
    const auto at_endpoint = [](const std::string& keys) {
        return faults_of(service_of({}, router_limit(keys)));
    };
    CHECK(at_endpoint(R"({"client_max_rate":5})") == "rate-limit-without-strategy");
    CHECK(at_endpoint(R"({"client_max_rate":0})").empty());
    CHECK(at_endpoint(R"({"client_max_rate":5,"strategy":"adress"})") == "bad-value");
    CHECK(at_endpoint(R"({"client_max_rate":5,"strategy":"header"})") == "bad-value");
    CHECK(at_endpoint(R"({"client_max_rate":5,"strategy":"param","key":"id"})").empty());
    CHECK(at_endpoint(R"({"client_max_rate":5,"strategy":"param","key":"ID"})") == "bad-value");
    CHECK(at_endpoint(R"({"client_max_rate":5,"strategy":"claim","key":"sub"})") == "bad-value");
    CHECK(at_endpoint(R"({"client_max_rate":5,"strategy":"api_key"})") == "bad-value");
    CHECK(at_endpoint("{}") == "bad-value");
    CHECK(at_endpoint(R"({"@comment":"off for now"})").empty());
    CHECK(at_endpoint(R"({"max_rate":"5"})") == "wrong-type");
    CHECK(at_endpoint(R"({"max_rate":-1})") == "out-of-range");
    CHECK(at_endpoint(R"({"max_rate":5,"every":"0s"})") == "out-of-range");
    CHECK(at_endpoint(R"({"max_rate":5,"capacity":0})") == "out-of-range");
    CHECK(at_endpoint(R"({"max_rate":0.001,"every":"876000h"})") == "out-of-range");
    const auto at_service = [](const std::string& keys) {
        return faults_of(service_of(R"("qos/ratelimit/service":)" + keys, {}));
    };
    CHECK(at_service(R"({"client_max_rate":5,"strategy":"cookie","key":"a"})").empty());
    CHECK(at_service(R"({"client_max_rate":5,"strategy":"param","key":"id"})") == "bad-value");
    const auto at_backend = [](const std::string& keys) {
        return faults_of(service_of({}, {}, R"("qos/ratelimit/proxy":)" + keys));
    };
    CHECK(at_backend(R"({"max_rate":5})").empty());
    CHECK(at_backend(R"({"max_rate":0})") == "out-of-range");
    CHECK(at_backend("{}") == "bad-value");
}

TEST_CASE("rate limit: a strategy that needs to know the client fits beside what finds it out") {
    const auto text = service_of({}, router_limit(R"({"max_rate":1})"));
    auto loaded = config::load_text(text, "t", {}, component::readers());
    REQUIRE(loaded.service);
    const reading::Configured& section = loaded.service->endpoints.at(0).components.at(0);
    LimitSettings limit;
    limit.client = token_bucket::Rate{1s, 1};
    limit.strategy = Strategy::ApiKey;
    std::vector<reading::Configured> beside{section};
    beside.front().name = "auth/api-keys";
    reading::Diagnostics told;
    reading::Report report(told);
    components::check_router_limit(
        {*section.source.file, *section.source.node, section.name, report}, limit, {"/a", beside});
    CHECK(told.empty());
}

TEST_CASE("rate limit: all clients together get 503 above the limit, and again when it refills") {
    Answering gateway(service_of({}, router_limit(R"({"max_rate":2})")));
    CHECK(served(gateway, 2) == 2);
    const auto refused = gateway.get("/a/1");
    CHECK(refused.status == 503);
    CHECK(refused.body.empty());
    CHECK(refused.header("X-Aggregator-Error") == "endpoint_limited");
    CHECK(refused.header("Retry-After") == "1");
    CHECK(refused.header("RateLimit-Policy") == R"("endpoint";q=2;w=1)");
    CHECK(refused.header("RateLimit") == R"("endpoint";r=0;t=1)");
    CHECK(refused.header("Cache-Control") == "no-store");
    gateway.loop.advance(500ms);
    CHECK(served(gateway, 3) == 1);
    CHECK(gateway.backend().seen.size() == 3);
    CHECK(gateway.fakes.back()->shadows[0][0]->seen.size() == 3);
}

TEST_CASE("rate limit: each client gets 429 above its own, and who is nobody gets it at once") {
    Answering gateway(service_of(
        {}, router_limit(R"({"client_max_rate":1,"strategy":"header","key":"X-User"})")));
    CHECK(served(gateway, 2, {{"X-User", "a"}}) == 1);
    CHECK(served(gateway, 2, {{"x-user", " b"}}) == 1);
    const auto refused = gateway.ask({.target = "/a/1", .headers = {{"X-User", "a"}}});
    CHECK(refused.status == 429);
    CHECK(refused.header("X-Aggregator-Error") == "rate_limited");
    CHECK(refused.header("RateLimit") == R"("client";r=0;t=1)");
    const auto nobody = gateway.get("/a/1");
    CHECK(nobody.status == 429);
    CHECK(nobody.header("X-Aggregator-Error") == "rate_key_missing");
    CHECK(nobody.header("Retry-After") == "1");
    CHECK(nobody.header("RateLimit").empty());
}

TEST_CASE("rate limit: who is nobody may count by address, or with all others of that kind") {
    for (const char* const missing : {"ip", "shared"}) {
        Answering gateway(
            service_of({}, router_limit(R"({"client_max_rate":1,"strategy":"cookie","key":"u",)"
                                        R"("on_missing_key":")" +
                                        std::string(missing) + "\"}")));
        CHECK(served(gateway, 3) == 1);
        CHECK(served(gateway, 3, {{"Cookie", "v=1; u=x"}}) == 1);
    }
}

TEST_CASE("rate limit: a token that a client spent before all were refused is spent") {
    Answering gateway(service_of(
        {}, router_limit(R"({"max_rate":1,"client_max_rate":1,"every":"1m","capacity":1,)"
                         R"("client_capacity":2,"strategy":"header","key":"X-User"})")));
    CHECK(served(gateway, 1, {{"X-User", "a"}}) == 1);
    CHECK(gateway.ask({.target = "/a/1", .headers = {{"X-User", "b"}}}).status == 503);
    CHECK(gateway.ask({.target = "/a/1", .headers = {{"X-User", "b"}}}).status == 503);
    CHECK(gateway.ask({.target = "/a/1", .headers = {{"X-User", "b"}}}).status == 429);
}

TEST_CASE("rate limit: replies say what is left, if they are to say so always, or nothing at all") {
    const std::string keys = R"("max_rate":10,"client_max_rate":2,"strategy":"ip","headers":")";
    Answering gateway(service_of({}, router_limit("{" + keys + "always\"}")));
    const auto reply = gateway.get("/a/1");
    CHECK(reply.status == 200);
    CHECK(reply.header("RateLimit-Policy") == R"("client";q=2;w=1, "endpoint";q=10;w=1)");
    CHECK(reply.header("RateLimit") == R"("client";r=1;t=1, "endpoint";r=9;t=1)");
    Answering silent(service_of({}, router_limit("{" + keys + "off\"}")));
    CHECK(served(silent, 3) == 2);
    const auto refused = silent.get("/a/1");
    CHECK(refused.header("RateLimit").empty());
    CHECK(refused.header("RateLimit-Policy").empty());
    CHECK(refused.header("Retry-After") == "1");
}

TEST_CASE("rate limit: the service's counts what nobody serves, and not the built-in routes") {
    Answering gateway(service_of(R"("qos/ratelimit/service":{"max_rate":1})", {}));
    CHECK(gateway.get("/__health").status == 200);
    CHECK(gateway.get("/none").status == 404);
    const auto refused = gateway.get("/a/1");
    CHECK(refused.status == 503);
    CHECK(refused.header("X-Aggregator-Error") == "service_limited");
    CHECK(refused.header("RateLimit") == R"("service";r=0;t=1)");
    CHECK(gateway.get("/__health").status == 200);
    CHECK(gateway.backend().seen.empty());
}

TEST_CASE("rate limit: a call too many is not made, and each concurrent one counts") {
    const std::string limit = R"("qos/ratelimit/proxy":{"max_rate":2})";
    Answering gateway(service_of({}, {}, limit));
    CHECK(served(gateway, 5) == 2);
    const auto refused = gateway.get("/a/1");
    CHECK(refused.status == 500);
    CHECK(refused.header("X-Aggregator-Error") == "backend_limited");
    gateway.loop.advance(500ms);
    CHECK(served(gateway, 2) == 1);
    CHECK(gateway.backend().seen.size() == 3);
    std::string text = service_of({}, {}, limit);
    text.insert(text.find("\"backend\""), R"("concurrent_calls":3,)");
    Answering racing(text);
    CHECK(served(racing, 1) == 1);
    CHECK(racing.backend().seen.size() == 2);
}

TEST_CASE("rate limit: the first tier that fits has its own limit, and its name") {
    const std::string gold = R"({"tier_value":"gold","ratelimit":{"max_rate":10}})";
    const std::string all = R"({"tier_value_as":"*","ratelimit":{"max_rate":1}})";
    const auto tiered = [](const std::string& tiers, const std::string& more = {}) {
        return service_of({}, R"("qos/ratelimit/tiered":{"tier_key":"X-Plan","tiers":[)" + tiers +
                                  "]" + more + "}");
    };
    Answering gateway(tiered(gold + "," + all));
    CHECK(served(gateway, 12, {{"X-Plan", "gold"}}) == 10);
    CHECK(gateway.ask({.target = "/a/1", .headers = {{"X-Plan", "gold"}}}).header("RateLimit") ==
          R"("gold";r=0;t=1)");
    CHECK(served(gateway, 2, {{"X-Plan", "Gold"}}) == 1);
    CHECK(served(gateway, 2) == 0);
    Answering open(tiered(gold));
    CHECK(served(open, 20) == 20);
    Answering closed(tiered(gold, R"(,"on_no_tier":"reject")"));
    CHECK(closed.get("/a/1").status == 429);
    CHECK(closed.get("/a/1").header("X-Aggregator-Error") == "rate_key_missing");
    CHECK(served(closed, 1, {{"X-Plan", "gold"}}) == 1);
    CHECK(faults_of(tiered(all + "," + gold)) == "bad-value");
    CHECK(faults_of(tiered(R"({"tier_value":"a","tier_value_as":"policy","ratelimit":)"
                           R"({"max_rate":1}})")) == "unsupported-key");
    CHECK(faults_of(tiered(R"({"tier_value":"a","ratelimit_redis":{}})")) ==
          "bad-value unsupported-key");
    CHECK(faults_of(tiered(R"({"tier_value":"a"})")) == "bad-value");
    CHECK(faults_of(tiered(R"({"tier_value":"a","ratelimit":{"client_max_rate":1,)"
                           R"("strategy":"param","key":"no"}})")) == "bad-value");
    CHECK(faults_of(service_of(R"("qos/ratelimit/tiered":{"tier_key":"A","tiers":[{"tier_value":)"
                               R"("a","ratelimit":{"client_max_rate":1,"strategy":"param",)"
                               R"("key":"id"}}]})",
                               {})) == "bad-value");
}

TEST_CASE("rate limit: two graphs of one process share their buckets") {
    const auto plan = testing::plan_of(service_of({}, router_limit(R"({"max_rate":3})")));
    testing::FakeBackground background;
    const component::SharedBook book(*plan, background);
    int count = 0;
    std::vector<std::unique_ptr<testing::FakeLoop>> loops;
    for (int i = 0; i < 2; ++i) {
        testing::FakeLoop& loop = *loops.emplace_back(std::make_unique<testing::FakeLoop>());
        base::Log log{{.level = base::LogLevel::Error}};
        base::Rows rows;
        base::Counters counters;
        const component::Wiring wiring{.loop = loop,
                                       .log = log,
                                       .rows = rows,
                                       .counters = counters,
                                       .plan = *plan,
                                       .endpoint = &plan->endpoints.front(),
                                       .shared = &book,
                                       .background = &background};
        testing::FakeService inner(loop, testing::Script{});
        const auto gate = component::find("qos/ratelimit/router")->wrap(wiring, inner);
        http::Request asked;
        asked.method = "GET";
        for (int request = 0; request < 2; ++request) {
            const auto call = gate->call(
                asked, [&count](auto reply) { count += reply && reply->status == 200 ? 1 : 0; });
            loop.run_dry();
        }
    }
    CHECK(count == 3);
}

TEST_CASE("client key: an IPv6 client is its network, and no header makes another one of it") {
    const auto plan = testing::plan_of(service_of({}, {}));
    LimitSettings limit;
    limit.strategy = Strategy::Ip;
    const auto key = [&](std::string_view client) {
        http::Request request;
        request.client = client;
        return std::string(ClientKey(limit, *plan, "/a").of(request).value_or("none"));
    };
    CHECK(key("2001:db8::1") == key("2001:db8::ffff:2"));
    CHECK(key("2001:db8::1") != key("2001:db8:0:1::1"));
    CHECK(key("192.0.2.1") == key("::ffff:192.0.2.1"));
    CHECK(key("192.0.2.1") != key("192.0.2.2"));
    CHECK(key("fe80::1%eth0") == key("fe80::2"));
    limit.ipv6_prefix = 128;
    CHECK(key("2001:db8::1") != key("2001:db8::2"));
    limit.ipv6_prefix = 32;
    CHECK(key("2001:db8:1::1") == key("2001:db8:2::2"));
}

TEST_CASE("client key: an address in a header is believed of trusted proxies, from the right") {
    const auto plan =
        testing::plan_of(service_of(R"("router":{"trusted_proxies":["10.0.0.0/8"]})", {}));
    LimitSettings limit;
    limit.strategy = Strategy::Ip;
    limit.key = "X-Client";
    const auto key = [&](std::string_view peer, std::string_view told) {
        const http::Field fields[] = {{"X-Client", told}};
        http::Request request;
        request.client = peer;
        request.headers = fields;
        return std::string(ClientKey(limit, *plan, "/a").of(request).value_or("none"));
    };
    CHECK(key("203.0.113.1", "1.1.1.1") == key("203.0.113.1", "2.2.2.2"));
    CHECK(key("10.0.0.1", "1.1.1.1") != key("10.0.0.1", "2.2.2.2"));
    CHECK(key("10.0.0.1", "9.9.9.9, 1.1.1.1, 10.0.0.2") == key("10.0.0.1", "8.8.8.8, 1.1.1.1"));
    CHECK(key("10.0.0.1", "2001:db8::1") == key("10.0.0.1", "2001:db8::2"));
}

TEST_CASE("client key: parameters, cookies, queries, claims and keys, and none of them") {
    const auto plan = testing::plan_of(service_of({}, {}));
    LimitSettings limit;
    const http::Field fields[] = {{"Cookie", "a=1; user=\"x y\""}, {"cookie", "late=2;bare"}};
    const std::string_view params[] = {"7", "8"};
    FakeClaims claims;
    http::Identity identity;
    identity.claims = &claims;
    identity.api_key = 3;
    http::Request request;
    request.target = "/a?u=a%20b&u=c&e=";
    request.headers = fields;
    request.params = params;
    request.identity = &identity;
    const auto key = [&](Strategy strategy, const std::string& name) {
        limit.strategy = strategy;
        limit.key = name;
        return std::string(ClientKey(limit, *plan, "/a/{x}/{y}").of(request).value_or("none"));
    };
    CHECK(key(Strategy::Param, "y") == "=8");
    CHECK(key(Strategy::Param, "z") == "none");
    CHECK(key(Strategy::Cookie, "user") == "=x y");
    CHECK(key(Strategy::Cookie, "late") == "=2");
    CHECK(key(Strategy::Cookie, "bare") == "none");
    CHECK(key(Strategy::Query, "u") == "=a b");
    CHECK(key(Strategy::Query, "e") == "none");
    CHECK(key(Strategy::Claim, "sub") == "=alice");
    CHECK(key(Strategy::Claim, "plan") == "none");
    CHECK(key(Strategy::ApiKey, "") == "=3");
    request.identity = nullptr;
    CHECK(key(Strategy::Claim, "sub") == "none");
    CHECK(key(Strategy::ApiKey, "") == "none");
}

TEST_CASE("replies: seconds are whole and rounded up, and names are fit to be quoted") {
    CHECK(components::seconds_of(0s) == 1);
    CHECK(components::seconds_of(1001ms) == 2);
    CHECK(components::quoted_name("a\"b\\\n") == R"("a\"b\\?")");
    CHECK(components::state_text("\"c\"", {.admitted = true, .left = 2, .full_after = 1500ms}) ==
          R"("c";r=2;t=2)");
}
