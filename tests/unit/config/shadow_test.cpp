#include <chrono>

#include <aggregator/reading/values.hpp>
#include "unit/config/loading.hpp"

using namespace aggregator;
using namespace aggregator::config;
using namespace aggregator::config::testing;
using namespace std::chrono_literals;

namespace {

std::string shadow_backend(const std::string& members) {
    return R"({"host": ["copy"], "extra_config": {"proxy": {"shadow": true}, "proxy/shadow": {)" +
           members + "}}}";
}

/// An endpoint with a live backend and a shadow that has these members of `proxy/shadow`.
Loaded load_shadow(const std::string& members, const std::string& service = "") {
    return load_service(
        (service.empty() ? "" : R"("extra_config": {"proxy/shadow": {)" + service + "}}, ") +
        R"("host": ["a"], "endpoints": [{"endpoint": "/u/{id}", "backend": [{}, )" +
        shadow_backend(members) + "]}]");
}

const ShadowConfig& shadow_of(const Loaded& loaded) {
    const EndpointConfig& endpoint = endpoint_of(loaded);
    REQUIRE(endpoint.backends.size() == 2);
    return endpoint.backends.back().shadow_rules;
}

bool mentions(const Diagnostic& one, const std::string& text) {
    return one.message.find(text) != std::string::npos || one.hint.find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("proxy/shadow: a shadow that writes nothing has every default") {
    const Loaded loaded = load_endpoint(
        R"("backend": [{}, {"host": ["b"], "extra_config": {"proxy": {"shadow": true}}}])");
    CHECK(is_silent(loaded));
    const ShadowConfig& shadow = shadow_of(loaded);
    CHECK(shadow.name == "shadow1");
    CHECK(shadow.enabled);
    CHECK(shadow.sample.percentage == 100);
    CHECK(shadow.sample.by == ShadowSampleConfig::By::Random);
    CHECK_FALSE(shadow.sample.salt.has_value());
    CHECK(shadow.sample.max_rate == 0);
    CHECK(shadow.request.host == ShadowRequestConfig::Host::Target);
    CHECK(shadow.request.marker == "X-Shadow");
    CHECK(shadow.request.credentials == ShadowRequestConfig::Credentials::Auto);
    CHECK(shadow.request.body);
    CHECK(shadow.limits.concurrency == 64);
    CHECK(shadow.limits.queue == 256);
    CHECK(shadow.limits.queue_bytes == 8u << 20);
    CHECK(shadow.limits.max_body == 1u << 20);
    CHECK(shadow.limits.max_response == 1u << 20);
    REQUIRE(shadow.limits.breaker.has_value());
    CHECK(shadow.limits.breaker->errors == 20);
    CHECK(shadow.limits.breaker->window == 10s);
    CHECK(shadow.limits.breaker->cooldown == 30s);
    CHECK_FALSE(shadow.wait);
    CHECK(shadow.log == ShadowLog::Errors);
    CHECK_FALSE(shadow.expires_at.has_value());
    CHECK_FALSE(shadow.expires_after.has_value());
}

TEST_CASE("proxy/shadow: every key is read") {
    const Loaded loaded = load_shadow(R"(
        "name": "v2", "enabled": false,
        "sample": {"percentage": 0.01, "by": "header:X-User", "salt": "s",
                   "methods": ["get", "POST"], "max_rate": 0.5, "burst": 3,
                   "when": [{"cookie": "beta", "equals": "1"}, {"query": "q", "prefix": "a"},
                            {"param": "id", "matches": "^[0-9]+$"},
                            {"header": "X-No", "present": false}]},
        "request": {"host": "shop.example:8080", "marker": "X-Copy",
                    "headers": {"set": {"X-A": "{request.id}"},
                                "add": [{"name": "X-B", "value": "b"}], "remove": ["X-C"]},
                    "credentials": "strip", "body": "none"},
        "limits": {"concurrency": 1, "max_body": "512KiB", "queue": 0, "queue_bytes": 100,
                   "max_response": "2GiB",
                   "breaker": {"errors": 1, "window": "1s", "cooldown": "2s"}},
        "wait": true, "log": "all", "expires": "72h")");
    CHECK(is_silent(loaded));
    const ShadowConfig& shadow = shadow_of(loaded);
    CHECK(shadow.name == "v2");
    CHECK_FALSE(shadow.enabled);
    CHECK(shadow.sample.percentage == 0.01);
    CHECK(shadow.sample.by == ShadowSampleConfig::By::Header);
    CHECK(shadow.sample.by_name == "X-User");
    CHECK(shadow.sample.salt == "s");
    CHECK(shadow.sample.methods == std::vector<std::string>{"GET", "POST"});
    CHECK(shadow.sample.max_rate == 0.5);
    CHECK(shadow.sample.burst == 3);
    REQUIRE(shadow.sample.when.size() == 4);
    CHECK(shadow.sample.when[0].subject == ShadowConditionConfig::Subject::Cookie);
    CHECK(shadow.sample.when[0].test == ShadowConditionConfig::Test::Equals);
    CHECK(shadow.sample.when[1].test == ShadowConditionConfig::Test::Prefix);
    CHECK(shadow.sample.when[2].name == "id");
    CHECK(shadow.sample.when[2].value == "^[0-9]+$");
    CHECK(shadow.sample.when[3].test == ShadowConditionConfig::Test::Absent);
    CHECK(shadow.request.host == ShadowRequestConfig::Host::Literal);
    CHECK(shadow.request.host_literal == "shop.example:8080");
    CHECK(shadow.request.marker == "X-Copy");
    REQUIRE(shadow.request.set.size() == 1);
    CHECK(shadow.request.set.front().name == "X-A");
    CHECK(shadow.request.set.front().value == "{request.id}");
    REQUIRE(shadow.request.add.size() == 1);
    CHECK(shadow.request.add.front().name == "X-B");
    CHECK(shadow.request.remove == std::vector<std::string>{"X-C"});
    CHECK(shadow.request.credentials == ShadowRequestConfig::Credentials::Strip);
    CHECK_FALSE(shadow.request.body);
    CHECK(shadow.limits.concurrency == 1);
    CHECK(shadow.limits.max_body == 512u << 10);
    CHECK(shadow.limits.queue == 0);
    CHECK(shadow.limits.queue_bytes == 100);
    CHECK(shadow.limits.max_response == std::uint64_t{2} << 30);
    CHECK(shadow.limits.breaker->errors == 1);
    CHECK(shadow.limits.breaker->cooldown == 2s);
    CHECK(shadow.wait);
    CHECK(shadow.log == ShadowLog::All);
    CHECK(shadow.expires_after == 72h);
}

TEST_CASE("proxy/shadow: false switches the marker and the breaker off") {
    const Loaded loaded =
        load_shadow(R"("request": {"marker": false}, "limits": {"breaker": false})");
    CHECK(shadow_of(loaded).request.marker.empty());
    CHECK_FALSE(shadow_of(loaded).limits.breaker.has_value());
}

TEST_CASE("proxy/shadow: `safe` stands for the methods that only read") {
    const std::vector<std::string> safe{"GET", "HEAD", "OPTIONS"};
    CHECK(shadow_of(load_shadow(R"("sample": {"methods": "safe"})")).sample.methods == safe);
    CHECK(shadow_of(load_shadow(R"("sample": {"methods": ["safe", "GET"]})")).sample.methods ==
          safe);
    const Loaded refused = load_shadow(R"("sample": {"methods": "GET"})");
    CHECK(mentions(error(refused, "wrong-type"), "\"safe\" or a list"));
}

TEST_CASE("proxy/shadow: a list of headers is what is set") {
    const Loaded loaded = load_shadow(
        R"("request": {"headers": [{"name": "X-A", "value": "{#request.id}"},
                                   {"name": "Host", "value": "h"}]})");
    REQUIRE(shadow_of(loaded).request.set.size() == 2);
    CHECK(shadow_of(loaded).request.set[0].value == "{#request.id}");
    CHECK(shadow_of(loaded).request.add.empty());
}

TEST_CASE("proxy/shadow: the service's defaults apply under what the backend writes") {
    const char* const defaults = R"("defaults": {
        "enabled": false, "log": "off", "expires": "1h",
        "sample": {"percentage": 5, "by": "cookie:u"},
        "request": {"headers": {"set": {"X-A": "a"}, "remove": ["X-R"]}},
        "limits": {"queue": 1, "breaker": {"errors": 3, "window": "3s"}}})";
    const ShadowConfig shadow = shadow_of(load_shadow(R"(
        "log": "all", "expires": "none", "sample": {"percentage": 7},
        "request": {"headers": {"set": {"X-B": "b"}}},
        "limits": {"concurrency": 2, "breaker": {"window": "4s"}})",
                                                      defaults));
    CHECK_FALSE(shadow.enabled);
    CHECK(shadow.log == ShadowLog::All);
    CHECK_FALSE(shadow.expires_after.has_value());
    CHECK(shadow.sample.percentage == 7);
    CHECK(shadow.sample.by_name == "u");
    REQUIRE(shadow.request.set.size() == 1);
    CHECK(shadow.request.set.front().name == "X-B");
    CHECK(shadow.request.remove == std::vector<std::string>{"X-R"});
    CHECK(shadow.limits.queue == 1);
    CHECK(shadow.limits.concurrency == 2);
    CHECK(shadow.limits.breaker->errors == 3);
    CHECK(shadow.limits.breaker->window == 4s);
    CHECK(shadow.limits.breaker->cooldown == 30s);
    CHECK(shadow_of(load_shadow("", defaults)).sample.percentage == 5);
}

