#include <doctest/doctest.h>

#include <aggregator/base/version.hpp>
#include <aggregator/config/load.hpp>
#include <aggregator/plan/forward.hpp>
#include <aggregator/plan/plan.hpp>

#include <ostream>

namespace aggregator::plan::tests {

namespace {

using reading::Diagnostic;
using reading::Diagnostics;
using std::chrono::milliseconds;

struct Outcome {
    std::shared_ptr<const Plan> plan;
    Diagnostics diagnostics;
};

/// Compiles a service of these endpoints; `keys` are more members of the service, each with a comma
/// after it. The files are gone when it returns.
Outcome compiled(const std::string& endpoints, const std::string& keys = {}) {
    const config::Loaded loaded = config::load_text(
        "{\"version\":3,\"host\":[\"a.b\"]," + keys + "\n\"endpoints\":[\n" + endpoints + "\n]}",
        "shop.json");
    for (const Diagnostic& one : loaded.diagnostics) {
        INFO(reading::to_text(one));
        CHECK(one.severity != reading::Severity::Error);
    }
    REQUIRE(loaded.service);
    Outcome outcome;
    outcome.plan = compile(loaded, outcome.diagnostics);
    return outcome;
}

std::shared_ptr<const Plan> plan_of(const std::string& endpoints, const std::string& keys = {}) {
    const Outcome outcome = compiled(endpoints, keys);
    for (const Diagnostic& one : outcome.diagnostics) {
        FAIL_CHECK(reading::to_text(one));
    }
    REQUIRE(outcome.plan);
    return outcome.plan;
}

/// An endpoint of one backend.
std::string endpoint(const std::string& path, const std::string& pattern = "/",
                     const std::string& keys = {}) {
    return R"({"endpoint":")" + path + R"(",)" + keys + R"("backend":[{"url_pattern":")" + pattern +
           R"("}]})";
}

/// An endpoint /e of one backend with these keys.
Backend backend_of(const std::string& keys, const std::string& service = {}) {
    return plan_of(R"({"endpoint":"/e","backend":[{)" + keys + "}]}", service)
        ->endpoints.at(0)
        .backends.at(0);
}

/// The only thing told about these endpoints, which must be an error.
Diagnostic error_of(const std::string& endpoints, const std::string& keys = {}) {
    const Outcome outcome = compiled(endpoints, keys);
    REQUIRE(outcome.diagnostics.size() == 1);
    CHECK(outcome.diagnostics[0].severity == reading::Severity::Error);
    CHECK_FALSE(outcome.plan);
    return outcome.diagnostics[0];
}

}  // namespace

TEST_CASE("compile: an endpoint and its backends are filled from the configuration") {
    const auto plan = plan_of(
        R"({"endpoint":"/u/{id}","method":"post","timeout":"300ms","cache_ttl":"90s",
            "backend":[{"url_pattern":"/v1/{id}","method":"get","encoding":"string",
             "group":"g","target":"a.b"},
            {"url_pattern":"/v2","host":["https://c.d:8443/p"],"is_collection":true}]})");
    REQUIRE(plan->endpoints.size() == 1);
    const Endpoint& made = plan->endpoints[0];
    CHECK(made.pattern == "/u/{id}");
    CHECK(made.method == "POST");
    CHECK(made.timeout == milliseconds(300));
    CHECK(made.cache_control == "public, max-age=90");
    CHECK(made.output == Output::Json);
    CHECK(made.has_params);
    CHECK(made.shadows.empty());
    REQUIRE(made.backends.size() == 2);
    const Backend& first = made.backends[0];
    CHECK(first.index == 0);
    CHECK(first.method == "GET");
    CHECK(first.pattern == "/v1/{{.Id}}");
    CHECK(first.target.used() == std::vector<std::uint32_t>{0});
    CHECK(first.encoding == config::Encoding::String);
    CHECK(first.shape.group == "\"g\"");
    CHECK(first.shape.target.size() == 2);
    REQUIRE(first.hosts.size() == 1);
    CHECK(first.hosts[0].authority == "a.b");
    const Backend& second = made.backends[1];
    CHECK(second.index == 1);
    CHECK(second.method == "POST");
    CHECK(second.is_collection);
    REQUIRE(second.hosts.size() == 1);
    CHECK(second.hosts[0].tls);
    CHECK(second.hosts[0].port == 8443);
    CHECK(second.hosts[0].prefix == "/p");
}

