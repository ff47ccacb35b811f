#include <doctest/doctest.h>

#include <aggregator/plan/host.hpp>

#include <ostream>

using aggregator::plan::has_foreign_scheme;
using aggregator::plan::Host;
using aggregator::plan::parse_host;

namespace {

Host host_of(std::string_view text) {
    const auto host = parse_host(text);
    REQUIRE_MESSAGE(host, text);
    return *host;
}

}  // namespace

TEST_CASE("host: the scheme decides about TLS and the port") {
    CHECK_FALSE(host_of("http://a.b").tls);
    CHECK(host_of("http://a.b").port == 80);
    CHECK(host_of("https://a.b").tls);
    CHECK(host_of("https://a.b").port == 443);
    CHECK(host_of("HTTPS://a_b-c.d").tls);
    CHECK(host_of("http://a.b").name == "a.b");
}

TEST_CASE("host: a port of any length from 1 to 65535 is taken") {
    CHECK(host_of("http://a:8").port == 8);
    CHECK(host_of("http://a:65535").port == 65535);
}

TEST_CASE("host: the authority names the port unless it is the scheme's own") {
    CHECK(host_of("http://a.b").authority == "a.b");
    CHECK(host_of("http://a.b:80").authority == "a.b");
    CHECK(host_of("https://a.b:80").authority == "a.b:80");
    CHECK(host_of("https://a.b:443").authority == "a.b");
    CHECK(host_of("http://1.2.3.4:8080").authority == "1.2.3.4:8080");
}

TEST_CASE("host: an IPv6 address stands in brackets, its name does not") {
    const Host host = host_of("http://[2001:db8::1]:8080/x");
    CHECK(host.name == "2001:db8::1");
    CHECK(host.port == 8080);
    CHECK(host.authority == "[2001:db8::1]:8080");
    CHECK(host.prefix == "/x");
    CHECK(host_of("https://[::1]").authority == "[::1]");
}

TEST_CASE("host: a path becomes a prefix without its last slash, percent-encoded") {
    CHECK(host_of("http://a").prefix.empty());
    CHECK(host_of("http://a/").prefix.empty());
    CHECK(host_of("http://a//").prefix.empty());
    CHECK(host_of("http://a/b/c").prefix == "/b/c");
    CHECK(host_of("http://a/b/").prefix == "/b");
    CHECK(host_of("http://a/b c%41").prefix == "/b%20c%41");
}

TEST_CASE("host: what is no host is refused with its text") {
    for (const std::string_view text : {"",
                                        "a.b",
                                        "http://",
                                        "http:///x",
                                        "http://:80",
                                        "http://a:",
                                        "http://a:0",
                                        "http://a:65536",
                                        "http://a:8x",
                                        "http://a:+8",
                                        "http://u:p@a",
                                        "http://u@a",
                                        "http://a b",
                                        "http://[::1",
                                        "http://[1.2.3.4]",
                                        "http://[::1]x",
                                        "http://[::1]80",
                                        "http://::1",
                                        "http://a?x=1",
                                        "http://a/b?x=1",
                                        "http://a/b#c",
                                        "http://a\r\nb"}) {
        CAPTURE(text);
        const auto host = parse_host(text);
        REQUIRE_FALSE(host);
        CHECK(host.error().detail.find("'" + std::string(text) + "'") != std::string::npos);
        CHECK_FALSE(has_foreign_scheme(text));
    }
}

TEST_CASE("host: another protocol's scheme is told from a mistake") {
    for (const std::string_view text : {"amqp://guest@queue", "ws://a", "memory://x"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_host(text));
        CHECK(has_foreign_scheme(text));
    }
}