TEST_CASE("proxy/shadow: defaults count wherever the service's extra_config stands") {
    const Loaded loaded = load_service(
        R"("endpoints": [{"backend": [{}, )" + shadow_backend("") +
        R"(]}], "host": ["a"], "extra_config": {"proxy/shadow": {"defaults": {"log": "off"}}})");
    CHECK(shadow_of(loaded).log == ShadowLog::Off);
}

TEST_CASE("proxy/shadow: the service's own keys") {
    const Loaded loaded = load_shadow("", R"("budget": {"max_in_flight": 7, "max_bytes": "1KiB"},
        "allowed_hosts": ["V2.internal", "v3:8080", "*.Copy", "[::1]:80"],
        "credential_headers": ["X-Session"], "instance": "gw-1")");
    CHECK(is_silent(loaded));
    const ShadowServiceConfig& service = service_of(loaded).shadow;
    CHECK(service.budget_in_flight == 7);
    CHECK(service.budget_bytes == 1024);
    CHECK(service.allowed_hosts ==
          std::vector<std::string>{"v2.internal", "v3:8080", "*.copy", "[::1]:80"});
    CHECK(service.credential_headers == std::vector<std::string>{"X-Session"});
    CHECK(service.instance == "gw-1");
    const ShadowServiceConfig fallback = service_of(load_shadow("")).shadow;
    CHECK(fallback.budget_in_flight == 1024);
    CHECK(fallback.budget_bytes == 64u << 20);
}

