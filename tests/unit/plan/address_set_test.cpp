#include <doctest/doctest.h>

#include <aggregator/plan/address_set.hpp>

#include <string>

using aggregator::plan::AddressSet;
using aggregator::plan::is_address;

namespace {

AddressSet set_of(std::string_view network) {
    AddressSet set;
    REQUIRE(set.add(network));
    return set;
}

}  // namespace

TEST_CASE("addresses: literal IPv4 and IPv6 addresses are told from everything else") {
    for (const std::string_view text :
         {"1.2.3.4", "0.0.0.0", "::", "::1", "2001:db8::1", "::ffff:1.2.3.4"}) {
        CAPTURE(text);
        CHECK(is_address(text));
    }
    for (const std::string_view text : {"", "a", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.4 ",
                                        "[::1]", "::1%eth0", ":::", "1.2.3.4:80", "localhost"}) {
        CAPTURE(text);
        CHECK_FALSE(is_address(text));
    }
    CHECK_FALSE(is_address(std::string(200, '1')));
    CHECK_FALSE(is_address(std::string_view("1.2.3.4\0x", 9)));
}

TEST_CASE("addresses: a single address holds itself only") {
    const AddressSet v4 = set_of("10.0.0.1");
    CHECK(v4.contains("10.0.0.1"));
    CHECK_FALSE(v4.contains("10.0.0.2"));
    CHECK_FALSE(v4.contains("nonsense"));
    const AddressSet v6 = set_of("2001:db8::1");
    CHECK(v6.contains("2001:0db8:0:0::1"));
    CHECK_FALSE(v6.contains("2001:db8::2"));
}

TEST_CASE("addresses: a network holds the addresses that share its bits") {
    const AddressSet set = set_of("10.1.0.0/12");
    CHECK(set.contains("10.0.0.0"));
    CHECK(set.contains("10.15.255.255"));
    CHECK_FALSE(set.contains("10.16.0.0"));
    CHECK(set_of("192.168.1.77/24").contains("192.168.1.1"));
    CHECK(set_of("2001:db8::/33").contains("2001:db8:7fff::"));
    CHECK_FALSE(set_of("2001:db8::/33").contains("2001:db8:8000::"));
    CHECK(set_of("1.2.3.4/32").contains("1.2.3.4"));
    CHECK_FALSE(set_of("1.2.3.4/32").contains("1.2.3.5"));
}

TEST_CASE("addresses: the widest networks hold their own family only") {
    CHECK(set_of("0.0.0.0/0").contains("255.1.2.3"));
    CHECK_FALSE(set_of("0.0.0.0/0").contains("::1"));
    CHECK(set_of("::/0").contains("::1"));
    CHECK_FALSE(set_of("::/0").contains("1.2.3.4"));
}

TEST_CASE("addresses: an IPv4 address is its IPv4-mapped form") {
    CHECK(set_of("10.0.0.0/8").contains("::ffff:10.1.1.1"));
    CHECK(set_of("::ffff:10.0.0.0/104").contains("10.1.1.1"));
}

TEST_CASE("addresses: what is no network is refused") {
    AddressSet set;
    for (const std::string_view text :
         {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0/8", "::/129",
          "::/a", "host/8", " 10.0.0.1"}) {
        CAPTURE(text);
        CHECK_FALSE(set.add(text));
    }
    CHECK(set.empty());
    CHECK_FALSE(set.contains("10.0.0.1"));
    CHECK(set.add("10.0.0.1"));
    CHECK_FALSE(set.empty());
}
