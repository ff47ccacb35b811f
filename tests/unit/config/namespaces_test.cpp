#include "unit/config/loading.hpp"

using namespace aggregator::config;
using namespace aggregator::config::testing;

namespace {

struct Name {
    const char* now;
    const char* older;
};

constexpr Name kNames[] = {
    {"proxy", "github.com/devopsfaith/krakend/proxy"},
    {"router", "github_com/luraproject/lura/router/gin"},
    {"plugin/http-server", "github_com/devopsfaith/krakend/transport/http/server/handler"},
    {"plugin/http-client", "github.com/devopsfaith/krakend/transport/http/client/executor"},
    {"plugin/req-resp-modifier", "github.com/devopsfaith/krakend/proxy/plugin"},
    {"backend/http", "github.com/devopsfaith/krakend/http"},
    {"backend/graphql", "github.com/devopsfaith/krakend/transport/http/client/graphql"},
    {"backend/lambda", "github.com/devopsfaith/krakend-lambda"},
    {"backend/amqp/consumer", "github.com/devopsfaith/krakend-amqp/consume"},
    {"backend/amqp/producer", "github.com/devopsfaith/krakend-amqp/produce"},
    {"backend/pubsub/publisher", "github.com/devopsfaith/krakend-pubsub/publisher"},
    {"backend/pubsub/subscriber", "github.com/devopsfaith/krakend-pubsub/subscriber"},
    {"async/amqp", "github.com/devopsfaith/krakend-amqp/agent"},
    {"qos/http-cache", "github.com/devopsfaith/krakend-httpcache"},
    {"qos/circuit-breaker", "github.com/devopsfaith/krakend-circuitbreaker/gobreaker"},
    {"auth/validator", "github.com/devopsfaith/krakend-jose/validator"},
    {"auth/signer", "github.com/devopsfaith/krakend-jose/signer"},
    {"auth/client-credentials", "github.com/devopsfaith/krakend-oauth2-clientcredentials"},
    {"auth/revoker", "github_com/devopsfaith/bloomfilter"},
    {"security/bot-detector", "github_com/devopsfaith/krakend-botdetector"},
    {"security/http", "github_com/devopsfaith/krakend-httpsecure"},
    {"security/cors", "github_com/devopsfaith/krakend-cors"},
    {"validation/cel", "github.com/devopsfaith/krakend-cel"},
    {"validation/json-schema", "github.com/devopsfaith/krakend-jsonschema"},
    {"modifier/martian", "github.com/devopsfaith/krakend-martian"},
    {"modifier/lua-endpoint", "github.com/devopsfaith/krakend-lua/router"},
    {"modifier/lua-proxy", "github.com/devopsfaith/krakend-lua/proxy"},
    {"modifier/lua-backend", "github.com/devopsfaith/krakend-lua/proxy/backend"},
    {"telemetry/logging", "github_com/devopsfaith/krakend-gologging"},
    {"telemetry/gelf", "github_com/devopsfaith/krakend-gelf"},
    {"telemetry/logstash", "github_com/devopsfaith/krakend-logstash"},
    {"telemetry/metrics", "github_com/devopsfaith/krakend-metrics"},
    {"telemetry/influx", "github_com/letgoapp/krakend-influx"},
    {"telemetry/opencensus", "github_com/devopsfaith/krakend-opencensus"},
};

/// The three places that have components, with these in them.
std::vector<Loaded> load_everywhere(const std::string& components) {
    const std::string extra = "\"extra_config\": {" + components + "}";
    std::vector<Loaded> loaded;
    loaded.push_back(load_service(extra));
    loaded.push_back(load_endpoint("\"backend\": [{}], " + extra));
    loaded.push_back(load_backend(extra));
    return loaded;
}

std::vector<std::string> rules_of(const Loaded& loaded) {
    std::vector<std::string> rules;
    for (const Diagnostic& one : loaded.diagnostics) {
        rules.push_back(one.rule);
    }
    return rules;
}

}  // namespace

