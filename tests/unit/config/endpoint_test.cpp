#include "unit/config/loading.hpp"

using namespace aggregator::config;
using namespace aggregator::config::testing;
using namespace std::chrono_literals;
using Strings = std::vector<std::string>;

TEST_CASE("endpoint: what is not written comes from the service or is the default") {
    const Loaded loaded = load_service(
        R"("host": ["a"], "endpoints": [{"backend": [{}]}], "timeout": "3s", "cache_ttl": "4s",
           "output_encoding": "string")");
    const EndpointConfig& endpoint = endpoint_of(loaded);
    CHECK(endpoint.endpoint == "/");
    CHECK(endpoint.method == "GET");
    CHECK(endpoint.timeout == 3s);
    CHECK(endpoint.cache_ttl == 4s);
    CHECK(endpoint.concurrent_calls == 1);
    CHECK(endpoint.output_encoding == "string");
    CHECK(endpoint.input_headers.empty());
    CHECK_FALSE(endpoint.sequential);
    const BackendConfig& backend = endpoint.backends.at(0);
    CHECK(backend.hosts == Strings{"http://a"});
    CHECK(backend.url_pattern == "/");
    CHECK(backend.method == "GET");
    CHECK(backend.encoding == Encoding::Json);
    CHECK(backend.shadow_timeout == 3s);
    CHECK(is_silent(loaded));
}

