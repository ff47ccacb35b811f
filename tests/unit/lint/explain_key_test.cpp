#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <vector>

#include <aggregator/lint/schema.hpp>

#include "lint/schema_keys.hpp"

using namespace aggregator;

namespace {

/// The places that are explained, which are the lines that nothing stands before.
std::vector<std::string> places(const std::string& key) {
    std::istringstream lines(lint::explain_key(key));
    std::vector<std::string> found;
    for (std::string line; std::getline(lines, line);) {
        if (!line.empty() && line.front() != ' ') {
            found.push_back(line);
        }
    }
    return found;
}

using Places = std::vector<std::string>;

}  // namespace

TEST_CASE("explain: a key is told with its type, default and an example") {
    CHECK(lint::explain_key("shadow_timeout") ==
          "endpoints[].backend[].extra_config.proxy.shadow_timeout\n"
          "    Time for the copy, at most 24h; the endpoint's `timeout` if it is not written.\n"
          "\n"
          "    type      a duration, as \"300ms\", \"1.5s\" or \"1h30m\"\n"
          "    default   \"2s\"\n"
          "    example   \"shadow_timeout\": \"4s\"\n");
}

TEST_CASE("explain: a key that may stand in several places is told for all, the outer first") {
    Places found = places("timeout");
    REQUIRE(found.size() >= 3);
    found.resize(3);  // components may have keys of that name, too
    CHECK(found == Places{"timeout", "endpoints[].timeout", "endpoints[].backend[].timeout"});
}

TEST_CASE("explain: a way with dots, a pointer and indexes name one place") {
    for (const char* key : {"backend.url_pattern", "endpoints[].backend[].url_pattern",
                            "/endpoints/0/backend/12/url_pattern", "/backend/0/url_pattern",
                            "endpoints[0].backend[1].url_pattern", "BACKEND.Url_Pattern"}) {
        CAPTURE(key);
        CHECK(places(key) == Places{"endpoints[].backend[].url_pattern"});
    }
    CHECK(places("proxy.shadow") == places("extra_config.proxy.shadow"));
    CHECK(places("proxy.shadow") == Places{"endpoints[].backend[].extra_config.proxy.shadow"});
    CHECK(places("/extra_config/backend~1http/return_error_code") ==
          places("backend/http.return_error_code"));
    CHECK(places("error_body.404") == Places{"extra_config.router.error_body.404"});
}

TEST_CASE("explain: the service and an endpoint may be named") {
    CHECK(places("service.timeout") == Places{"timeout"});
    CHECK(places("endpoint.timeout") == Places{"endpoints[].timeout"});
    CHECK(places("endpoint") == Places{"endpoints[].endpoint"});
}

TEST_CASE("explain: words that alone may stand there are listed, and the keys of objects") {
    const std::string encoding = lint::explain_key("backend.encoding");
    CHECK(encoding.find(
              "values    \"json\", \"safejson\", \"string\", \"no-op\", \"xml\", \"rss\"") !=
          std::string::npos);
    CHECK(lint::explain_key("tls.keys").find("keys      public_key, private_key") !=
          std::string::npos);
    CHECK(lint::explain_key("version").find("required  yes") != std::string::npos);
    CHECK(lint::explain_key("max_connections").find("a whole number from 1 to 4294967295") !=
          std::string::npos);
}

TEST_CASE("explain: every key is told, in lines of up to 100 columns") {
    const lint::SchemaKeys keys;
    CHECK(keys.all().size() > 100);
    for (const lint::SchemaKey& key : keys.all()) {
        CAPTURE(key.place);
        const std::string text = lint::explain_key(key.place);
        CHECK(text.find(key.place + '\n') != std::string::npos);
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);) {
            CHECK(line.size() <= 100);
            CHECK((line.empty() || line.back() != ' '));
        }
    }
}

TEST_CASE("explain: of a key that is not known there is nothing, but a guess") {
    for (const char* key : {"", "/", ".", "0", "[]", "shadow_timeuot", "backend.timeuot",
                            "router.url_pattern", "~", "/~", "x.y.z"}) {
        CAPTURE(key);
        CHECK(lint::explain_key(key).empty());
    }
    CHECK(lint::closest_key("shadow_timeuot") == "shadow_timeout");
    CHECK(lint::closest_key("/endpoints/0/timeuot") == "timeout");
    CHECK(lint::closest_key("/").empty());
    CHECK(lint::closest_key("qqqqqqqqqq").empty());
}

TEST_CASE("reference: every component says how it compares, and since when it is there") {
    const lint::SchemaKeys keys;
    std::size_t components = 0;
    for (const lint::SchemaKey& key : keys.all()) {
        CAPTURE(key.place);
        CHECK_FALSE(key.since.empty());
        if (key.names.size() < 2 || key.names[key.names.size() - 2] != "extra_config") {
            continue;
        }
        ++components;
        CHECK((keys.member(*key.property, "krakend") != nullptr ||
               keys.member(keys.resolved(*key.property), "krakend") != nullptr));
    }
    CHECK(components > 10);
}