TEST_CASE("proxy/shadow: an allowed host is a name, nothing else") {
    for (const char* host : {"http://a", "a/b", "*", "a b", "*.", "a:0", "", "u@a"}) {
        CAPTURE(host);
        const Loaded loaded =
            load_shadow("", R"("allowed_hosts": [")" + std::string(host) + R"("])");
        CHECK(error(loaded, "bad-host").pointer == "/extra_config/proxy~1shadow/allowed_hosts/0");
    }
}

TEST_CASE("proxy/shadow: a size is a number of bytes, or has a unit of 1024") {
    const auto max_body = [](const std::string& size) {
        return shadow_of(load_shadow(R"("limits": {"max_body": )" + size + "}")).limits.max_body;
    };
    CHECK(max_body("0") == 0);
    CHECK(max_body("1048577") == 1048577);
    CHECK(max_body(R"("7B")") == 7);
    CHECK(max_body(R"("3KiB")") == 3072);
    for (const char* size : {R"("1MB")", R"("1 MiB")", R"("1.5MiB")", R"("100")", R"("-1B")",
                             R"("17179869184GiB")", R"("")", R"("MiB")"}) {
        CAPTURE(size);
        const Loaded loaded = load_shadow(R"("limits": {"max_body": )" + std::string(size) + "}");
        CHECK(mentions(error(loaded, "bad-value"), "KiB"));
    }
    for (const char* size : {"-1", "1.5", "true", "null", "[]"}) {
        CAPTURE(size);
        const Loaded loaded = load_shadow(R"("limits": {"max_body": )" + std::string(size) + "}");
        CHECK(mentions(error(loaded, "wrong-type"), "a size as"));
    }
}

