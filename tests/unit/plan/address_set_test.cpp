#include <doctest/doctest.h>

#include <aggregator/plan/address_set.hpp>

#include <string>

using aggregator::plan::AddressSet;
using aggregator::plan::is_address;

namespace {

AddressSet set_of(std::string_view network) {
    AddressSet set;
    REQUIRE(set.add(network));
    set.close();
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

TEST_CASE("addresses: of many networks, one within another changes nothing") {
    AddressSet set;
    for (const std::string_view network :
         {"10.2.0.0/16", "10.0.0.0/8", "192.168.0.0/24", "10.255.255.255", "2001:db8::/32",
          "9.9.9.9", "2001:db8:1::/48", "192.168.0.0/25"}) {
        REQUIRE(set.add(network));
    }
    set.close();
    for (const std::string_view inside : {"10.0.0.0", "10.2.3.4", "10.255.255.255", "192.168.0.200",
                                          "9.9.9.9", "2001:db8:ffff::", "2001:db8:1::1"}) {
        CAPTURE(inside);
        CHECK(set.contains(inside));
    }
    for (const std::string_view outside :
         {"9.9.9.8", "9.9.9.10", "9.255.255.255", "11.0.0.0", "192.168.1.0", "192.167.255.255",
          "0.0.0.0", "255.255.255.255", "2001:db7:ffff::", "2001:db9::", "::"}) {
        CAPTURE(outside);
        CHECK_FALSE(set.contains(outside));
    }
}

TEST_CASE("addresses: each of a hundred thousand is found, and none between them") {
    AddressSet set;
    const auto address = [](int i) {
        return "1." + std::to_string(i >> 15) + "." + std::to_string(i >> 7 & 255) + "." +
               std::to_string((i & 127) * 2);
    };
    for (int i = 99'999; i >= 0; --i) {
        REQUIRE(set.add(address(i)));
    }
    set.close();
    for (int i = 0; i < 100'000; i += 97) {
        const std::string one = address(i);
        REQUIRE(set.contains(one));
        REQUIRE_FALSE(set.contains(one + "1"));
    }
}

TEST_CASE("addresses: the zone of an address does not count") {
    CHECK(set_of("fe80::/10").contains("fe80::1%eth0"));
    CHECK_FALSE(set_of("fe80::/10").contains("2001:db8::1%eth0"));
}

TEST_CASE("addresses: a network tells its family, and bits that are beyond it") {
    const auto of = [](std::string_view text) {
        const auto network = aggregator::plan::parse_network(text);
        REQUIRE(network);
        return *network;
    };
    CHECK(of("10.0.0.0/8").is_v4);
    CHECK(of("::ffff:10.0.0.0/104").is_v4);
    CHECK_FALSE(of("::ffff:0:0/80").is_v4);
    CHECK_FALSE(of("2001:db8::/32").is_v4);
    CHECK_FALSE(of("10.0.0.0/8").has_host);
    CHECK_FALSE(of("10.0.0.1").has_host);
    CHECK(of("10.0.0.1/8").has_host);
    CHECK(of("2001:db8:0:0:0:0:0:1/32").has_host);
    CHECK(of("2001:db8::1:0:0:0:0/32").has_host);
    CHECK_FALSE(of("::/0").has_host);
    CHECK(set_of("10.0.0.0/8").contains(of("10.1.0.0/16")));
    CHECK(set_of("10.0.0.0/8").contains(of("10.0.0.0/8")));
    CHECK_FALSE(set_of("10.0.0.0/8").contains(of("10.0.0.0/7")));
    CHECK_FALSE(set_of("::/0").contains(of("10.0.0.0/7")));
}