TEST_CASE("namespaces: the older name of each component is as good as the short one") {
    for (const auto& pair : kNames) {
        const auto& now = pair.now;
        const auto& older = pair.older;
        CAPTURE(older);
        const auto short_ones = load_everywhere('"' + std::string(now) + "\": {}");
        const auto older_ones = load_everywhere('"' + std::string(older) + "\": {}");
        for (std::size_t i = 0; i < short_ones.size(); ++i) {
            auto rules = rules_of(older_ones[i]);
            std::erase(rules, "older-name");
            CHECK(rules == rules_of(short_ones[i]));
            CHECK(std::count(rules.begin(), rules.end(), "unknown-key") == 0);
        }
    }
}

TEST_CASE("namespaces: the older name of a component in force is advised against, with a repair") {
    const Loaded loaded =
        load_service(R"("extra_config": {"github_com/luraproject/lura/router/gin": {}})");
    const Diagnostic& told = finding(loaded, "older-name");
    CHECK(told.severity == Severity::Advice);
    REQUIRE(told.repair.size() == 1);
    CHECK(told.repair.front().text == "\"router\"");
    CHECK(loaded.files.front()->document.text().substr(told.repair.front().offset,
                                                       told.repair.front().size) ==
          "\"github_com/luraproject/lura/router/gin\"");
    const Loaded escaped =
        load_service(R"("extra_config": {"github_com\/luraproject/lura/router/gin": {}})");
    CHECK(finding(escaped, "older-name").repair.empty());
    CHECK(is_silent(load_service(R"("extra_config": {"router": {}})")));
}

TEST_CASE("namespaces: beside the short name the older one is not looked at, in any order") {
    for (const auto& pair : kNames) {
        const auto& now = pair.now;
        const auto& older = pair.older;
        CAPTURE(older);
        const std::string first = '"' + std::string(now) + "\": {}";
        const std::string second = '"' + std::string(older) + "\": 5";
        for (const std::string& both : {first + ", " + second, second + ", " + first}) {
            for (const Loaded& loaded : load_everywhere(both)) {
                const Diagnostic& told = warning(loaded, "no-effect");
                CHECK(told.message.find("beside its newer name `" + std::string(now) + '`') !=
                      std::string::npos);
            }
        }
    }
}

TEST_CASE("namespaces: a component that nobody has heard of is no key that was misspelt") {
    for (const char* name : {"ai/llm",
                             "governance/quota",
                             "grpc",
                             "redis",
                             "documentation/openapi",
                             "server/virtualhost",
                             "auth/aws-sigv4",
                             "qos/circuit-breaker/http",
                             "plugin/middleware",
                             "backend/grpc",
                             "backend/soap",
                             "backend/conditional",
                             "backend/static-filesystem",
                             "telemetry/moesif",
                             "telemetry/newrelic",
                             "modifier/request-body-generator",
                             "modifier/request-body-extractor",
                             "modifier/response-body",
                             "modifier/response-body-generator",
                             "validation/response-json-schema",
                             "qos/ratelimit/router/redis"}) {
        CAPTURE(name);
        for (const Loaded& loaded : load_everywhere('"' + std::string(name) + "\": {}")) {
            (void)warning(loaded, "not-in-force");
        }
    }
    for (const char* name : {"acme/audit", "backend/teapot", "github.com/acme/krakend-thing"}) {
        CAPTURE(name);
        for (const Loaded& loaded : load_everywhere('"' + std::string(name) + "\": {}")) {
            (void)warning(loaded, "unknown-component");
        }
    }
    for (const char* name : {"backend/htttp", "bakend/http", "qos/ratelimit/ruoter", "proxi"}) {
        CAPTURE(name);
        for (const Loaded& loaded : load_everywhere('"' + std::string(name) + "\": {}")) {
            CHECK(warning(loaded, "unknown-key").hint.starts_with("did you mean"));
        }
    }
    CHECK(is_silent(load_service(R"("extra_config": {"#acme/audit": {}})")));
}

TEST_CASE("namespaces: what never had another name has one name alone") {
    for (const char* name :
         {"qos/ratelimit/router", "qos/ratelimit/proxy", "telemetry/opentelemetry"}) {
        CAPTURE(name);
        (void)warning(load_service("\"extra_config\": {\"" + std::string(name) + "\": {}}"),
                      "not-in-force");
    }
    CHECK(backend_of(
              load_backend(
                  R"("extra_config": {"backend/http/client": {"send_body_on_redirect": true}})"))
              .send_body_on_redirect);
}