TEST_CASE("compile: shadow backends stand apart and keep their index") {
    const auto plan = plan_of(
        R"({"endpoint":"/e","timeout":"1s","backend":[
            {"url_pattern":"/s","extra_config":{"proxy":{"shadow":true}}},
            {"url_pattern":"/l"},
            {"url_pattern":"/t",
             "extra_config":{"proxy":{"shadow":true,"shadow_timeout":"4s"}}}]})");
    const Endpoint& made = plan->endpoints[0];
    REQUIRE(made.backends.size() == 1);
    CHECK(made.backends[0].index == 1);
    CHECK_FALSE(made.backends[0].shadow);
    REQUIRE(made.shadows.size() == 2);
    CHECK(made.shadows[0].index == 0);
    CHECK(made.shadows[0].shadow);
    CHECK(made.shadows[0].shadow_timeout == milliseconds(1000));
    CHECK(made.shadows[1].index == 2);
    CHECK(made.shadows[1].shadow_timeout == milliseconds(4000));
}

TEST_CASE("compile: the time to keep an answer is told in whole seconds, none at all for zero") {
    CHECK(plan_of(endpoint("/e"))->endpoints[0].cache_control.empty());
    CHECK(plan_of(endpoint("/e", "/", R"("cache_ttl":"1500ms",)"))->endpoints[0].cache_control ==
          "public, max-age=1");
    CHECK(plan_of(endpoint("/e", "/", R"("cache_ttl":"500ms",)"))->endpoints[0].cache_control ==
          "public, max-age=0");
    CHECK(plan_of(endpoint("/e"), R"("cache_ttl":"1h",)")->endpoints[0].cache_control ==
          "public, max-age=3600");
}

TEST_CASE("compile: an output encoding is known by its exact name") {
    const auto output_of = [](const std::string& name) {
        return plan_of(endpoint("/e", "/", R"("output_encoding":")" + name + "\","))
            ->endpoints[0]
            .output;
    };
    CHECK(output_of("json") == Output::Json);
    CHECK(output_of("json-collection") == Output::JsonCollection);
    CHECK(output_of("string") == Output::String);
    CHECK(output_of("no-op") == Output::NoOp);
    CHECK(output_of("JSON-collection") == Output::Json);
    CHECK(output_of("xml") == Output::Xml);
    CHECK(output_of("yaml") == Output::Yaml);
    CHECK(output_of("negotiate") == Output::Negotiate);
    CHECK(output_of("Negotiate") == Output::Json);
}

TEST_CASE("compile: an unknown output encoding is what the only regular backend's encoding says") {
    const auto output_of = [](const std::string& backends) {
        return plan_of(R"({"endpoint":"/e","output_encoding":"fast-json","backend":[)" + backends +
                       "]}")
            ->endpoints[0]
            .output;
    };
    CHECK(output_of("{}") == Output::Json);
    CHECK(output_of(R"({"encoding":"string"})") == Output::String);
    CHECK(output_of(R"({"encoding":"no-op"})") == Output::NoOp);
    CHECK(output_of(R"({"encoding":"xml"})") == Output::Xml);
    CHECK(output_of(R"({"encoding":"string"},{})") == Output::Json);
    CHECK(output_of(R"({"encoding":"string"},{"extra_config":{"proxy":{"shadow":true}}})") ==
          Output::String);
}

