#include "unit/config/loading.hpp"

using namespace aggregator::reading;
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

TEST_CASE("namespaces: a component that protects or answers is refused where it is not in force") {
    struct Refused {
        const char* name;
        const char* message;
    };
    constexpr Refused kAtEndpoint[] = {
        {"auth/validator", "GET / would be open to everybody: `auth/validator` is not supported"},
        {"qos/ratelimit/router",
         "GET / would be without limit: `qos/ratelimit/router` is not "
         "supported"},
        {"validation/cel",
         "GET / would be served without validation: `validation/cel` is not "
         "supported"},
        {"github.com/devopsfaith/krakend-jose/validator",
         "GET / would be open to everybody: `github.com/devopsfaith/krakend-jose/validator` is not "
         "supported"},
    };
    for (const Refused& one : kAtEndpoint) {
        const Loaded loaded = load_endpoint(R"("backend": [{}], "extra_config": {")" +
                                            std::string(one.name) + "\": {}}");
        CHECK(refusal(loaded, "unsupported-component").message == one.message);
    }
    CHECK(refusal(load_backend(R"("url_pattern": "x", "extra_config": {"qos/http-cache": {}})"),
                  "unsupported-component")
              .message ==
          "the backend /x of GET / would be called for every request: nothing is "
          "cached: `qos/http-cache` is not supported");
    CHECK(refusal(load_endpoint(R"("method": "post", "endpoint": "a", "extra_config":
                                {"auth/signer": {}}, "backend": {"url_pattern": "/"})"),
                  "unsupported-component")
              .message.starts_with("POST /a would be"));
    const Loaded object = load_endpoint(R"("endpoint": "/b", "backend": {"extra_config":
                                        {"backend/lambda": {}}})");
    CHECK(refusal(object, "unsupported-component")
              .message.starts_with("the backend / of GET /b would be called as"));
}

TEST_CASE("namespaces: a component at a level where it has no meaning is refused") {
    for (const char* name : {"qos/ratelimit/proxy", "auth/client-credentials", "backend/grpc",
                             "modifier/martian", "backend/http", "proxy", "qos/circuit-breaker"}) {
        CAPTURE(name);
        (void)refusal(load_service("\"extra_config\": {\"" + std::string(name) + "\": {}}"),
                      "misplaced-component");
    }
    CHECK(refusal(load_endpoint(R"("backend": [{}], "extra_config": {"qos/ratelimit/proxy": {}})"),
                  "misplaced-component")
              .hint == "it belongs to `extra_config` of a backend");
    CHECK(refusal(load_backend(R"("extra_config": {"router": {}})"), "misplaced-component").hint ==
          "it belongs to `extra_config` of the service or of an endpoint");
}

TEST_CASE("namespaces: the name of a protection is refused without its slash, or as another's") {
    for (const char* name : {"auth_validator",
                             "auth-validator",
                             "auth.validator",
                             "auth validator",
                             "auth:validator",
                             "authvalidator",
                             "AuthValidator",
                             "auth_validater",
                             "auth",
                             "auth_ldap",
                             "authorization",
                             "authorisaton",
                             "basic-auth",
                             "basic_auth",
                             "apikey",
                             "api_key",
                             "apiKey",
                             "rate_limit",
                             "ratelimit",
                             "rateLimit",
                             "my-rate-limit",
                             "throttle",
                             "ip-filter",
                             "ipfilter",
                             "acl",
                             "quota",
                             "oauth2-proxy",
                             "securty_headers",
                             "circuitbreaker",
                             "bot detector",
                             "qos_circuit_breaker"}) {
        CAPTURE(name);
        for (const Loaded& loaded : load_everywhere('"' + std::string(name) + "\": {}")) {
            (void)refusal(loaded, "unknown-component");
        }
    }
}

