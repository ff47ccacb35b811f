#include "components/cors/settings.hpp"

#include <string>

#include <doctest/doctest.h>

#include "support/gateway.hpp"

using namespace aggregator;
using components::OriginPattern;

namespace {

std::string service(const std::string& cors, const std::string& more = {}) {
    return R"({"version":3,"host":["http://b"],"extra_config":{"security/cors":)" + cors +
           R"(},"endpoints":[{"endpoint":"/a","backend":[{"url_pattern":"/"}])" + more + "}]}";
}

testing::Ask from(const std::string& origin, std::string method = "GET", http::Fields more = {}) {
    testing::Ask ask{.method = std::move(method), .target = "/a"};
    ask.headers.emplace_back("Origin", origin);
    for (const http::Field& field : more) {
        ask.headers.emplace_back(std::string(field.name), std::string(field.value));
    }
    return ask;
}

}  // namespace

TEST_CASE("cors: an origin matches without case, and a star stands for some of a host") {
    CHECK(OriginPattern("https://a.com").matches("HTTPS://A.com"));
    CHECK_FALSE(OriginPattern("https://a.com").matches("https://a.com.evil.org"));
    CHECK_FALSE(OriginPattern("https://a.com").matches("http://a.com"));
    const OriginPattern below("https://*.a.com");
    CHECK(below.matches("https://x.a.com"));
    CHECK(below.matches("https://x.y.a.com"));
    CHECK_FALSE(below.matches("https://a.com"));
    CHECK_FALSE(below.matches("https://.a.com"));
    CHECK_FALSE(below.matches("https://a.com.evil.org"));
    CHECK_FALSE(below.matches("https://evil.org/x.a.com"));
    CHECK_FALSE(below.matches("https://evil.org?.a.com"));
    CHECK_FALSE(below.matches("https://evil.org#x.a.com"));
    CHECK(OriginPattern("http://localhost:*").matches("http://localhost:3000"));
    CHECK(OriginPattern("null").matches("null"));
}

TEST_CASE("cors: the headers that a page may send are compared one by one, without case") {
    components::CorsSettings cors;
    CHECK(cors.allows_headers("anything, at-all"));
    cors.any_header = false;
    cors.headers = {"X-A", "Authorization"};
    CHECK(cors.allows_headers(""));
    CHECK(cors.allows_headers("x-a"));
    CHECK(cors.allows_headers(" x-a ,authorization,origin"));
    CHECK_FALSE(cors.allows_headers("x-a, x-b"));
    CHECK_FALSE(cors.allows_headers("x-a x-b"));
    CHECK_FALSE(cors.allows_headers("x"));
}

TEST_CASE("cors: a preflight is answered without a backend") {
    testing::Gateway gateway(service(R"({"allow_origins":["https://a.com"],"max_age":"1h"})"));
    const http::Field asked[] = {{"Access-Control-Request-Method", "POST"},
                                 {"Access-Control-Request-Headers", "x-a,x-b"}};
    const auto reply = gateway.ask(from("https://a.com", "OPTIONS", asked));
    CHECK(reply.status == 204);
    CHECK(reply.header("Access-Control-Allow-Origin") == "https://a.com");
    CHECK(reply.header("Access-Control-Allow-Methods") == "POST");
    CHECK(reply.header("Access-Control-Allow-Headers") == "x-a,x-b");
    CHECK(reply.header("Access-Control-Max-Age") == "3600");
    CHECK(gateway.backend().seen.empty());
}