TEST_CASE("compile: gzip is asked for unless it is switched off or of no use") {
    CHECK(backend_of("").asks_gzip);
    CHECK_FALSE(backend_of("", R"("disable_compression":true,)").asks_gzip);
    CHECK(backend_of(R"("encoding":"no-op")").asks_gzip);
    CHECK_FALSE(backend_of(R"("method":"HEAD")").asks_gzip);
}

TEST_CASE("compile: the gateway has a name of its own, or that of the configuration") {
    const auto plan = plan_of("");
    CHECK(plan->user_agent == "aggregator/" + std::string(base::version()));
    CHECK(plan->via == plan->user_agent);
    const auto named = plan_of("", R"("extra_config":{"router":{"user_agent":"old one"}},)");
    CHECK(named->user_agent == "old one");
    CHECK(named->via == "old one");
}

TEST_CASE("compile: what the service says stays there without its files") {
    const auto plan =
        plan_of(endpoint("/e"), R"("port":9000,"extra_config":{"router":{"auto_options":true}},)");
    CHECK(plan->service.port == 9000);
    CHECK(plan->service.router.auto_options);
}

TEST_CASE("compile: what was not loaded has no plan") {
    const config::Loaded loaded;
    Diagnostics diagnostics;
    CHECK_FALSE(compile(loaded, diagnostics));
    CHECK(diagnostics.empty());
}

TEST_CASE("compile: errors that were told before do not count") {
    const config::Loaded loaded = config::load_text(R"({"version":3})", "shop.json");
    Diagnostics diagnostics(1);
    CHECK(compile(loaded, diagnostics));
}

TEST_CASE("compile: routes are kept by method and lead to the endpoints") {
    const auto plan =
        plan_of(endpoint("/a/{x}") + "," + endpoint("/a/{y}", "/", R"("method":"POST",)") + "," +
                endpoint("/b"));
    std::vector<std::string_view> params;
    REQUIRE(plan->routes.of("GET") != nullptr);
    CHECK(plan->routes.of("GET")->match("/a/1", params) == 0u);
    CHECK(plan->routes.of("GET")->match("/b", params) == 2u);
    REQUIRE(plan->routes.of("POST") != nullptr);
    CHECK(plan->routes.of("POST")->match("/a/1", params) == 1u);
    CHECK(plan->routes.of("PUT") == nullptr);
    CHECK(plan->routes.of("get") == nullptr);
    REQUIRE(plan->routes.methods.size() == 2);
    CHECK(plan->routes.methods[0].method == "GET");
}

TEST_CASE("compile: disable_rest lets parameters stand anywhere in the path") {
    const auto plan = plan_of(endpoint("/x-{a}", "/{a}"), R"("disable_rest":true,)");
    std::vector<std::string_view> params;
    CHECK(plan->routes.of("GET")->match("/x-1", params) == 0u);
    CHECK(params == std::vector<std::string_view>{"1"});
}

TEST_CASE("compile: two endpoints at one place are an error that names both") {
    const Diagnostic told =
        error_of(endpoint("/a") + ",\n" + endpoint("/b") + ",\n" + endpoint("//a"));
    CHECK(told.rule == "route-conflict");
    CHECK(told.file == "shop.json");
    CHECK(told.line == 5);
    CHECK(told.pointer == "/endpoints/2/endpoint");
    CHECK(told.message ==
          "'GET //a' conflicts with 'GET /a' at shop.json:3: both are served at '/a'");
}

TEST_CASE("compile: two names for one parameter are an error that names both") {
    const Diagnostic told = error_of(endpoint("/a/{x}") + ",\n" + endpoint("/a/{y}/b"));
    CHECK(told.message ==
          "'GET /a/{y}/b' conflicts with 'GET /a/{x}' at shop.json:3: {y} stands where it has {x}");
}

TEST_CASE("compile: a path that cannot be served is an error") {
    const Diagnostic told = error_of(endpoint("/a/*"));
    CHECK(told.rule == "bad-route");
    CHECK(told.line == 3);
    CHECK(error_of(endpoint("/{a}-{b}"), R"("disable_rest":true,)").rule == "bad-route");
}