TEST_CASE("namespaces: an unknown name is refused if it may be meant to protect") {
    for (const char* name : {"backend/htttp",
                             "bakend/http",
                             "qos/ratelimit/ruoter",
                             "proxi",
                             "Auth/Validator",
                             " auth/validator",
                             "auth/validator ",
                             "auth\\\\validator",
                             "auth/authorization",
                             "security/secure-headers",
                             "validation/xsd",
                             "backend/teapot",
                             "ai/llm",
                             "server/x",
                             "governance/quota",
                             "plugin/x",
                             "modifier/x",
                             "cors",
                             "validator",
                             "rate-limit",
                             "jwt",
                             "acme/auth",
                             "github_com/devopsfaith/krakend/proxy",
                             "github.com/devopsfaith/krakend-unheard",
                             "github.com/devopsfaith/krakend-ratelimit/juju/router"}) {
        CAPTURE(name);
        for (const Loaded& loaded : load_everywhere('"' + std::string(name) + "\": {}")) {
            (void)refusal(loaded, "unknown-component");
        }
    }
    CHECK(refusal(load_service(R"("extra_config": {"security/secure-headers": {}})"),
                  "unknown-component")
              .hint == "did you mean `security/http`?");
    CHECK(refusal(load_endpoint(R"("backend": [{}], "extra_config": {"auth_validator": {}})"),
                  "unknown-component")
              .hint == "did you mean `auth/validator`?");
}

