#include <doctest/doctest.h>

#include <string>

#include <aggregator/reading/grammar.hpp>

using namespace aggregator::reading;

TEST_CASE("hosts: a scheme is added and a trailing slash is dropped") {
    CHECK(sanitize_host("a.b:8080") == "http://a.b:8080");
    CHECK(sanitize_host("https://a.b/") == "https://a.b");
    CHECK(sanitize_host("a_b") == "http://a_b");
    CHECK(sanitize_host("http://127.0.0.1:80") == "http://127.0.0.1:80");
    CHECK(sanitize_host("a.b//") == "http://a.b");
}

TEST_CASE("hosts: one-digit ports, IPv6 literals and path prefixes are accepted") {
    CHECK(sanitize_host("a:8") == "http://a:8");
    CHECK(sanitize_host("http://[::1]:80") == "http://[::1]:80");
    CHECK(sanitize_host("[2001:db8::1]") == "http://[2001:db8::1]");
    CHECK(sanitize_host("https://[::1]/v1/") == "https://[::1]/v1");
    CHECK(sanitize_host("http://a.b/path") == "http://a.b/path");
    CHECK(sanitize_host("a:1/p%20q/~x;y=1") == "http://a:1/p%20q/~x;y=1");
}

TEST_CASE("hosts: everything else is refused") {
    for (const char* bad : {"",
                            "http://",
                            "http://a.b?x=1",
                            "http://a.b#f",
                            "http://u:p@a",
                            "ws://a",
                            "HTTP://a",
                            "a b",
                            "http:///x",
                            ":80",
                            "a:",
                            "a:0",
                            "a:65536",
                            "a:123456",
                            "a:8x",
                            "a:+8",
                            "[::1",
                            "::1",
                            "[a]",
                            "[]",
                            "[::1]x",
                            "[::1]:",
                            "a/b c",
                            "a/%zz",
                            "a/%4",
                            "!a.b",
                            "a\nb",
                            "http://http://a"}) {
        CAPTURE(bad);
        CHECK_FALSE(sanitize_host(bad).has_value());
    }
}

TEST_CASE("addresses: literals of both families, nothing else") {
    CHECK(is_ip_literal("127.0.0.1"));
    CHECK(is_ip_literal("::"));
    CHECK(is_ip_literal("2001:db8::1"));
    for (const char* bad :
         {"", "localhost", "1.2.3", "1.2.3.256", "[::1]", "::1%eth0", "1.2.3.4:80"}) {
        CAPTURE(bad);
        CHECK_FALSE(is_ip_literal(bad));
    }
}

TEST_CASE("tokens: as RFC 9110 has them") {
    CHECK(is_token("X-Aggregator"));
    CHECK(is_token("a1!#$%&'*+-.^_`|~"));
    for (const char* bad : {"", "a b", "a:b", "a\n", "\xC3\xA9", "(a)"}) {
        CAPTURE(bad);
        CHECK_FALSE(is_token(bad));
    }
}