TEST_CASE("compile: an endpoint in the health check's place is an error") {
    const std::string moved = R"("extra_config":{"router":{"health_path":"/health"}},)";
    CHECK(error_of(endpoint("/health"), moved).rule == "route-conflict");
    CHECK(error_of(endpoint("//health"), moved).rule == "route-conflict");
    CHECK(plan_of(endpoint("/health", "/", R"("method":"POST",)"), moved));
    CHECK(plan_of(endpoint("/health/x") + "," + endpoint("/{any}"), moved));
    CHECK(plan_of(endpoint("/health"),
                  R"("extra_config":{"router":{"health_path":"/health","disable_health":true}},)"));
}

TEST_CASE("compile: a placeholder that the path does not have is an error with a guess") {
    const Diagnostic told = error_of(endpoint("/q/{user}", "/x/{usr}"));
    CHECK(told.rule == "undefined-param");
    CHECK(told.line == 3);
    CHECK(told.pointer == "/endpoints/0/backend/0/url_pattern");
    CHECK(told.message ==
          "undefined output param 'usr'! endpoint: GET /q/:user, backend: 0. input: [user], "
          "output: [usr]");
    CHECK(told.hint == "did you mean {user}?");
}

TEST_CASE("compile: a placeholder is undefined where the path has no parameter at all") {
    const Diagnostic told = error_of(endpoint("/q", "/{x}"));
    CHECK(told.message ==
          "undefined output param 'x'! endpoint: GET /q, backend: 0. input: [], output: [x]");
    CHECK(told.hint == "the endpoint's path has no {name}");
}

TEST_CASE("compile: placeholders are compared with case, late ones only in their exact form") {
    CHECK(error_of(endpoint("/u/{id}", "/{ID}")).rule == "undefined-param");
    CHECK(error_of(endpoint("/u/{id}", "/{Id}")).rule == "undefined-param");
    CHECK(error_of(endpoint("/u/{id}", "/{resp0}")).rule == "undefined-param");
    CHECK(error_of(endpoint("/u/{id}", "/{Resp0_x}")).rule == "undefined-param");
    CHECK(plan_of(endpoint("/u/{id}", "/{resp9_a.b}/{JWT.sub}")));
}

TEST_CASE("compile: two placeholders more than parameters do not match") {
    const Diagnostic told = error_of(endpoint("/q/{a}", "/{y}/{a}/{x}"));
    CHECK(told.rule == "params-mismatch");
    CHECK(told.message ==
          "input and output params do not match. endpoint: GET /q/:a, backend: 0. input: [a], "
          "output: [a x y]");
    CHECK(error_of(endpoint("/q/{a}", "/{x}/{x}")).rule == "undefined-param");
    CHECK(error_of(endpoint("/q/{a}/{b}", "/{a}/{b}/{x}/{resp0_a}")).rule == "undefined-param");
}

TEST_CASE("compile: every mistake of every backend is told, shadows included") {
    const Outcome outcome = compiled(
        R"({"endpoint":"/a/{p}","backend":[{"url_pattern":"/{x}"},
            {"url_pattern":"/{y}","extra_config":{"proxy":{"shadow":true}}}]},)" +
        endpoint("/b") + "," + endpoint("/b"));
    CHECK_FALSE(outcome.plan);
    REQUIRE(outcome.diagnostics.size() == 3);
    CHECK(outcome.diagnostics[0].message.find("backend: 0") != std::string::npos);
    CHECK(outcome.diagnostics[1].message.find("backend: 1") != std::string::npos);
    CHECK(outcome.diagnostics[2].rule == "route-conflict");
}

