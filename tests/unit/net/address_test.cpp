// Which addresses are near, however they are spelt, and where redirects may lead.
#include "net/address.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace aggregator;

namespace {

bool near(const char* text) {
    const auto address = net::parse_address(text);
    REQUIRE(address);
    return net::is_near(*address);
}

net::RedirectGuard guard_of(bool from_afar, const char* listener = nullptr) {
    net::RedirectGuard guard{.from_afar = from_afar};
    if (listener != nullptr) {
        guard.forbidden = {net::parse_address(listener).value_or(net::Address{}), 8090};
    }
    return guard;
}

}  // namespace

TEST_CASE("address: loopback, link-local and unspecified ones are near in every spelling") {
    for (const char* text : {"127.0.0.1",
                             "127.255.255.254",
                             "127.1",
                             "2130706433",
                             "0x7f000001",
                             "0177.0.0.1",
                             "::1",
                             "::ffff:127.0.0.1",
                             "::ffff:7f00:1",
                             "::127.0.0.1",
                             "0.0.0.0",
                             "0",
                             "::",
                             "::ffff:0.0.0.0",
                             "169.254.169.254",
                             "::ffff:169.254.0.1",
                             "2852039166",
                             "fe80::1",
                             "fe80::1%eth0",
                             "febf::1"}) {
        CAPTURE(text);
        CHECK(near(text));
    }
}

TEST_CASE("address: private and public ones are not") {
    for (const char* text :
         {"10.0.0.1", "192.168.1.1", "172.16.0.1", "126.255.255.255", "128.0.0.1", "169.253.0.1",
          "1.0.0.0", "fec0::1", "fe7f::1", "fd00::1", "2001:db8::1", "1::2:1", "::ffff:10.0.0.1"}) {
        CAPTURE(text);
        CHECK(!near(text));
    }
}

TEST_CASE("address: a name is none") {
    for (const char* text : {"localhost", "", "a.test", "127.0.0.1.test", "1.2.3.4.5", ":::"}) {
        CAPTURE(text);
        CHECK(!net::parse_address(text));
    }
}

TEST_CASE("guard: from afar no near address, one among several is enough") {
    CHECK(guard_of(true).check({"10.0.0.1"}, 80));
    CHECK(!guard_of(true).check({"10.0.0.1", "127.0.0.1"}, 80));
    CHECK(!guard_of(true).check({"fe80::1"}, 80));
    CHECK(guard_of(false).check({"127.0.0.1"}, 80));
    const auto refused = guard_of(true).check({"169.254.169.254"}, 80);
    REQUIRE(!refused);
    CHECK(refused.error().code == base::Code::BadRedirect);
    CHECK(refused.error().detail.find("169.254.169.254 port 80: it is a loopback or link-local") !=
          std::string::npos);
}

TEST_CASE("guard: the management interface is out of reach by each of its addresses") {
    for (const char* listener : {"127.0.0.1", "::1", "0.0.0.0", "::"}) {
        for (const char* text :
             {"127.0.0.1", "127.9.9.9", "0.0.0.0", "::1", "::", "::ffff:127.0.0.1"}) {
            CAPTURE(listener);
            CAPTURE(text);
            CHECK(!guard_of(false, listener).check({text}, 8090));
            CHECK(guard_of(false, listener).check({text}, 8091));
        }
    }
    CHECK(!guard_of(false, "10.0.0.1").check({"10.0.0.1"}, 8090));
    CHECK(!guard_of(false, "10.0.0.1").check({"::ffff:10.0.0.1"}, 8090));
    CHECK(guard_of(false, "10.0.0.1").check({"10.0.0.2"}, 8090));
    CHECK(guard_of(false, "10.0.0.1").check({"127.0.0.1"}, 8090));
}

TEST_CASE("guard: a listener on all addresses is found by a connection to this machine itself") {
    CHECK(!guard_of(false, "0.0.0.0").check_ends("10.0.0.1", "10.0.0.1", 8090));
    CHECK(!guard_of(false, "::").check_ends("fd00::1", "fd00::1", 8090));
    CHECK(guard_of(false, "::").check_ends("fd00::1", "fd00::2", 8090));
    CHECK(guard_of(false, "0.0.0.0").check_ends("10.0.0.1", "10.0.0.1", 80));
    CHECK(guard_of(false, "127.0.0.1").check_ends("10.0.0.1", "10.0.0.1", 8090));
}
