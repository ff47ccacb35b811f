#include "unit/config/folder.hpp"
#include "unit/config/loading.hpp"

using namespace aggregator::reading;
using namespace aggregator::config;
using namespace aggregator::config::testing;
using namespace std::chrono_literals;

namespace {

/// A file of that name with that content.
Loaded load_as(const std::string& name, const std::string& content) {
    const Folder folder;
    folder.write(name, content);
    Loaded loaded = load(folder.at(name));
    for (Diagnostic& one : loaded.diagnostics) {
        one.file = name;
    }
    return loaded;
}

constexpr const char* kYaml = R"(# The shop.
version: 3
timeout: 900ms
host: [shop.internal:8000]
extra_config:
  router:
    error_body:
      404: {error: none}
endpoints:
  - endpoint: /page/{sku}
    backend:
      - &items
        url_pattern: /items/{sku}
        allow: [title, price.net]
      - <<: *items
        group: next
        extra_config:
          proxy: {shadow: true}
    extra_config:
      proxy:
        static: {strategy: success, data: {z: 1.50, a: yes, n: ~, t: 0x10}}
)";

constexpr const char* kToml = R"(# The shop.
version = 3
timeout = "900ms"
host = ["shop.internal:8000"]

[extra_config.router.error_body]
404 = { error = "none" }

[[endpoints]]
endpoint = "/page/{sku}"
extra_config.proxy.static = { strategy = "success", data = { z = 1.5, a = "yes", t = 0x10 } }

[[endpoints.backend]]
url_pattern = "/items/{sku}"
allow = ["title", "price.net"]

[[endpoints.backend]]
url_pattern = "/items/{sku}"
allow = ["title", "price.net"]
group = "next"
extra_config.proxy.shadow = true
)";

void check_shop(const Loaded& loaded) {
    CHECK(is_silent(loaded));
    const ServiceConfig& service = service_of(loaded);
    CHECK(service.router.not_found_body == R"({"error":"none"})");
    const EndpointConfig& endpoint = endpoint_of(loaded);
    CHECK(endpoint.endpoint == "/page/{sku}");
    CHECK(endpoint.timeout == 900ms);
    REQUIRE(endpoint.backends.size() == 2);
    CHECK(endpoint.backends[0].hosts.at(0) == "http://shop.internal:8000");
    CHECK_FALSE(endpoint.backends[0].shadow);
    CHECK(endpoint.backends[1].url_pattern == "/items/{sku}");
    CHECK(endpoint.backends[1].allow.size() == 2);
    CHECK(endpoint.backends[1].group == "next");
    CHECK(endpoint.backends[1].shadow);
}

}  // namespace

TEST_CASE("yaml file: the same configuration as in JSON") {
    const Loaded loaded = load_as("a.yaml", kYaml);
    check_shop(loaded);
    using Data = std::vector<std::pair<std::string, std::string>>;
    CHECK(endpoint_of(loaded).fixed->data ==
          Data{{"z", "1.50"}, {"a", "\"yes\""}, {"n", "null"}, {"t", "16"}});
    CHECK(to_text(endpoint_of(loaded).source.at("endpoint", "r", "m")).find(":10:15: ") !=
          std::string::npos);
    CHECK(endpoint_of(loaded).backends[1].source.at("url_pattern", "r", "m").line == 13);
    CHECK(endpoint_of(loaded).backends[1].source.at("url_pattern", "r", "m").pointer ==
          "/endpoints/0/backend/1/url_pattern");
}

TEST_CASE("toml file: the same configuration as in JSON") {
    const Loaded loaded = load_as("a.toml", kToml);
    check_shop(loaded);
    CHECK(endpoint_of(loaded).fixed->data.size() == 3);
    CHECK(to_text(endpoint_of(loaded).source.at("endpoint", "r", "m")).find(":10:12: ") !=
          std::string::npos);
    CHECK(endpoint_of(loaded).backends[1].source.at("group", "r", "m").line == 20);
}

