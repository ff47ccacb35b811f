#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>

#include <aggregator/base/hash.hpp>
#include <aggregator/config/load.hpp>
#include <aggregator/plan/plan.hpp>

using namespace aggregator;
using namespace aggregator::plan;
using namespace std::chrono_literals;

namespace {

using Names = std::vector<std::string>;

struct Compiled {
    config::Loaded loaded;
    reading::Diagnostics diagnostics;
    std::shared_ptr<const Plan> plan;
};

Compiled compile_text(const std::string& text) {
    Compiled compiled;
    compiled.loaded = config::load_text(text, "test.json");
    for (const auto& one : compiled.loaded.diagnostics) {
        INFO(reading::to_text(one));
        CHECK(one.severity != reading::Severity::Error);
    }
    compiled.plan = compile(compiled.loaded, compiled.diagnostics);
    return compiled;
}

/// A backend that is a shadow, with these members of `proxy/shadow`.
std::string shadow(const std::string& members, const std::string& backend = "") {
    return "{" + backend + R"("extra_config": {"proxy": {"shadow": true}, "proxy/shadow": {)" +
           members + "}}}";
}

std::string service(const std::string& backends, const std::string& extra = "",
                    const std::string& endpoint = "") {
    return R"({"version": 3, "host": ["http://live:8080"], "extra_config": {"proxy/shadow": {)" +
           extra + R"(}}, "endpoints": [{"endpoint": "/users/{id}", "method": "GET", )" + endpoint +
           R"("backend": [)" + backends + "]}]}";
}

const ShadowRules& rules_of(const Compiled& compiled) {
    for (const auto& one : compiled.diagnostics) {
        INFO(reading::to_text(one));
        CHECK(one.severity != reading::Severity::Error);
    }
    REQUIRE(compiled.plan != nullptr);
    REQUIRE(compiled.plan->endpoints.front().shadows.size() == 1);
    REQUIRE(compiled.plan->endpoints.front().shadows.front().rules != nullptr);
    return *compiled.plan->endpoints.front().shadows.front().rules;
}

reading::Diagnostic refusal(const Compiled& compiled, const std::string& rule) {
    CHECK(compiled.plan == nullptr);
    const auto found =
        std::find_if(compiled.diagnostics.begin(), compiled.diagnostics.end(),
                     [&rule](const reading::Diagnostic& one) { return one.rule == rule; });
    REQUIRE(found != compiled.diagnostics.end());
    return *found;
}

/// Whether the shadow at that host does not get the clients' credentials.
bool strips(const std::string& backend, const std::string& extra = "",
            const std::string& members = "") {
    const auto compiled = compile_text(service("{}, " + shadow(members, backend), extra));
    return rules_of(compiled).strips;
}

}  // namespace

TEST_CASE("shadow: without a word about it a shadow has rules, with an id that stays") {
    const auto compiled = compile_text(service("{}, " + shadow("")));
    const ShadowRules& rules = rules_of(compiled);
    CHECK(rules.config.name == "shadow1");
    CHECK(rules.salt == "/users/{id}");
    CHECK(rules.id.size() == 16);
    CHECK(rules.id.find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(std::stoull(rules.id, nullptr, 16) == base::hash64("GET /users/{id}\nshadow1"));
    const std::string instance = rules.marker.substr(0, rules.marker.find(';'));
    CHECK_FALSE(instance.empty());
    CHECK(instance.find_first_of(" ,\r\n") == std::string::npos);
    CHECK(rules.marker == instance + ";" + rules.config.name + ";1");
    CHECK(rules.when.empty());
    CHECK_FALSE(rules.strips);
}

TEST_CASE("shadow: what is written is compiled") {
    const auto compiled =
        compile_text(service("{}, " + shadow(R"("sample": {"salt": "s", "by": "param:id",
                                      "when": [{"param": "id", "equals": "7"}]},
                           "request": {"headers": {"set": {"X-A": "{param.id}"},
                                                   "add": {"X-B": "b"}, "remove": ["X-C"]}})"),
                             R"("instance": "gw")"));
    const ShadowRules& rules = rules_of(compiled);
    CHECK(rules.salt == "s");
    CHECK(rules.sample_param == 0);
    CHECK(rules.when.size() == 1);
    REQUIRE(rules.set.size() == 1);
    CHECK(rules.set.front().name == "X-A");
    CHECK(rules.add.size() == 1);
    CHECK(rules.remove == Names{"X-C"});
    CHECK(rules.marker.starts_with("gw;"));
}

