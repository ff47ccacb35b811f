#include <doctest/doctest.h>

#include <aggregator/plan/forward.hpp>

#include <ostream>

namespace aggregator::plan::tests {

namespace {

/// The client's address for a request from 10.0.0.1 with these headers; 10.0.0.0/8 is trusted.
std::string client_of(const std::vector<http::Field>& headers, std::string_view peer = "10.0.0.1",
                      const config::RouterConfig& router = {}) {
    Plan plan;
    plan.service.router = router;
    REQUIRE(plan.trusted_proxies.add("10.0.0.0/8"));
    plan.trusted_proxies.close();
    http::Request request;
    request.headers = headers;
    request.client = peer;
    return std::string(client_facts_of(plan, request).client);
}

}  // namespace

TEST_CASE("origin: nobody is believed by default") {
    const Plan plan;
    const std::vector<http::Field> headers = {{"X-Forwarded-For", "1.1.1.1"}};
    http::Request request;
    request.headers = headers;
    request.client = "10.0.0.1";
    CHECK(client_facts_of(plan, request).client == "10.0.0.1");
}

TEST_CASE("origin: a peer that is no trusted proxy is the client") {
    CHECK(client_of({{"X-Forwarded-For", "1.1.1.1"}}, "9.9.9.9") == "9.9.9.9");
    CHECK(client_of({{"X-Forwarded-For", "1.1.1.1"}}, "") == "");
}

TEST_CASE("origin: the headers are not looked at when they are switched off") {
    config::RouterConfig router;
    router.forwarded_by_client_ip = false;
    CHECK(client_of({{"X-Forwarded-For", "1.1.1.1"}}, "10.0.0.1", router) == "10.0.0.1");
}

TEST_CASE("origin: App Engine's header comes first where it is asked for, from trusted proxies") {
    const std::vector<http::Field> both = {{"X-Forwarded-For", "1.1.1.1"},
                                           {"x-appengine-remote-addr", "2.2.2.2"}};
    config::RouterConfig router;
    CHECK(client_of(both, "10.0.0.1", router) == "1.1.1.1");
    router.app_engine = true;
    CHECK(client_of(both, "10.0.0.1", router) == "2.2.2.2");
    CHECK(client_of(both, "9.9.9.9", router) == "9.9.9.9");
    CHECK(client_of({{"X-Appengine-Remote-Addr", "nobody"}}, "10.0.0.1", router) == "10.0.0.1");
    router.forwarded_by_client_ip = false;
    CHECK(client_of(both, "10.0.0.1", router) == "2.2.2.2");
}

TEST_CASE("origin: a trusted proxy names the client, from the end of the list") {
    CHECK(client_of({{"X-Forwarded-For", "1.1.1.1"}}) == "1.1.1.1");
    CHECK(client_of({{"x-forwarded-for", "6.6.6.6, 1.1.1.1 ,10.2.3.4"}}) == "1.1.1.1");
    CHECK(client_of({{"X-Forwarded-For", "2001:db8::1"}}) == "2001:db8::1");
}

TEST_CASE("origin: when all are trusted the first of the list is the client") {
    CHECK(client_of({{"X-Forwarded-For", "10.1.1.1, 10.2.2.2"}}) == "10.1.1.1");
}

TEST_CASE(
    "origin: several lines are one list, so that a client's own line does not hide the proxy's") {
    CHECK(client_of({{"X-Forwarded-For", "6.6.6.6"}, {"X-Forwarded-For", "1.1.1.1"}}) == "1.1.1.1");
    CHECK(client_of({{"X-Forwarded-For", "1.1.1.1"}, {"X-Forwarded-For", "10.1.1.1"}}) ==
          "1.1.1.1");
}

TEST_CASE("origin: an element that is no address spoils its header") {
    CHECK(client_of({{"X-Forwarded-For", "1.1.1.1, unknown"}}) == "10.0.0.1");
    CHECK(client_of({{"X-Forwarded-For", "unknown, 1.1.1.1"}}) == "1.1.1.1");
    CHECK(client_of({{"X-Forwarded-For", ""}}) == "10.0.0.1");
    CHECK(client_of({{"X-Forwarded-For", "1.1.1.1,"}}) == "10.0.0.1");
}

TEST_CASE("origin: the next header is asked when one is missing or spoiled") {
    CHECK(client_of({{"X-Real-IP", "1.1.1.1"}}) == "1.1.1.1");
    CHECK(client_of({{"X-Real-IP", "2.2.2.2"}, {"X-Forwarded-For", "1.1.1.1"}}) == "1.1.1.1");
    CHECK(client_of({{"X-Forwarded-For", "x"}, {"X-Real-IP", "2.2.2.2"}}) == "2.2.2.2");
    CHECK(client_of({}) == "10.0.0.1");
}

TEST_CASE("origin: options of Connection count only if they name a field that could pass") {
    const Plan plan;
    http::Request request;
    const auto names_hops = [&](std::string_view value) {
        const std::vector<http::Field> headers = {{"Connection", value}};
        request.headers = headers;
        return client_facts_of(plan, request).names_hops;
    };
    CHECK_FALSE(names_hops(""));
    CHECK_FALSE(names_hops("Keep-Alive"));
    CHECK_FALSE(names_hops("close, TE, upgrade"));
    CHECK(names_hops("close, X-Hop"));
    CHECK(names_hops("x-hop"));
}

}  // namespace aggregator::plan::tests