TEST_CASE("yaml file: every finding has its place, rule and hint as in JSON") {
    const Loaded loaded = load_as("a.yaml",
                                  "version: 3\n"
                                  "tiemout: 5s\n"
                                  "timeout: 3000\n"
                                  "port: 80\n"
                                  "port: 81\n"
                                  "debug_endpoint: yes\n"
                                  "endpoints:\n"
                                  "- endpoint: /a\n"
                                  "  backend:\n"
                                  "  - host: a b\n"
                                  "    extra_config:\n"
                                  "      proxy: {shadow: 'true'}\n");
    CHECK(listed(loaded) ==
          "a.yaml:2:1: error: `tiemout` is not a key of the service: the limit is not "
          "enforced [unknown-key]\n"
          "    hint: did you mean `timeout`?\n"
          "a.yaml:3:10: error: `timeout`: expected a duration as \"300ms\", \"1.5s\" or \"1h30m\", "
          "found the number 3000 [bad-duration]\n"
          "    hint: write a unit: \"3000ms\" or \"3000s\"\n"
          "a.yaml:5:1: error: the key `port` stands here again, it stood in line 4 already "
          "[duplicate-key]\n"
          "a.yaml:6:17: error: `debug_endpoint`: expected true or false, found the text \"yes\" "
          "[wrong-type]\n"
          "    hint: write true\n"
          "a.yaml:10:11: error: host `a b` not valid: invalid host [bad-host]\n"
          "    hint: expected [http://|https://]name[:port][/prefix]; an IPv6 address stands in "
          "brackets\n"
          "a.yaml:12:23: error: `shadow`: expected true or false, found the text \"true\" "
          "[wrong-type]\n"
          "    hint: inside `extra_config` no value is converted\n");
}

TEST_CASE("toml file: every finding has its place, rule and hint as in JSON") {
    const Loaded loaded = load_as("a.toml",
                                  "version = 3\n"
                                  "tiemout = '5s'\n"
                                  "[[endpoints]]\n"
                                  "endpoint = '/a'\n"
                                  "timeout = 3000\n"
                                  "[[endpoints.backend]]\n"
                                  "host = 'a b'\n");
    CHECK(listed(loaded) ==
          "a.toml:2:1: error: `tiemout` is not a key of the service: the limit is not "
          "enforced [unknown-key]\n"
          "    hint: did you mean `timeout`?\n"
          "a.toml:5:11: error: `timeout`: expected a duration as \"300ms\", \"1.5s\" or \"1h30m\", "
          "found the number 3000 [bad-duration]\n"
          "    hint: write a unit: \"3000ms\" or \"3000s\"\n"
          "a.toml:7:8: error: host `a b` not valid: invalid host [bad-host]\n"
          "    hint: expected [http://|https://]name[:port][/prefix]; an IPv6 address stands in "
          "brackets\n");
}

TEST_CASE("yaml and toml files: a syntax error has a place") {
    CHECK(to_text(error(load_as("a.yml", "version: 3\nname: [a\n"), "syntax")).find("a.yml:") == 0);
    CHECK(error(load_as("a.yml", "version: 3\nname: \"a\n"), "syntax").line == 2);
    CHECK(error(load_as("a.toml", "version = 3\nname = [a\n"), "syntax").line == 2);
    CHECK(error(load_as("a.yaml", "version: 3\n---\nversion: 3\n"), "syntax").line == 2);
}

TEST_CASE("yaml and toml files: what is no object is refused as in JSON") {
    CHECK(error(load_as("a.yaml", ""), "wrong-type").message == "expected an object, found null");
    CHECK(error(load_as("a.yaml", "- 1\n"), "wrong-type").message ==
          "expected an object, found a list");
    CHECK(error(load_as("a.toml", ""), "unsupported-version").line == 1);
}

TEST_CASE("yaml file: a comment that stands as a key passes") {
    CHECK(is_silent(load_as("a.yaml", "version: 3\n\"@note\": x\n$schema: y\n_base: &b {}\n")));
}