TEST_CASE("proxy/shadow: what is out of range is refused, with its place") {
    const std::pair<const char*, const char*> cases[] = {
        {R"("sample": {"percentage": 100.5})", "sample/percentage"},
        {R"("sample": {"percentage": -1})", "sample/percentage"},
        {R"("sample": {"max_rate": -0.1})", "sample/max_rate"},
        {R"("sample": {"burst": 1e12})", "sample/burst"},
        {R"("limits": {"concurrency": 0})", "limits/concurrency"},
        {R"("limits": {"breaker": {"errors": 0}})", "limits/breaker/errors"},
        {R"("limits": {"breaker": {"window": "0s"}})", "limits/breaker/window"},
        {R"("limits": {"breaker": {"cooldown": "-1s"}})", "limits/breaker/cooldown"},
    };
    for (const auto& [written, place] : cases) {
        const std::string members = written;
        CAPTURE(members);
        const Diagnostic one = error(load_shadow(members), "out-of-range");
        CHECK(one.pointer ==
              "/endpoints/0/backend/1/extra_config/proxy~1shadow/" + std::string(place));
        CHECK(one.line == 1);
        CHECK(one.column > 1);
    }
}

TEST_CASE("proxy/shadow: nothing is converted") {
    for (const char* members : {R"("name": 5)",
                                R"("enabled": "true")",
                                R"("sample": [])",
                                R"("sample": {"percentage": "50"})",
                                R"("sample": {"by": 1})",
                                R"("sample": {"salt": 1})",
                                R"("sample": {"methods": [1]})",
                                R"("sample": {"when": {}})",
                                R"("sample": {"when": ["a"]})",
                                R"("sample": {"when": [{"header": "a", "present": "yes"}]})",
                                R"("request": {"host": 1})",
                                R"("request": {"host_suffix": 1})",
                                R"("request": {"marker": true})",
                                R"("request": {"headers": "X"})",
                                R"("request": {"headers": ["X"]})",
                                R"("request": {"headers": {"set": "X"}})",
                                R"("request": {"headers": {"set": {"X": 1}}})",
                                R"("request": {"headers": {"remove": "X"}})",
                                R"("request": {"credentials": 1})",
                                R"("request": {"body": false})",
                                R"("limits": {"breaker": true})",
                                R"("limits": {"queue": "5"})",
                                R"("wait": 1)",
                                R"("log": true)",
                                R"("expires": 5)"}) {
        CAPTURE(members);
        (void)error(load_shadow(members), "wrong-type");
    }
}