TEST_CASE("namespaces: an unknown name that speaks of no protection is a warning") {
    for (const char* name : {"acme/audit", "github.com/acme/krakend-thing", "comment",
                             "author/name", "telemetry/own", "author", "auto", "auto_options",
                             "limits", "quote", "server_name", "backends", "models", "note"}) {
        CAPTURE(name);
        for (const Loaded& loaded : load_everywhere('"' + std::string(name) + "\": {}")) {
            (void)warning(loaded, "unknown-component");
        }
    }
    CHECK(is_silent(load_service(R"("extra_config": {"#acme/audit": {}})")));
}

TEST_CASE("namespaces: what changes no answer is one advice for the whole file") {
    const Loaded loaded = load_service(
        R"("plugin": {}, "extra_config": {"telemetry/logging": {}, "documentation/openapi": {},
           "redis": {}}, "endpoints": [{"extra_config": {"telemetry/opentelemetry": {}},
           "backend": [{"host": "a", "extra_config": {"telemetry/opentelemetry": {}}}]}])");
    CHECK(loaded.diagnostics.size() == 1);
    const Diagnostic& told = finding(loaded, "no-counterpart");
    CHECK(told.severity == Severity::Advice);
    CHECK(told.message ==
          "`plugin`, `telemetry/logging`, `documentation/openapi`, `redis` and "
          "`telemetry/opentelemetry` have no counterpart here: clients get the "
          "same answers without");
}

TEST_CASE("allowances: what is named may be left out, at each of its places") {
    const Loaded loaded = load_service(
        R"("endpoints": [{"extra_config": {"auth/validator": {}}, "backend": [{"host": "a"}]},
           {"endpoint": "/b", "extra_config": {"github.com/devopsfaith/krakend-jose/validator": 1},
           "backend": [{"host": "a"}]}], "@allow_unsupported": ["auth/validator", "auth/ntlm"])");
    CHECK(warning(loaded, "unsupported-component").message ==
          "GET / is open to everybody: `auth/validator` is not supported, and that is allowed");
    CHECK(warning(loaded, "unused-allowance").pointer == "/@allow_unsupported/1");
    CHECK(loaded.diagnostics.size() == 3);
    REQUIRE(loaded.allowances.size() == 2);
    CHECK(loaded.allowances[0].places == 2);
    CHECK(loaded.allowances[1].places == 0);
}

TEST_CASE("allowances: names are written out") {
    for (const char* wrong : {R"(["*"])", R"(["auth/*"])", R"([""])", R"([1])", R"([null])",
                              R"(["a b"])", R"([["auth/ntlm"]])"}) {
        CAPTURE(wrong);
        (void)error(load_service("\"@allow_unsupported\": " + std::string(wrong)), "bad-value");
    }
    for (const char* wrong : {R"("auth/ntlm")", "{}", "null", "true"}) {
        CAPTURE(wrong);
        (void)error(load_service("\"@allow_unsupported\": " + std::string(wrong)), "wrong-type");
    }
}

TEST_CASE("namespaces: a key beside extra_config that is to protect is refused") {
    for (const char* name : {"auth", "jwt", "rate_limit", "rateLimit", "cors", "api-key",
                             "basic_auth", "ip_filter", "authentication", "throttling"}) {
        CAPTURE(name);
        const std::string member = '"' + std::string(name) + "\": {}";
        (void)refusal(load_service(member), "misplaced-component");
        (void)refusal(load_endpoint(R"("backend": [{}], )" + member), "misplaced-component");
        (void)refusal(load_backend(member), "misplaced-component");
    }
    for (const char* name : {"config", "extras", "components", "plugins"}) {
        CAPTURE(name);
        CHECK(refusal(load_endpoint(R"("backend": [{}], ")" + std::string(name) +
                                    R"(": {"auth/validator": {}})"),
                      "misplaced-component")
                  .hint.starts_with("components stand in `extra_config`"));
        (void)warning(load_endpoint(R"("backend": [{}], ")" + std::string(name) +
                                    R"(": {"proxy": {}, "telemetry/own": {}})"),
                      "unknown-key");
    }
}

TEST_CASE("guards: a misspelt key is refused if the one that was meant protects") {
    for (const char* key :
         {"alow",          "alllow",    "denny",      "dney",           "tarrget",   "input_header",
          "input-headers", "whitelist", "blacklist",  "Whitelist",      "allowlist", "allow_fields",
          "extra_confg",   " allow",    "shadow",     "flatmap_filter", "filter",    "exclude",
          "no_redirect",   "headers",   "max_errors", "enable_mtls"}) {
        CAPTURE(key);
        const Loaded loaded = load_backend('"' + std::string(key) + "\": []");
        CHECK(loaded.diagnostics.front().severity == Severity::Error);
        CHECK(loaded.diagnostics.front().only_serving);
    }
    for (const char* key : {"comment", "description", "note", "mpping", "gruop", "is_colection",
                            "output_headers", "follow_redirects", "tags", "url_patern"}) {
        CAPTURE(key);
        (void)warning(load_backend('"' + std::string(key) + "\": 1"), "unknown-key");
    }
    CHECK(refusal(load_backend(R"("alow": [])"), "unknown-key").message ==
          "`alow` is not a key of a backend: every field of the answer reaches the client");
}

TEST_CASE("guards: a key in a wrong object is told where it belongs, and no guess is far off") {
    CHECK(warning(load_service(R"("extra_config": {"port": 8090})"), "misplaced-key").hint ==
          "it belongs to the service");
    CHECK(warning(load_service(R"("log_level": "debug")"), "misplaced-key")
              .hint.find("--log-level") != std::string::npos);
    CHECK(warning(load_backend(R"("return_error_details": "a")"), "misplaced-key")
              .hint.find("backend/http") != std::string::npos);
    CHECK(warning(load_service(R"("extra_config": {"router": {"disable_rest": true}})"),
                  "misplaced-key")
              .hint == "it belongs to the service");
    CHECK(warning(load_endpoint(R"("backend": [{}], "output_headers": [])"), "unknown-key")
              .hint.starts_with("it is ignored"));
    CHECK(refusal(load_service(R"("client_tls": {"port": 1})"), "unknown-key").only_serving);
    CHECK(refusal(load_service(R"("listen": "127.0.0.1")"), "unknown-key").hint ==
          "it is called `listen_ip` here");
    (void)refusal(load_service(R"("extra_config": {"router": {"hide_version": true}})"),
                  "unknown-key");
    (void)warning(load_service(R"("disable": true)"), "unknown-key");
}

TEST_CASE(
    "guards: a key that a component refuses has the one that was meant, and how to allow it") {
    const auto told = [](const std::string& member) {
        return refusal(load_service(R"("extra_config": {"admin": {)" + member + "}}"),
                       "unknown-key");
    };
    const Diagnostic address = told(R"("address": "127.0.0.1:1")");
    CHECK(address.message == "`address` is not a key of `admin`: it has no effect");
    CHECK(address.hint ==
          "it is called `listen` here; to start without it: \"@allow_unsupported\": "
          "[\"admin.address\"] in the service, or --allow-unsupported admin.address");
    CHECK(told(R"("tokne": "x")").hint.starts_with("did you mean `token`? to start without it: "));
    CHECK(told(R"("colour": 1)").hint.starts_with("to start without it: "));
    const Loaded allowed = load_service(
        R"("extra_config": {"admin": {"colour": 1}}, "@allow_unsupported": ["admin.colour"])");
    CHECK(warning(allowed, "unknown-key").message ==
          "`colour` is not a key of `admin`: it has no effect, and that is allowed");
}

TEST_CASE("namespaces: what never had another name has one name alone") {
    CHECK(backend_of(
              load_backend(
                  R"("extra_config": {"backend/http/client": {"send_body_on_redirect": true}})"))
              .send_body_on_redirect);
}
