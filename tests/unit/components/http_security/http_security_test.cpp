#include "components/http_security/settings.hpp"

#include <set>
#include <string>

#include <doctest/doctest.h>

#include "support/gateway.hpp"

using namespace aggregator;
using components::HttpSecurity;
using components::Scheme;

namespace {

std::string secured(const std::string& at_service, const std::string& at_endpoint = {}) {
    const auto section = [](const std::string& keys) {
        return keys.empty() ? "" : R"("security/http":)" + keys;
    };
    return R"({"version":3,"host":["http://b"],"extra_config":{)" + section(at_service) +
           R"(},"endpoints":[{"endpoint":"/a","output_encoding":"no-op","extra_config":{)" +
           section(at_endpoint) + R"(},"backend":[{"url_pattern":"/"}]}]})";
}

}  // namespace

TEST_CASE("http security: a host is served on any port, or on the one that is written") {
    HttpSecurity settings;
    CHECK(settings.serves("anything", Scheme::Http));
    settings.hosts = {"api.example.com", "other.example.com:8443", "[::1]", "tls.example.com:443"};
    for (const char* const host :
         {"api.example.com", "API.example.com", "api.example.com:8080", "api.example.com.",
          "other.example.com:8443", "[::1]", "[::1]:8080"}) {
        CAPTURE(host);
        CHECK(settings.serves(host, Scheme::Http));
    }
    for (const char* const host :
         {"", "evil", "xapi.example.com", "api.example.com.evil.org", "other.example.com",
          "other.example.com:8080", "[::2]", "::1", "tls.example.com"}) {
        CAPTURE(host);
        CHECK_FALSE(settings.serves(host, Scheme::Http));
    }
    CHECK(settings.serves("tls.example.com", Scheme::Https));
}

TEST_CASE("http security: an expression has to fit the whole host, with its port or without") {
    HttpSecurity settings;
    settings.host_patterns.emplace(plan::PatternSet::Match::Whole);
    REQUIRE(settings.host_patterns->add("[a-z]+[.]example[.]com|b:81"));
    REQUIRE(settings.host_patterns->close());
    CHECK(settings.serves("api.example.com", Scheme::Http));
    CHECK(settings.serves("API.Example.com:8080", Scheme::Http));
    CHECK(settings.serves("b:81", Scheme::Http));
    CHECK_FALSE(settings.serves("b", Scheme::Http));
    CHECK_FALSE(settings.serves("api.example.com.evil.org", Scheme::Http));
    CHECK_FALSE(settings.serves("x.api.example.com", Scheme::Http));
}

TEST_CASE("http security: of both sections the endpoint's headers count, and no backend's") {
    testing::Gateway gateway(secured(
        R"({"frame_deny":true,"referrer_policy":"no-referrer","content_type_nosniff":true})",
        R"({"custom_frame_options_value":"SAMEORIGIN","browser_xss_filter":true})"));
    gateway.script(0, {.headers = {{"x-frame-options", "ALLOWALL"},
                                   {"Referrer-Policy", "unsafe-url"},
                                   {"X-XSS-Protection", "0"},
                                   {"X-Own", "1"}},
                       .body = "x"});
    const auto reply = gateway.get("/a");
    CHECK(reply.header("X-Frame-Options") == "SAMEORIGIN");
    CHECK(reply.header("Referrer-Policy") == "no-referrer");
    CHECK(reply.header("X-Content-Type-Options") == "nosniff");
    CHECK(reply.header("X-XSS-Protection") == "1; mode=block");
    CHECK(reply.header("X-Own") == "1");
    const auto missed = gateway.get("/none");
    CHECK(missed.header("X-Frame-Options") == "DENY");
    CHECK(missed.header("X-XSS-Protection").empty());
    CHECK(gateway.get("/__health").header("X-Frame-Options").empty());
}

TEST_CASE("http security: each reply has a nonce of its own, the same in all of its policy") {
    testing::Gateway gateway(
        secured(R"({"content_security_policy":"script-src $NONCE; style-src 'self' $NONCE"})"));
    gateway.script(0, {.body = "x"});
    std::set<std::string> nonces;
    for (int i = 0; i < 50; ++i) {
        const std::string policy = gateway.get("/a").header("Content-Security-Policy");
        const std::string nonce = policy.substr(11, policy.find(';') - 11);
        CHECK(nonce.size() == 40);
        CHECK(nonce.starts_with("'nonce-"));
        CHECK(policy == "script-src " + nonce + "; style-src 'self' " + nonce);
        nonces.insert(nonce);
    }
    CHECK(nonces.size() == 50);
}

TEST_CASE("http security: a redirect keeps path and query, as they may stand in a header") {
    testing::Gateway gateway(secured(R"({"ssl_redirect":true,"ssl_host":"s:8443"})"));
    const auto got = gateway.get("/a/b%20c?q=1&r=\"\xC3\xA9|");
    CHECK(got.status == 301);
    CHECK(got.header("Location") == "https://s:8443/a/b%20c?q=1&r=%22%C3%A9%7C");
    CHECK(got.body.empty());
    const auto posted = gateway.ask({.method = "POST", .target = "/a?q=1"});
    CHECK(posted.status == 308);
    CHECK(posted.header("Location") == "https://s:8443/a?q=1");
    CHECK(gateway.ask({.method = "HEAD", .target = "/a"}).status == 301);
    CHECK(gateway.backend().seen.empty());
}