TEST_CASE("proxy/shadow: a word that is not known is refused with a guess") {
    const std::pair<const char*, const char*> cases[] = {
        {R"("log": "error")", "errors"},
        {R"("request": {"credentials": "atuo"})", "auto"},
        {R"("request": {"body": "nope"})", "none"},
        {R"("sample": {"by": "heder:X"})", "header"},
        {R"("sample": {"by": "header"})", "header:NAME"},
        {R"("sample": {"by": "header:a b"})", "header:NAME"},
        {R"("sample": {"by": "ip:"})", "ip"},
    };
    for (const auto& [written, guess] : cases) {
        const std::string members = written;
        CAPTURE(members);
        CHECK(mentions(error(load_shadow(members), "bad-value"), guess));
    }
    CHECK(
        mentions(refusal(load_shadow(R"("smaple": {})"), "unknown-key"), "did you mean `sample`"));
}

TEST_CASE("proxy/shadow: a condition has one subject and one test") {
    for (const char* condition :
         {"{}", R"({"header": "a"})", R"({"present": true})",
          R"({"header": "a", "query": "b", "present": true})",
          R"({"header": "a", "equals": "b", "prefix": "c"})", R"({"header": "", "present": true})",
          R"({"header": "a b", "present": true})", R"({"cookie": "", "present": true})"}) {
        CAPTURE(condition);
        const Loaded loaded =
            load_shadow(R"("sample": {"when": [)" + std::string(condition) + "]}");
        CHECK(error(loaded, "bad-value").pointer.find("/when/0") != std::string::npos);
    }
}

TEST_CASE("proxy/shadow: no header can be set that frames the message or names the hop") {
    for (const char* name : {"Connection", "content-length", "Transfer-Encoding", "a b", ""}) {
        CAPTURE(name);
        const std::string text(name);
        (void)error(
            load_shadow(R"("request": {"headers": [{"name": ")" + text + R"(", "value": ""}]})"),
            "bad-value");
        (void)error(load_shadow(R"("request": {"headers": {"add": {")" + text + R"(": ""}}})"),
                    "bad-value");
        (void)error(load_shadow(R"("request": {"headers": {"remove": [")" + text + R"("]}})"),
                    "bad-value");
        (void)error(load_shadow(R"("request": {"marker": ")" + text + R"("})"), "bad-value");
    }
    const Loaded half = load_shadow(R"("request": {"headers": [{"name": "X-A"}]})");
    CHECK(mentions(error(half, "bad-value"), "without `value`"));
}

TEST_CASE("proxy/shadow: a literal host has neither scheme nor path") {
    CHECK(shadow_of(load_shadow(R"("request": {"host": "keep"})")).request.host ==
          ShadowRequestConfig::Host::Keep);
    for (const char* host : {"http://a", "a/b", "", "a b", "a:99999"}) {
        CAPTURE(host);
        (void)error(load_shadow(R"("request": {"host": ")" + std::string(host) + R"("})"),
                    "bad-value");
    }
    (void)error(load_shadow(R"("request": {"host": "suffix", "host_suffix": "/x"})"), "bad-value");
}

