// What a proxy is asked for, and what it may answer.
#include "net/tunnel.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace aggregator;
using net::Tunnel;

namespace {

net::Origin target(const std::string& name = "a.test") {
    net::Origin origin;
    origin.tls = true;
    origin.name = name;
    origin.port = 443;
    origin.authority = name;
    return origin;
}

net::Proxy proxy() { return {"proxy", 3128, "proxy:3128", "Basic eDp5"}; }

/// `open`, `more`, or the failure.
std::string outcome(std::string_view answer) {
    Tunnel tunnel(proxy(), target());
    const auto taken = tunnel.take(answer);
    if (!taken) {
        return std::string(base::row(taken.error().code).name) + ": " + taken.error().detail;
    }
    return *taken ? "open" : "more";
}

}  // namespace

TEST_CASE("tunnel: the proxy is asked for name and port, and told who asks") {
    CHECK(Tunnel(proxy(), target()).request() ==
          "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n"
          "Proxy-Authorization: Basic eDp5\r\n\r\n");
    CHECK(Tunnel({"proxy", 3128, "proxy:3128", ""}, target("fd00::1")).request() ==
          "CONNECT [fd00::1]:443 HTTP/1.1\r\nHost: [fd00::1]:443\r\n\r\n");
}

TEST_CASE("tunnel: it is open with any status of success, whatever the head says of a body") {
    CHECK(outcome("HTTP/1.1 200 Connection established\r\n\r\n") == "open");
    CHECK(outcome("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n") == "open");
    CHECK(outcome("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 X\r\n\r\n") == "open");
}

TEST_CASE("tunnel: an answer may come in single bytes") {
    Tunnel tunnel(proxy(), target());
    const std::string answer = "HTTP/1.1 200 OK\r\nVia: p\r\n\r\n";
    for (std::size_t i = 0; i + 1 < answer.size(); ++i) {
        const auto taken = tunnel.take(answer.substr(i, 1));
        REQUIRE(taken);
        CHECK(!*taken);
    }
    CHECK(tunnel.take("\n").value_or(false));
}

TEST_CASE("tunnel: an answer that drips in is not copied for each packet") {
    constexpr std::size_t kSize = 15'000;
    constexpr std::size_t kMovesMax = 20;  // a string that grows doubles
    const std::string answer = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nX: ";
    Tunnel tunnel(proxy(), target());
    std::size_t moves = 0;
    for (const char& byte : answer + std::string(kSize, 'x')) {
        const char* const before = tunnel.kept().data();
        REQUIRE(tunnel.take({&byte, 1}));
        if (tunnel.kept().data() != before) {
            ++moves;
        }
    }
    CHECK(tunnel.kept().size() > kSize);
    CHECK(moves <= kMovesMax);
    CHECK(tunnel.take("\r\n\r\n").value_or(false));
}

TEST_CASE("tunnel: a refusal names the proxy and its status, and not the user") {
    const std::string refused = outcome("HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n");
    CHECK(refused ==
          "connect: the proxy proxy:3128 refused the connection to a.test:443 with status "
          "407");
    CHECK(outcome("HTTP/1.1 302 X\r\nLocation: http://b/\r\n\r\n").starts_with("connect: "));
}

TEST_CASE("tunnel: what is no HTTP, or more than the head, is refused") {
    CHECK(outcome("SSH-2.0-x\r\n\r\n").starts_with("bad_response: the proxy proxy:3128"));
    CHECK(outcome("HTTP/1.1 200 OK\r\n\r\nsurplus").starts_with("bad_response: "));
    CHECK(
        outcome("HTTP/1.1 200 OK\r\nX: " + std::string(20000, 'x')).starts_with("bad_response: "));
}