TEST_CASE("compile: a parameter that is declared but captured under a longer name is a warning") {
    const Outcome outcome = compiled(endpoint("/{a}.json", "/{a}"));
    REQUIRE(outcome.plan);
    REQUIRE(outcome.diagnostics.size() == 1);
    CHECK(outcome.diagnostics[0].severity == reading::Severity::Warning);
    CHECK(outcome.diagnostics[0].rule == "unfilled-param");
    std::string target;
    outcome.plan->endpoints[0].backends[0].target.render(std::vector<std::string_view>{"7.json"},
                                                         target);
    CHECK(target == "/%7B%7B.A%7D%7D");
    CHECK(plan_of(endpoint("/{a}.json", "/{a.json}")));
}

TEST_CASE("compile: a host that is used as written has to be one") {
    const std::string keys = R"("disable_host_sanitize":true,"host":["http://ok", "a.b"])";
    const Diagnostic told = error_of(R"({"endpoint":"/e","backend":[{)" + keys + "}]}");
    CHECK(told.rule == "bad-host");
    CHECK(told.pointer == "/endpoints/0/backend/0/host/1");
}

TEST_CASE("compile: a host of another protocol is a warning and is not called") {
    const Outcome outcome = compiled(
        R"({"endpoint":"/e","backend":[
            {"disable_host_sanitize":true,"host":["amqp://q","http://ok"]}]})");
    REQUIRE(outcome.plan);
    REQUIRE(outcome.diagnostics.size() == 1);
    CHECK(outcome.diagnostics[0].severity == reading::Severity::Warning);
    CHECK(outcome.plan->endpoints[0].backends[0].hosts.size() == 1);
}

TEST_CASE(
    "compile: trusted proxies are addresses and networks, anything else is an error at its place") {
    const auto plan =
        plan_of("", R"("extra_config":{"router":{"trusted_proxies":["10.0.0.0/8","::1"]}},)");
    CHECK(plan->trusted_proxies.contains("10.1.2.3"));
    CHECK(plan->trusted_proxies.contains("::1"));
    CHECK_FALSE(plan->trusted_proxies.contains("11.1.2.3"));
    const Diagnostic told =
        error_of("", R"("extra_config":{"router":{"trusted_proxies":["10.0.0.0/8","proxy"]}},)");
    CHECK(told.rule == "bad-address");
    CHECK(told.pointer == "/extra_config/router/trusted_proxies/1");
}

TEST_CASE("compile: the documented example sends what it says") {
    const auto plan = plan_of(
        R"({"endpoint":"/page/{sku}","input_headers":["Accept-Language","Content-Type"],
            "input_query_strings":["currency"],"backend":[
            {"url_pattern":"/items/{sku}","allow":["title","price.net"],"group":"item"},
            {"url_pattern":"/stock?sku={sku}","host":["https://stock.internal"],
             "is_collection":true,"mapping":{"collection":"stock"}}]})");
    std::vector<std::string_view> params;
    REQUIRE(plan->routes.of("GET")->match("/page/77", params));
    http::Request request;
    request.target = "/page/77?currency=eur&x=1";
    request.params = params;
    const ClientFacts origin = client_facts_of(*plan, request);
    Outgoing first;
    Outgoing second;
    forward(plan->endpoints[0].backends[0], request, origin, first);
    forward(plan->endpoints[0].backends[1], request, origin, second);
    CHECK(first.request.target == "/items/77?currency=eur");
    CHECK(second.request.target == "/stock?sku=77&currency=eur");
    CHECK(plan->endpoints[0].backends[1].hosts[0].authority == "stock.internal");
}

TEST_CASE("compile: ten thousand endpoints keep their order") {
    std::string endpoints;
    for (int i = 0; i < 10000; ++i) {
        endpoints += (i == 0 ? "" : ",") + endpoint("/e" + std::to_string(i) + "/{id}", "/x/{id}");
    }
    const auto plan = plan_of(endpoints);
    REQUIRE(plan->endpoints.size() == 10000);
    std::vector<std::string_view> params;
    CHECK(plan->routes.of("GET")->match("/e9999/7", params) == 9999u);
    CHECK(plan->endpoints[9999].pattern == "/e9999/{id}");
}

}  // namespace aggregator::plan::tests