TEST_CASE("proxy/shadow: expires is a time, a duration, or none") {
    using std::chrono::sys_days;
    const auto expires = [](const std::string& text) {
        return shadow_of(load_shadow(R"("expires": ")" + text + '"'));
    };
    const auto march = sys_days(std::chrono::year(2030) / 3 / 1);
    CHECK(expires("2030-03-01T12:30:15Z").expires_at == march + 12h + 30min + 15s);
    CHECK(expires("2030-03-01t12:30:15.25z").expires_at == march + 12h + 30min + 15s + 250ms);
    CHECK(expires("2030-03-01 12:30:15+02:00").expires_at == march + 10h + 30min + 15s);
    CHECK(expires("2030-02-28T23:59:60-00:00").expires_at == march);
    CHECK(expires("90m").expires_after == 90min);
    CHECK_FALSE(expires("none").expires_at.has_value());
    for (const char* text :
         {"", "2030-03-01", "2030-02-30T00:00:00Z", "2030-03-01T24:00:00Z", "2030-03-01T12:30:15",
          "2030-03-01T12:30:15+2:00", "2030-03-01T12:30:15Zx", "2030-03-01T12:30:15.Z", "0s", "-1h",
          "72", "9999-01-01T00:00:00Z", "never"}) {
        CAPTURE(text);
        (void)error(load_shadow(R"("expires": ")" + std::string(text) + '"'), "bad-value");
    }
}

TEST_CASE("proxy/shadow: names are unique in an endpoint, and fit everywhere") {
    const auto load_names = [](const std::string& one, const std::string& other) {
        return load_endpoint(R"("backend": [{}, )" + shadow_backend(one) + ", " +
                             shadow_backend(other) + "]");
    };
    const Loaded same = load_names(R"("name": "v2")", R"("name": "v2")");
    CHECK(error(same, "name-taken").pointer ==
          "/endpoints/0/backend/2/extra_config/proxy~1shadow/name");
    (void)error(load_names(R"("name": "shadow2")", ""), "name-taken");
    CHECK(endpoint_of(load_names(R"("name": "v2")", "")).backends[2].shadow_rules.name ==
          "shadow2");
    (void)error(load_shadow(R"("name": "mirror")"), "name-taken");
    for (const std::string& name :
         {std::string("a b"), std::string("a;b"), std::string("é"), std::string(65, 'x')}) {
        CAPTURE(name);
        (void)error(load_shadow(R"("name": ")" + name + '"'), "bad-value");
    }
    CHECK(shadow_of(load_shadow(R"("name": ")" + std::string(64, 'x') + '"')).name.size() == 64);
}

TEST_CASE("proxy/shadow: keys without an effect are told") {
    (void)warning(load_backend(R"("extra_config": {"proxy/shadow": {"name": "v2"}})"), "no-effect");
    (void)error(load_backend(R"("extra_config": {"proxy/shadow": {"name": 5}})"), "wrong-type");
    CHECK(mentions(warning(load_shadow(R"("sample": {"burst": 3})"), "no-effect"), "max_rate"));
    CHECK(mentions(warning(load_shadow(R"("request": {"host_suffix": "-v2"})"), "no-effect"),
                   "suffix"));
    CHECK(is_silent(
        load_shadow(R"("sample": {"burst": 3})", R"("defaults": {"sample": {"max_rate": 1}})")));
    CHECK(is_silent(load_shadow(R"("request": {"host": "suffix"})",
                                R"("defaults": {"request": {"host_suffix": "-v2"}})")));
    (void)warning(load_shadow("", R"("defaults": {"name": "v2"})"), "misplaced-key");
    (void)refusal(load_endpoint(R"("backend": [{}], "extra_config": {"proxy/shadow": {}})"),
                  "misplaced-component");
}

TEST_CASE("router: an endpoint may have a name, which is its alone") {
    const auto named = [](const std::string& name) {
        return load_service(R"("host": ["a"], "endpoints": [
            {"endpoint": "/a", "backend": [{}], "extra_config": {"router": {"name": "one"}}},
            {"endpoint": "/b", "backend": [{}], "extra_config": {"router": {"name": )" +
                            name + "}}}]");
    };
    const Loaded loaded = named(R"("two")");
    CHECK(is_silent(loaded));
    CHECK(service_of(loaded).endpoints[1].name == "two");
    CHECK(mentions(error(named(R"("one")"), "name-taken"), "`GET /a`"));
    (void)error(named("5"), "wrong-type");
    (void)error(named(R"("a/b")"), "bad-value");
    CHECK(mentions(
        warning(load_endpoint(R"("backend": [{}], "extra_config": {"router": {"nmae": "a"}})"),
                "unknown-key"),
        "did you mean `name`"));
}
