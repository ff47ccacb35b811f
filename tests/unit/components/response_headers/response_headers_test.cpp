#include <string>

#include <doctest/doctest.h>

#include "support/gateway.hpp"

using namespace aggregator;

namespace {

std::string service(const std::string& at_service, const std::string& at_endpoint) {
    return R"({"version":3,"host":["http://b"],"extra_config":{"modifier/response-headers":)" +
           at_service +
           R"(},"endpoints":[{"endpoint":"/a","output_encoding":"no-op","extra_config":{)"
           R"("modifier/response-headers":)" +
           at_endpoint + R"(},"backend":[{"url_pattern":"/"}]}]})";
}

}  // namespace

TEST_CASE("response headers: the endpoint's changes come before the service's") {
    testing::Gateway gateway(
        service(R"({"rename":{"X-Own":"X-Whole"}})", R"({"add":{"X-Own":["1"]}})"));
    gateway.script(0, {.body = "x"});
    const auto reply = gateway.get("/a");
    CHECK(reply.header("X-Own").empty());
    CHECK(reply.header("X-Whole") == "1");
}

TEST_CASE("response headers: all lines of a name are deleted, renamed and replaced") {
    testing::Gateway gateway(
        service("{}", R"({"delete":["x-a"],"rename":{"x-b":"X-D"},"replace":{"X-C":["1","2"]}})"));
    gateway.script(0, {.headers = {{"X-A", "1"},
                                   {"X-B", "1"},
                                   {"x-a", "2"},
                                   {"X-B", "2"},
                                   {"X-C", "old"},
                                   {"X-D", "old"}},
                       .body = "x"});
    const auto reply = gateway.get("/a");
    CHECK(reply.header("X-A").empty());
    CHECK(reply.header("X-B").empty());
    CHECK(reply.header("X-C") == "1, 2");
    CHECK(reply.header("X-D") == "1, 2");
    CHECK(reply.body == "x");
}

TEST_CASE("response headers: a streamed body and a failure get them as well") {
    testing::Gateway gateway(service("{}", R"({"add":{"X-A":["1"]}})"));
    gateway.script(0, {.pieces = {"a", "b"}, .piece_every = std::chrono::milliseconds(1)});
    CHECK(gateway.get("/a").header("X-A") == "1");
    CHECK(gateway.get("/a").body == "ab");
    gateway.script(0, {.failure = base::Error{base::Code::Reset, "reset"}});
    const auto failed = gateway.get("/a");
    CHECK(failed.status == 500);
    CHECK(failed.header("X-A") == "1");
    CHECK(gateway.get("/none").header("X-A").empty());
}