TEST_CASE("endpoint: its own keys win over the service's") {
    const EndpointConfig endpoint = endpoint_of(load_service(
        R"("timeout": "3s", "cache_ttl": "4s", "output_encoding": "string", "endpoints":
           [{"endpoint": "a/{b}", "method": "pOsT", "timeout": "5s", "cache_ttl": "6s",
             "output_encoding": "json-collection", "input_headers": "X",
           "input_query_strings": ["q", "*"],
             "backend": {"host": "b", "url_pattern": "x?y=1", "method": "purge"}}])"));
    CHECK(endpoint.endpoint == "/a/{b}");
    CHECK(endpoint.method == "POST");
    CHECK(endpoint.timeout == 5s);
    CHECK(endpoint.cache_ttl == 6s);
    CHECK(endpoint.output_encoding == "json-collection");
    CHECK(endpoint.input_headers == Strings{"X"});
    CHECK(endpoint.input_query_strings == Strings{"q", "*"});
    CHECK(endpoint.backends.at(0).url_pattern == "/x?y=1");
    CHECK(endpoint.backends.at(0).method == "PURGE");
}

TEST_CASE("endpoint: a backend takes the method of its endpoint") {
    CHECK(endpoint_of(load_endpoint(R"("method": "PUT", "backend": [{}])")).backends.at(0).method ==
          "PUT");
}

TEST_CASE("backend: every key is read") {
    const BackendConfig backend = backend_of(load_backend(
        R"("host": ["b", "c:8/p/"], "url_pattern": "/u", "method": "HEAD", "encoding": "STRING",
           "is_collection": true, "allow": ["a", "b.c"], "deny": ["d"], "mapping": {"z": "1",
           "a": 2},
           "target": "t", "group": "g", "sd": "static", "sd_scheme": "https",
           "input_headers": ["H"],
           "input_query_strings": ["q"], "extra_config": {"proxy": {"shadow": false,
           "shadow_timeout": "4s"}})"));
    CHECK(backend.hosts == Strings{"http://b", "http://c:8/p"});
    CHECK(backend.url_pattern == "/u");
    CHECK(backend.method == "HEAD");
    CHECK(backend.encoding == Encoding::String);
    CHECK(backend.is_collection);
    CHECK(backend.allow == Strings{"a", "b.c"});
    CHECK(backend.deny == Strings{"d"});
    CHECK(backend.mapping ==
          std::vector<std::pair<std::string, std::string>>{{"z", "1"}, {"a", "2"}});
    CHECK(backend.target == "t");
    CHECK(backend.group == "g");
    CHECK(backend.sd_scheme == "https");
    CHECK(backend.input_headers == Strings{"H"});
    CHECK(backend.input_query_strings == Strings{"q"});
    CHECK_FALSE(backend.shadow);
    CHECK(backend.shadow_timeout == 4s);
}

TEST_CASE("backend: hosts stay as written when cleaning is switched off") {
    CHECK(backend_of(load_backend(R"("host": "amqp://u:p@x", "disable_host_sanitize": true)"))
              .hosts == Strings{"amqp://u:p@x"});
    CHECK(backend_of(load_backend(R"("host": [], "disable_host_sanitize": true)")).hosts ==
          Strings{"http://a"});
    CHECK(error(load_backend(R"("host": "amqp://x")"), "bad-host").pointer ==
          "/endpoints/0/backend/0/host");
}

TEST_CASE("backend: no host anywhere is a warning, and an error where names are to be looked up") {
    (void)warning(load_service(R"("endpoints": {"backend": [{}]})"), "no-hosts");
    (void)error(load_service(R"("endpoints": {"backend": {"sd": "dns"}})"), "no-hosts");
}

TEST_CASE("backend: keys that the endpoint overrules are warnings") {
    CHECK(warning(load_backend(R"("timeout": 5)"), "no-effect").message ==
          "`timeout` has no effect in a backend: the endpoint's own counts");
    (void)warning(load_backend(R"("concurrent_calls": 5)"), "no-effect");
}

TEST_CASE("backend: a method has to be a token") {
    (void)error(load_backend(R"("method": "GET /")"), "unsupported-method");
}

TEST_CASE("backend: every encoding is known, in any case") {
    const std::pair<const char*, Encoding> known[] = {
        {"json", Encoding::Json},  {"SafeJSON", Encoding::SafeJson}, {"string", Encoding::String},
        {"no-op", Encoding::NoOp}, {"xml", Encoding::Xml},           {"RSS", Encoding::Rss}};
    for (const auto& pair : known) {
        const auto& name = pair.first;
        const auto& encoding = pair.second;
        CAPTURE(name);
        const Loaded loaded = load_backend(R"("encoding": ")" + std::string(name) + '"');
        CHECK(backend_of(loaded).encoding == encoding);
        CHECK(is_silent(loaded));
    }
}

TEST_CASE("backend: hosts may be looked up, and are called by http or https then") {
    const Loaded loaded = load_backend(R"("sd": "dns", "sd_scheme": "https")");
    CHECK(backend_of(loaded).sd == "dns");
    CHECK(is_silent(loaded));
    CHECK(backend_of(load_backend(R"("sd": "dns", "sd_scheme": "")")).sd_scheme == "http");
    CHECK(error(load_backend(R"("sd": "dns", "sd_scheme": "ftp")"), "bad-value").pointer ==
          "/endpoints/0/backend/0/sd_scheme");
    CHECK(is_silent(load_backend(R"("sd_scheme": "ftp")")));
}

TEST_CASE("backend: unknown encodings and unknown discovery are warnings, other components not") {
    for (const char* member : {R"("extra_config": {"qos/circuit-breaker": {}})",
                               R"("extra_config": {"qos/ratelimit/proxy": {}})"}) {
        CAPTURE(member);
        (void)refusal(load_backend(member), "unsupported-component");
    }
    const Loaded unknown = load_backend(R"("encoding": "jsom")");
    CHECK(warning(unknown, "unknown-encoding").hint == "did you mean `json`?");
    CHECK(backend_of(unknown).encoding == Encoding::Json);
    CHECK(backend_of(load_backend(R"("sd": "consul")")).sd == "static");
}

TEST_CASE("shadow: only true marks a shadow, and its own timeout is kept to the letter") {
    const auto shadow = [](const std::string& proxy) {
        return load_endpoint(R"("timeout": "9s", "backend": [{}, {"extra_config": {"proxy": )" +
                             proxy + "}}]");
    };
    CHECK(endpoint_of(shadow(R"({"shadow": true})")).backends.at(1).shadow);
    CHECK(endpoint_of(shadow(R"({"shadow": true})")).backends.at(1).shadow_timeout == 9s);
    CHECK(endpoint_of(shadow(R"({"shadow": true, "shadow_timeout": "0s"})"))
              .backends.at(1)
              .shadow_timeout == 0s);
    CHECK(endpoint_of(shadow(R"({"shadow_timeout": "-1s"})")).backends.at(1).shadow_timeout == -1s);
    for (const char* bad : {R"("true")", "1", "null", "{}"}) {
        CAPTURE(bad);
        const Loaded loaded = shadow(R"({"shadow": )" + std::string(bad) + "}");
        CHECK(error(loaded, "wrong-type").pointer ==
              "/endpoints/0/backend/1/extra_config/proxy/shadow");
    }
    (void)error(shadow("[]"), "wrong-type");
    (void)error(shadow(R"({"shadow": true, "shadow_timeout": 5})"), "bad-duration");
    const auto long_one =
        error(shadow(R"({"shadow": true, "shadow_timeout": "876000h"})"), "out-of-range");
    CHECK(long_one.pointer.ends_with("/shadow_timeout"));
    CHECK(long_one.message.find("at most \"24h\"") != std::string::npos);
}

TEST_CASE("shadow: the older name of the component counts, the short one wins over it") {
    const std::string older = R"("github.com/devopsfaith/krakend/proxy": {"shadow": true})";
    CHECK(endpoint_of(load_endpoint(R"("backend": [{}, {"extra_config": {)" + older + "}}]"))
              .backends.at(1)
              .shadow);
    const Loaded both =
        load_endpoint(R"("backend": [{}, {"extra_config": {"proxy": {}, )" + older + "}}]");
    CHECK_FALSE(endpoint_of(both).backends.at(1).shadow);
    (void)warning(both, "no-effect");
}

TEST_CASE("shadow: an endpoint of shadows alone is refused") {
    CHECK(error(load_backend(R"("extra_config": {"proxy": {"shadow": true}})"), "shadow-only")
              .pointer == "/endpoints/0/backend");
}

TEST_CASE("shadow: the flag at an endpoint is told to be in the wrong place") {
    (void)refusal(load_endpoint(R"("backend": [{}], "extra_config": {"proxy": {"shadow": true}})"),
                  "misplaced-key");
    (void)warning(load_backend(R"("extra_config": {"proxy": {"sequential": true}})"),
                  "misplaced-key");
}

TEST_CASE("no-op: one regular backend and any number of shadows") {
    const std::string shadow = R"({"extra_config": {"proxy": {"shadow": true}}})";
    const auto no_op = [](const std::string& backends) {
        return load_endpoint(R"("output_encoding": "no-op", "backend": [)" + backends + "]");
    };
    const EndpointConfig endpoint =
        endpoint_of(no_op(R"({"encoding": "string"}, )" + shadow + ", " + shadow));
    CHECK(endpoint.backends.size() == 3);
    CHECK(endpoint.backends[0].encoding == Encoding::NoOp);
    CHECK(endpoint.backends[1].encoding == Encoding::NoOp);
    (void)error(no_op("{}, {}"), "no-op-backends");
    (void)error(
        load_service(
            R"("output_encoding": "no-op", "host": "a", "endpoints": [{"backend": [{}, {}]}])"),
        "no-op-backends");
}

TEST_CASE("endpoint: without backends it is refused") {
    CHECK(error(load_endpoint("\"endpoint\": \"/a\""), "no-backends").message ==
          "`GET /a` has 0 backends defined");
    (void)error(load_endpoint("\"backend\": []"), "no-backends");
    (void)error(load_endpoint("\"backend\": null"), "no-backends");
}

TEST_CASE("endpoint: a backend that is no object is one error, not two") {
    const Loaded loaded = load_endpoint("\"backend\": [5]");
    CHECK(error(loaded, "wrong-type").message == "expected an object, found the number 5");
    CHECK(loaded.diagnostics.size() == 1);
}

TEST_CASE("endpoint: paths of the program itself and stars inside are refused") {
    for (const char* bad : {"/__debug", "/__debug/x", "/a/__debug", "/a/__health/b", "/__echo/",
                            "/a/*x", "/*/b", "/a/*/b", "__health", "/__debugger/__debug"}) {
        CAPTURE(bad);
        (void)error(load_endpoint(R"("backend": [{}], "endpoint": ")" + std::string(bad) + '"'),
                    "forbidden-path");
    }
    for (const char* good :
         {"/__debugger", "/__healthz", "/__stats", "/__catchall", "/x__health"}) {
        CAPTURE(good);
        CHECK(is_silent(
            load_endpoint(R"("backend": [{}], "endpoint": ")" + std::string(good) + '"')));
    }
}

TEST_CASE("endpoint: methods that are not routed are refused") {
    for (const char* bad : {"HEAD", "CONNECT", "TRACE", "GTE"}) {
        CAPTURE(bad);
        (void)error(load_endpoint(R"("backend": [{}], "method": ")" + std::string(bad) + '"'),
                    "unsupported-method");
    }
    for (const char* good : {"", "GET", "post", "PUT", "PATCH", "DELETE", "options"}) {
        CAPTURE(good);
        CHECK(
            is_silent(load_endpoint(R"("backend": [{}], "method": ")" + std::string(good) + '"')));
    }
}

TEST_CASE("endpoint: several methods are one mistake, with the hint to write several endpoints") {
    for (const char* several : {R"("GET,POST")", R"("get|post")", R"("GET POST")", R"("GET, POST")",
                                R"("GET/POST")", R"(["GET", "POST"])", R"(["get", "post"])"}) {
        CAPTURE(several);
        const Loaded loaded =
            load_endpoint(R"("backend": [{}], "method": )" + std::string(several));
        CHECK(error(loaded, "unsupported-method").hint ==
              "write one endpoint for each method: `GET` and `POST`");
        CHECK(loaded.diagnostics.size() == 1);
    }
    CHECK(error(load_endpoint(R"("backend": [{}], "method": ["post"])"), "wrong-type").hint ==
          "write \"POST\" without brackets");
    CHECK(load_endpoint(R"("backend": [{}], "method": "GET,HEAD")").diagnostics.size() == 1);
    (void)error(load_endpoint(R"("backend": [{}], "method": [])"), "wrong-type");
}

TEST_CASE("endpoint: sequential is read strictly, and strategy has the last word") {
    const auto proxy = [](const std::string& members) {
        return load_endpoint(R"("backend": [{}], "extra_config": {"proxy": {)" + members + "}}");
    };
    CHECK(endpoint_of(proxy(R"("sequential": true)")).sequential);
    CHECK(endpoint_of(proxy(R"("strategy": "sequential")")).sequential);
    CHECK_FALSE(endpoint_of(proxy(R"("strategy": "parallel", "sequential": true)")).sequential);
    CHECK_FALSE(endpoint_of(proxy(R"("sequential": true, "strategy": "parallel")")).sequential);
    (void)error(proxy(R"("sequential": "true")"), "wrong-type");
    (void)warning(proxy(R"("strategy": "both")"), "unknown-value");
    CHECK_FALSE(endpoint_of(proxy(R"("sequential": true, "strategy": "both")")).sequential);
    (void)error(proxy(R"("strategy": 1)"), "wrong-type");
    CHECK(is_silent(proxy(R"("sequential": true)")));
    CHECK(is_silent(proxy(R"("sequential": false, "strategy": "parallel")")));
}

TEST_CASE("endpoint: concurrent calls are at least one") {
    const auto calls = [](const char* written) {
        const Loaded loaded =
            load_endpoint(R"("backend": [{}], "concurrent_calls": )" + std::string(written));
        CHECK(is_silent(loaded));
        return endpoint_of(loaded).concurrent_calls;
    };
    CHECK(calls("-2") == 1);
    CHECK(calls("0") == 1);
    CHECK(calls("3") == 3);
}

TEST_CASE("endpoint: every output encoding is known, to the letter") {
    for (const char* name :
         {"json", "json-collection", "string", "xml", "yaml", "negotiate", "no-op"}) {
        CAPTURE(name);
        const Loaded loaded =
            load_endpoint(R"("backend": [{}], "output_encoding": ")" + std::string(name) + '"');
        CHECK(endpoint_of(loaded).output_encoding == name);
        CHECK(is_silent(loaded));
    }
    CHECK(warning(load_endpoint(R"("backend": [{}], "output_encoding": "XML")"), "unknown-encoding")
              .message == "`output_encoding`: `XML` is not known");
}

TEST_CASE("endpoint: components that are not supported are refused") {
    (void)refusal(load_endpoint(R"("backend": [{}], "extra_config": {"auth/validator": {}})"),
                  "unsupported-component");
}

TEST_CASE("source: a later step finds the place of every value") {
    const Loaded loaded = load_text(
        "{\"version\": 3, \"endpoints\": [{\n  \"Endpoint\": \"/a\",\n"
        "  \"backend\": [{\"host\": [\"a\",\n \"b\"]}]}]}",
        "t.json");
    const EndpointConfig& endpoint = endpoint_of(loaded);
    CHECK(to_text(endpoint.source.at("endpoint", "r", "m")) == "t.json:2:15: error: m [r]");
    const BackendConfig& backend = endpoint.backends.at(0);
    CHECK(backend.source.at({"host", 1}, "r", "m").line == 4);
    CHECK(backend.source.at({"host", 1}, "r", "m").pointer == "/endpoints/0/backend/0/host/1");
    CHECK(backend.source.at({"host", 7}, "r", "m").pointer == "/endpoints/0/backend/0/host");
    CHECK(backend.source.at("method", "r", "m").pointer == "/endpoints/0/backend/0");
}