TEST_CASE("shadow: a duration until it expires counts from now on") {
    const auto before = std::chrono::system_clock::now();
    const auto compiled = compile_text(service("{}, " + shadow(R"("expires": "1h")")));
    const auto expires = rules_of(compiled).config.expires_at;
    REQUIRE(expires.has_value());
    CHECK(*expires >= before + 1h);
    CHECK(*expires <= std::chrono::system_clock::now() + 1h);
    const auto endless = compile_text(service("{}, " + shadow(R"("expires": "876000h")")));
    CHECK(rules_of(endless).config.expires_at > before + 800000h);
    CHECK(rules_of(compile_text(service("{}, " + shadow(R"("expires": "2030-01-01T00:00:00Z")"))))
              .config.expires_at.has_value());
}

TEST_CASE("shadow: an expression that is not known is refused where it stands") {
    const auto list = refusal(
        compile_text(service(
            "{}, " +
            shadow(R"("request": {"headers": [{"name": "X", "value": "{request.idd}"}]})"))),
        "bad-expression");
    CHECK(list.pointer ==
          "/endpoints/0/backend/1/extra_config/proxy~1shadow/request/headers/0/value");
    CHECK(list.message.find("`{request.idd}` is not known") != std::string::npos);
    CHECK(list.message.find("`GET /users/{id}`") != std::string::npos);
    CHECK(list.hint == "did you mean `{request.id}`?");
    const auto texts = refusal(
        compile_text(
            service("{}, " + shadow(R"("request": {"headers": {"add": {"X-A": "{param.ids}"}}})"))),
        "bad-expression");
    CHECK(texts.pointer ==
          "/endpoints/0/backend/1/extra_config/proxy~1shadow/request/headers/add/X-A");
    const auto defaults = refusal(
        compile_text(service("{}, " + shadow(""),
                             R"("defaults": {"request": {"headers": {"set": {"X": "{a"}}}})")),
        "bad-expression");
    CHECK(defaults.pointer == "/extra_config/proxy~1shadow/defaults/request/headers/set/X");
}

TEST_CASE("shadow: a parameter that the path does not have is refused where it stands") {
    const auto by =
        refusal(compile_text(service("{}, " + shadow(R"("sample": {"by": "param:idd"})"))),
                "undefined-param");
    CHECK(by.pointer == "/endpoints/0/backend/1/extra_config/proxy~1shadow/sample/by");
    CHECK(by.hint == "did you mean `id`?");
    const auto when = refusal(
        compile_text(
            service("{}, " + shadow(R"("sample": {"when": [{"param": "x", "present": true}]})"))),
        "undefined-param");
    CHECK(when.pointer == "/endpoints/0/backend/1/extra_config/proxy~1shadow/sample/when/0/param");
    const auto inherited =
        refusal(compile_text(service("{}, " + shadow(R"("sample": {"percentage": 5})"),
                                     R"("defaults": {"sample": {"by": "param:x"}})")),
                "undefined-param");
    CHECK(inherited.pointer == "/extra_config/proxy~1shadow/defaults/sample/by");
}

TEST_CASE("shadow: an expression of a condition that RE2 does not take is refused") {
    const auto told = refusal(
        compile_text(
            service("{}, " + shadow(R"("sample": {"when": [{"header": "X", "matches": "a(b"}]})"))),
        "bad-expression");
    CHECK(told.pointer ==
          "/endpoints/0/backend/1/extra_config/proxy~1shadow/sample/when/0/matches");
}

TEST_CASE("credentials: they stay at the live hosts, whatever is spoken there") {
    CHECK_FALSE(strips(""));
    CHECK_FALSE(strips(R"("host": ["http://LIVE:8080/v2"], )"));
    CHECK_FALSE(strips(R"("host": ["https://live:8080"], )"));
    CHECK(strips(R"("host": ["http://live"], )"));
    CHECK(strips(R"("host": ["http://other:8080"], )"));
    CHECK(strips(R"("host": ["http://live:8080", "http://other:8080"], )"));
}

TEST_CASE("credentials: they go to hosts that are allowed") {
    const std::string other = R"("host": ["http://v2.internal:9000"], )";
    CHECK_FALSE(strips(other, R"("allowed_hosts": ["v2.internal"])"));
    CHECK_FALSE(strips(other, R"("allowed_hosts": ["a", "V2.Internal:9000"])"));
    CHECK_FALSE(strips(other, R"("allowed_hosts": ["*.internal"])"));
    CHECK(strips(other, R"("allowed_hosts": ["v2.internal:80"])"));
    CHECK(strips(other, R"("allowed_hosts": ["*.v2.internal", "internal", "2.internal"])"));
    CHECK_FALSE(strips(R"("host": ["http://[::1]:80"], )", R"("allowed_hosts": ["[::1]"])"));
}

TEST_CASE("credentials: discovered hosts are the same if their name is") {
    const auto strips_discovered = [](const std::string& name) {
        const std::string live = R"({"sd": "dns", "host": ["_http._tcp.live"]}, )";
        const auto compiled = compile_text(
            service(live + shadow("", R"("sd": "dns", "host": [")" + name + R"("], )")));
        return rules_of(compiled).strips;
    };
    CHECK_FALSE(strips_discovered("_http._tcp.live"));
    CHECK(strips_discovered("_http._tcp.copy"));
}

TEST_CASE("credentials: pass and strip have the last word") {
    const std::string other = R"("host": ["http://other"], )";
    CHECK_FALSE(strips(other, "", R"("request": {"credentials": "pass"})"));
    CHECK(strips("", "", R"("request": {"credentials": "strip"})"));
}

TEST_CASE("credentials: the usual headers are among them, and the service's own") {
    const auto compiled = compile_text(service("{}, " + shadow("", R"("host": ["http://other"], )"),
                                               R"("credential_headers": ["X-Session", "COOKIE"])"));
    CHECK(rules_of(compiled).strips);
    CHECK(rules_of(compiled).credentials ==
          Names{"authorization", "proxy-authorization", "cookie", "x-api-key", "x-session"});
}

TEST_CASE("sequence: a shadow is asked with the next live backend, and has its values") {
    const auto compiled = compile_text(service(
        R"({"url_pattern": "/a"}, )" + shadow("", R"("url_pattern": "/s/{resp0_id}/{resp0_x}", )") +
            R"(, {"url_pattern": "/b/{resp0_id}"}, {"url_pattern": "/c/{resp1_y}"})",
        "", R"("extra_config": {"proxy": {"sequential": true}}, )"));
    REQUIRE(compiled.plan != nullptr);
    const Endpoint& endpoint = compiled.plan->endpoints.front();
    REQUIRE(endpoint.backends.size() == 3);
    const Backend& copy = endpoint.shadows.front();
    REQUIRE(copy.follows.has_value());
    CHECK(*copy.follows == 1);
    REQUIRE(copy.late.size() == 2);
    REQUIRE(endpoint.backends[1].late.size() == 1);
    REQUIRE(endpoint.backends[1].follower_late.size() == 1);
    CHECK(endpoint.backends[1].follower_late.front().name == "Resp0_x");
    CHECK(endpoint.backends[2].follower_late.empty());
    std::string target;
    const std::vector<std::string_view> params{"7", "id-of-0", "x-of-0"};
    copy.target.render(params, target);
    CHECK(target == "/s/id-of-0/x-of-0");
}

TEST_CASE("sequence: a shadow behind all live backends is asked with the last one") {
    const auto compiled =
        compile_text(service(R"({"url_pattern": "/a"}, {"url_pattern": "/b/{resp0_id}"}, )" +
                                 shadow("", R"("url_pattern": "/s/{resp0_id}/{resp1_id}", )"),
                             "", R"("extra_config": {"proxy": {"sequential": true}}, )"));
    REQUIRE(compiled.plan != nullptr);
    const Backend& copy = compiled.plan->endpoints.front().shadows.front();
    CHECK(copy.follows == 1);
    CHECK(copy.late.size() == 1);
    CHECK(compiled.plan->endpoints.front().backends[1].follower_late.empty());
}

TEST_CASE("sequence: a shadow that needs no answer waits for none") {
    const char* const sequential =
        R"("extra_config": {"proxy": {"sequential": true,
                                      "sequential_propagated_params": ["resp0_id"]}}, )";
    const auto compiled = compile_text(service(R"({"url_pattern": "/a"}, {"url_pattern": "/b"}, )" +
                                                   shadow("", R"("url_pattern": "/s/{id}", )"),
                                               "", sequential));
    REQUIRE(compiled.plan != nullptr);
    const Backend& copy = compiled.plan->endpoints.front().shadows.front();
    CHECK_FALSE(copy.follows.has_value());
    CHECK(copy.late.empty());
    const auto parallel = compile_text(service(R"({"url_pattern": "/a"}, {"url_pattern": "/b"}, )" +
                                               shadow("", R"("url_pattern": "/s/{resp0_id}", )")));
    REQUIRE(parallel.plan != nullptr);
    CHECK_FALSE(parallel.plan->endpoints.front().shadows.front().follows.has_value());
}

TEST_CASE("endpoint: its name is in the plan") {
    const auto compiled =
        compile_text(service("{}", "", R"("extra_config": {"router": {"name": "users"}}, )"));
    REQUIRE(compiled.plan != nullptr);
    CHECK(compiled.plan->endpoints.front().name == "users");
}

TEST_CASE("credentials: they follow no redirect of a shadow, unless they pass") {
    const Names usual{"authorization", "proxy-authorization", "cookie", "x-api-key"};
    const auto automatic = compile_text(service("{}, " + shadow("")));
    CHECK_FALSE(rules_of(automatic).strips);
    CHECK(rules_of(automatic).credentials == usual);
    const auto passed =
        compile_text(service("{}, " + shadow(R"("request": {"credentials": "pass"})")));
    CHECK(rules_of(passed).credentials.empty());
}
