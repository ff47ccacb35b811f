// Which backends are called through which proxy.
#include <doctest/doctest.h>

#include <string>

#include <aggregator/net/pools.hpp>
#include <aggregator/net/proxies.hpp>

using namespace aggregator;
using net::Proxies;

namespace {

/// Whether a URL without path is called directly with this NO_PROXY.
bool direct(const std::string& none, const std::string& name, std::uint16_t port = 80) {
    const auto proxies = Proxies::read({.http = "proxy:3128", .https = "proxy:3129", .none = none});
    REQUIRE(proxies);
    net::Origin origin;
    origin.name = name;
    origin.port = port;
    return proxies->choose(origin) == nullptr;
}

std::string http_proxy(const std::string& value) {
    const auto proxies = Proxies::read({.http = value});
    if (!proxies) {
        return proxies.error().detail;
    }
    const net::Proxy* const proxy = proxies->http();
    return proxy == nullptr ? "none" : proxy->authority + " " + proxy->authorization;
}

}  // namespace

TEST_CASE("proxies: one for http, one for https, and none that is not set") {
    const auto proxies = Proxies::read({.https = "http://secure:81"});
    REQUIRE(proxies);
    net::Origin origin;
    origin.name = "a.test";
    CHECK(proxies->choose(origin) == nullptr);
    origin.tls = true;
    REQUIRE(proxies->choose(origin) != nullptr);
    CHECK(proxies->choose(origin)->authority == "secure:81");
}

TEST_CASE("proxies: a proxy is written with or without scheme, port, user and slash") {
    CHECK(http_proxy("proxy.test") == "proxy.test:80 ");
    CHECK(http_proxy(" HTTP://Proxy.test:3128/ ") == "proxy.test:3128 ");
    CHECK(http_proxy("[::1]:3128") == "[::1]:3128 ");
    CHECK(http_proxy("http://user:pa%20ss@proxy:1") == "proxy:1 Basic dXNlcjpwYSBzcw==");
    CHECK(http_proxy("%75ser:%70a%20s%73@proxy:1") == "proxy:1 Basic dXNlcjpwYSBzcw==");
    CHECK(http_proxy("user@proxy:1") == "proxy:1 Basic dXNlcjo=");
    CHECK(http_proxy("") == "none");
}

TEST_CASE("proxies: a bad value names its variable and does not show itself") {
    for (const char* value :
         {"http://user:secret@", "http://", "http://user:secret@a b", "proxy:0", "proxy:70000",
          "proxy:secret", "[::1", "http://user%zz:secret@proxy", "http://user%7:secret@proxy",
          "http://user:secret%@proxy", "socks5://user:secret@proxy", "https://user:secret@proxy"}) {
        CAPTURE(value);
        const std::string told = http_proxy(value);
        CHECK(told.starts_with("HTTP_PROXY: "));
        CHECK(told.find("secret") == std::string::npos);
    }
    CHECK(http_proxy("socks5://proxy").find("'socks5' are not supported") != std::string::npos);
}

TEST_CASE("proxies: this machine is always called directly") {
    for (const char* name : {"localhost", "LOCALHOST", "127.0.0.1", "127.8.8.8", "::1", "127.1"}) {
        CAPTURE(name);
        CHECK(direct("", name));
    }
    CHECK(!direct("", "localhost.test"));
    CHECK(!direct("", "10.0.0.1"));
}

TEST_CASE("proxies: a name excepts itself and what is below it") {
    CHECK(direct("a.test", "a.test"));
    CHECK(direct("A.test", "x.a.TEST"));
    CHECK(!direct("a.test", "xa.test"));
    CHECK(!direct("a.test", "a.test.b"));
}

TEST_CASE("proxies: with a dot in front only what is below it") {
    for (const char* none : {".a.test", "*.a.test"}) {
        CAPTURE(none);
        CHECK(direct(none, "x.a.test"));
        CHECK(!direct(none, "a.test"));
    }
}

TEST_CASE("proxies: a port narrows an exception") {
    CHECK(direct("a.test:8080", "a.test", 8080));
    CHECK(!direct("a.test:8080", "a.test", 80));
    CHECK(direct("10.0.0.1:81", "10.0.0.1", 81));
    CHECK(!direct("10.0.0.1:81", "10.0.0.1", 80));
    CHECK(direct("[fd00::1]:81", "fd00::1", 81));
}

TEST_CASE("proxies: addresses and networks are excepted, names that resolve to them are not") {
    CHECK(direct("10.0.0.1", "10.0.0.1"));
    CHECK(!direct("10.0.0.1", "10.0.0.2"));
    CHECK(direct("10.0.0.0/8", "10.255.0.1"));
    CHECK(!direct("10.0.0.0/8", "11.0.0.1"));
    CHECK(direct("192.168.1.128/25", "192.168.1.200"));
    CHECK(!direct("192.168.1.128/25", "192.168.1.100"));
    CHECK(direct("fd00::/8", "fd00::5"));
    CHECK(!direct("fd00::/8", "10.0.0.1"));
    CHECK(!direct("10.0.0.0/8", "ten.test"));
}

TEST_CASE("proxies: a star excepts all, and what says nothing is passed over") {
    CHECK(direct("*", "a.test"));
    CHECK(direct(" b.test , * ", "a.test"));
    CHECK(!direct(",, :80, 10.0.0.0/99,", "a.test"));
}
